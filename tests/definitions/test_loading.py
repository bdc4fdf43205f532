"""Reading definitions: whatever an author gets wrong is told with line, rule and a sentence."""

from datetime import date
from pathlib import Path

import pytest

from definitions.errors import Code, Refused
from definitions.loading import Library
from tests.support.slips import (
    CHANGE,
    DEREGISTRATION,
    Broken,
    a_small_copy,
    errors_of,
    replaced,
    told,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the catalogue to break."""
    return a_small_copy(tmp_path)


BROKEN = {
    "too small": Broken(
        "    promised: {days: 1}",
        "    promised: {days: ▸-1}",
        "greater_than_equal",
        "matters.REG.promised.days",
        "应大于等于 0",
    ),
    "not a number": Broken("version: 1", "version: ▸eins", "int_parsing", "version", "应为整数"),
    "missing": Broken(
        "    department: tax\n", "", "missing", "matters.TAX.department", "缺少这一项"
    ),
    "unknown key": Broken(
        "    department: tax\n",
        "    department: tax\n    ▸departement: tax\n",
        "extra_forbidden",
        "matters.TAX.departement",
        "不认识这个键，请检查拼写",
    ),
    "unknown step": Broken(
        "{kind: decide, key: decide, name: 核准登记",
        "▸{kind: decree, key: decide, name: 核准登记",
        "union_tag_invalid",
        "matters.REG.steps.decide",
        "kind 应为 review, decide, publicity 之一，现为 decree",
    ),
    "unknown kind": Broken(
        "    kind: many\n",
        "    kind: ▸some\n",
        "literal_error",
        "questions.changes.kind",
        "应为 one, many、date 之一",
    ),
    "unknown delivery": Broken(
        "delivery: counter, wording: 按",
        "delivery: ▸mail, wording: 按",
        "literal_error",
        "matters.LIC_FACE.documents.business_licence.delivery",
        "应为 electronic、counter 之一",
    ),
    "unknown unit": Broken(
        "promised: {days: 5}",
        "promised: {days: 5, unit: ▸week}",
        "enum",
        "matters.LIC_FOOD.promised.unit",
        "应为 working_day、calendar_day 之一",
    ),
    "no such date": Broken(
        "{since: 2024-07-01}",
        "{since: ▸2024-13-01}",
        "date_from_datetime_parsing",
        "validity.since",
        "应为日期，如 2026-11-24",
    ),
    "badly named": Broken(
        "  - key: CUST",
        "  - key: ▸cust",
        "string_pattern_mismatch",
        "matters.cust.key",
        "应为大写英文字母开头，只含大写字母、数字、下划线，2 到 24 个字符",
    ),
    "empty text": Broken(
        "name: 企业信息变更", 'name: ▸""', "string_too_short", "name", "至少 1 个字"
    ),
    "number for text": Broken(
        "    text: 新住所在哪里？",
        "    text: ▸12345",
        "string_type",
        "questions.address_place.text",
        "应为文字（数字请加引号）",
    ),
    "not a fact": Broken(
        "{fact: firm.registered_here, is: false}",
        "{fact: ▸register.here, is: false}",
        "string_pattern_mismatch",
        "blockers.2.when.fact",
        "应为 answer.、firm.、form.、since. 或者 person. 开头的事实",
    ),
    "two comparisons": Broken(
        "{fact: firm.registered_here, is: false}",
        "▸{fact: firm.registered_here, is: false, known: true}",
        "value_error",
        "blockers.2.when",
        "一个条件只写一个比较（is, is_not, one_of, has, lacks, at_least, at_most, known）",
    ),
    "margin too thin": Broken(
        "      rule: shanghai\n",
        "      rule: shanghai\n      margin: ▸1\n",
        "greater_than_equal",
        "matters.LIC_FOOD.accept_pending.margin",
        "应大于等于 2",
    ),
    "situation twice": Broken(
        "code: BG-YX-02\n",
        "code: ▸BG-YX-01\n",
        "twice",
        "situations.BG-YX-01.code",
        "“BG-YX-01”重复",
    ),
    "not a list": Broken(
        "    materials: [{code: M07}]",
        "    materials: ▸{code: M07}",
        "tuple_type",
        "matters.LIC_FACE.materials",
        "应为列表（每项以 - 开头）",
    ),
    "not a mapping": Broken(
        "    basis: {law: 登记管理条例实施细则, article: 第十条}",
        "    basis: ▸第十条",
        "model_type",
        "blockers.1.basis",
        "应为键和值",
    ),
    "USCC without quotes": Broken(
        "uscc: 11310117002450013M",
        "uscc: ▸11310117002450013",
        "string_type",
        "departments.market_regulation.uscc",
        "应为文字（数字请加引号）",
        "departments.yaml",
    ),
    # ── what only the review sees ──
    "wrong check digit": Broken(
        "uscc: 11310117002450013M",
        "uscc: ▸11310117002450013N",
        "uscc",
        "departments.market_regulation.uscc",
        "统一社会信用代码校验位不符，请核对是否录错",
        "departments.yaml",
    ),
    "law twice": Broken(
        "  - {key: 行政许可法, ",
        "  - {key: 公司法, title: 公司法, text_of: 2018-10-26}\n  - {key: 行政许可法, ",
        "twice",
        "laws.公司法",
        "“公司法”重复",
        "laws.yaml",
    ),
    "unknown department": Broken(
        "    department: customs",
        "    department: ▸custom",
        "unknown_department",
        "matters.CUST.department",
        "没有这个部门：custom",
    ),
    "unknown law": Broken(
        "{law: 公司法, article: 第三十四条, says",
        "{law: ▸公司章程, article: 第三十四条, says",
        "unknown_law",
        "bases.1.law",
        "依据目录里没有“公司章程”",
    ),
    "unknown matter": Broken(
        "needs: [{matter: SEAL, why",
        "needs: [{matter: ▸STAMP, why",
        "unknown_matter",
        "matters.BANK.needs.1.matter",
        "没有这个事项：STAMP",
    ),
    "no room for the supplement": Broken(
        "{code: M41, tolerable: {days: 3}}",
        "{code: M41, tolerable: {days: ▸4}}",
        "tolerable_room",
        "matters.LIC_FOOD.materials.M41.tolerable.days",
        "补正 4 日加余量 2 日，超过承诺时限 5 日",
    ),
    "main material tolerated": Broken(
        "- {code: M40}\n      - {code: M41",
        "- {code: M40, tolerable: ▸{days: 1}}\n      - {code: M41",
        "main_tolerable",
        "matters.LIC_FOOD.materials.M40.tolerable",
        "M40 是主审要件，不得容缺",
    ),
    "unknown fact": Broken(
        "{fact: firm.unreachable_at_address, is: true}",
        "{fact: ▸firm.unreachable, is: true}",
        "unknown_fact",
        "blockers.6.when.all.1.fact",
        "没有这个企业事实：unreachable",
    ),
    "unknown answer": Broken(
        "{fact: answer.scope_items, is: general}",
        "{fact: answer.scope_items, is: ▸usual}",
        "unknown_value",
        "situations.BG-YX-05.when.is",
        "answer.scope_items 没有“usual”这个值",
    ),
    "gate not listed": Broken(
        "{code: M28}, {code: M14}]",
        "{code: M28}, {code: M14}, {code: ▸M22}]",
        "gate_not_listed",
        "matters.REG.materials.M22.code",
        "M22 没有列入本服务的 materials",
    ),
    "unknown producer": Broken(
        "produced_by: TAX",
        "produced_by: ▸TAXES",
        "unknown_matter",
        "materials.M22.produced_by",
        "没有这个事项：TAXES",
        DEREGISTRATION,
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_slip_is_told_with_its_place(folder: Path, name: str) -> None:
    told(folder, BROKEN[name])


class TestLibrary:
    def test_an_error_reads_as_one_line(self, folder: Path) -> None:
        replaced(folder / CHANGE, "    promised: {days: 1}", "    promised: {days: -1}")
        (error,) = errors_of(lambda: Library.load(folder))
        place = f"{error.line}:{error.column}"
        assert str(error) == f"catalogue/{CHANGE}:{place} matters.REG.promised.days: 应大于等于 0"

    def test_all_faults_of_all_files_are_told_at_once(self, folder: Path) -> None:
        replaced(folder / "laws.yaml", "text_of: 2023-12-29", "text_of: gestern")
        replaced(folder / CHANGE, "version: 1", "version: 0")
        replaced(folder / CHANGE, "    kind: many\n", "    kind: some\n")
        replaced(folder / DEREGISTRATION, "lead: market_regulation", "leader: market_regulation")
        errors = errors_of(lambda: Library.load(folder))
        assert [(Path(error.file).parent.name, error.rule) for error in errors] == [
            ("company_change", "greater_than_equal"),
            ("company_change", "literal_error"),
            ("company_deregistration", "missing"),
            ("company_deregistration", "extra_forbidden"),
            ("catalogue", "date_from_datetime_parsing"),
        ]

    def test_a_promise_longer_than_the_law_is_told_at_its_matter(self, folder: Path) -> None:
        replaced(folder / CHANGE, "promised: {days: 2}", "promised: {days: 30}")
        (error,) = errors_of(lambda: Library.load(folder))
        assert (error.path, error.message) == ("matters.BANK", "承诺时限长于法定时限")
        line = (folder / CHANGE).read_text(encoding="utf-8").splitlines()[error.line - 1]
        assert line == "  - key: BANK"

    def test_a_missing_file_is_named(self, folder: Path) -> None:
        (folder / "laws.yaml").unlink()
        (error,) = errors_of(lambda: Library.load(folder))
        assert str(error) == "catalogue/laws.yaml:1:1: 缺少这个文件"

    def test_a_file_lies_where_its_name_says(self, folder: Path) -> None:
        (folder / CHANGE).rename(folder / "company_change/v9.yaml")
        cases = folder / "company_change/v1.cases.yaml"
        cases.rename(cases.with_name("v9.cases.yaml"))
        (error,) = errors_of(lambda: Library.load(folder))
        assert error.message == "文件应放在 company_change/v1.yaml"

    def test_the_hash_is_of_what_is_said_not_how(self, folder: Path) -> None:
        before = Library.load(folder).service("company_change", date(2026, 11, 19)).sha256
        replaced(folder / CHANGE, "lead: market_regulation", '# comment\nlead: "market_regulation"')
        again = Library.load(folder).service("company_change", date(2026, 11, 19)).sha256
        replaced(folder / CHANGE, "name: 企业信息变更", "name: 企业信息变更登记")
        other = Library.load(folder).service("company_change", date(2026, 11, 19)).sha256
        assert before == again != other

    def test_an_unknown_service_is_refused(self) -> None:
        with pytest.raises(Refused) as caught:
            Library.load().service("marriage", date(2026, 11, 24))
        assert caught.value.code is Code.UNKNOWN_SERVICE

    def test_a_service_not_yet_in_force_is_refused(self) -> None:
        with pytest.raises(Refused, match="没有生效的版本") as caught:
            Library.load().service("company_change", date(2024, 6, 30))
        assert caught.value.code is Code.UNKNOWN_SERVICE

    def test_the_newest_version_in_force_is_taken(self, folder: Path) -> None:
        text = (folder / CHANGE).read_text(encoding="utf-8")
        newer = text.replace("version: 1", "version: 2").replace(
            "since: 2024-07-01", "since: 2027-01-01"
        )
        (folder / "company_change/v2.yaml").write_text(newer, encoding="utf-8")
        library = Library.load(folder)
        assert library.service("company_change", date(2026, 12, 31)).definition.version == 1
        assert library.service("company_change", date(2027, 1, 1)).definition.version == 2

    def test_a_broken_case_is_told_with_its_sentence(self, folder: Path) -> None:
        path = folder / "company_change/v1.cases.yaml"
        place = replaced(path, "      situation: BG-YX-01", "      ▸situations: BG-YX-01")
        (error,) = errors_of(lambda: Library.load(folder))
        assert (error.rule, error.file, (error.line, error.column)) == (
            "extra_forbidden",
            "catalogue/company_change/v1.cases.yaml",
            place,
        )
        assert error.path.startswith("cases.只改名称")
