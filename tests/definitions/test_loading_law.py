"""Law as data: what is wrong with clocks, terms, procedures and papers is told with its place."""

import shutil
from pathlib import Path

import pytest

from definitions.loading import CATALOGUE, Library
from tests.support.slips import DEREGISTRATION, Broken, a_small_copy, told


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the catalogue to break."""
    return a_small_copy(tmp_path)


BROKEN = {
    "promise longer than a clock of the catalogue": Broken(
        "    promised: {days: 5}",
        "    promised: {days: ▸21}",
        "promised_longer",
        "matters.LIC_FOOD.promised.days",
        "承诺时限 21 个工作日长于法定时限 20 个工作日（D20）",
    ),
    "unknown clock": Broken(
        "clocks: [DEL10, PUB7]",
        "clocks: [DEL10, ▸PUB8]",
        "unknown_clock",
        "matters.LIC_FOOD.clocks.2",
        "时限目录里没有 PUB8",
    ),
    "unknown statutory clock": Broken(
        "    statutory: REG3",
        "    statutory: ▸REG4",
        "unknown_clock",
        "matters.REG.statutory",
        "时限目录里没有 REG4",
    ),
    "statutory limit misspelt": Broken(
        "statutory: {days: 2, basis",
        "statutory: {day: 2, basis",
        "missing",
        "matters.BANK.statutory.days",
        "缺少这一项",
    ),
    "clock starts with a field that is no date": Broken(
        "{id: decided_on, label: 作出变更决议（决定）的日期, kind: date,",
        "{id: decided_on, label: 作出变更决议（决定）的日期, kind: text,",
        "field_kind",
        "matters.REG.clocks.1",
        "CHG30 自表单字段 decided_on 起算，这个字段不是日期",
    ),
    "unknown jurisdiction": Broken(
        "      rule: shanghai",
        "      rule: ▸pudong",
        "unknown_jurisdiction",
        "matters.LIC_FOOD.accept_pending.rule",
        "没有这套容缺受理规则：pudong",
    ),
    "publicity shorter than the law": Broken(
        "limit: {days: 20, unit: calendar_day, basis: {law: 公司法",
        "limit: {days: ▸10, unit: calendar_day, basis: {law: 公司法",
        "publicity_short",
        "matters.PUBLICITY.steps.publicity.limit.days",
        "公示期 10 日短于法定的 20 日（SIMP20）",
        DEREGISTRATION,
    ),
    "organ to turn to is missing": Broken(
        "        organ: 企业现在的登记机关\n",
        "",
        "organ_missing",
        "matters.REG.unacceptable.not_competent",
        "不属于本机关职权的，须写 organ：告知申请人向哪个机关申请",
    ),
    "dated clock without its date": Broken(
        "    dated: decided_on\n",
        "",
        "value_error",
        "clocks.CHG30",
        "自表单日期起算（starts: dated）的须写 dated，其他的不写",
        "clocks.yaml",
    ),
    "clock twice": Broken(
        "  - id: D45 ",
        "  - id: D20 ",
        "twice",
        "clocks.D20",
        "“D20”重复",
        "clocks.yaml",
    ),
    "clock cites nothing": Broken(
        "{law: 行政许可法, article: 第四十四条",
        "{law: ▸许可法, article: 第四十四条",
        "unknown_law",
        "clocks.DEL10.basis.law",
        "依据目录里没有“许可法”",
        "clocks.yaml",
    ),
    "consequence nobody knows": Broken(
        "    lapse: acceptance_revoked",
        "    lapse: ▸forgotten",
        "enum",
        "jurisdictions.zhejiang.lapse",
        "应为 returned, deemed_withdrawn, acceptance_revoked, refused、terminated 之一",
        "pending.yaml",
    ),
    "ninth special procedure without a law": Broken(
        "procedures:\n",
        "procedures:\n  - {id: survey, name: 踏勘, days: 5}\n",
        "missing",
        "procedures.survey.basis",
        "缺少这一项",
        "procedures.yaml",
    ),
    "paper without a series": Broken(
        "name: 退件通知书, series: 松政服退,",
        "name: 退件通知书,",
        "missing",
        "papers.退件通知书.series",
        "缺少这一项",
        "papers.yaml",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_slip_is_told_with_its_place(folder: Path, name: str) -> None:
    told(folder, BROKEN[name])


def test_the_shipped_catalogue_has_every_list() -> None:
    catalogue = Library.load().catalogue
    assert catalogue.clocks
    assert catalogue.jurisdictions
    assert catalogue.procedures
    assert catalogue.terminations
    assert catalogue.papers


def test_a_small_catalogue_may_do_without_them(tmp_path: Path) -> None:
    for name in ("laws.yaml", "departments.yaml", "materials.yaml"):
        shutil.copy(CATALOGUE / name, tmp_path)
    catalogue = Library.load(tmp_path).catalogue
    optional = ("clocks", "jurisdictions", "procedures", "terminations", "papers")
    assert [getattr(catalogue, name) for name in optional] == [()] * 5
