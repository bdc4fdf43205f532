"""From definitions and their versions to what policy officers see."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from markupsafe import Markup

from api.console import formats, words
from api.console.fill.guide import blocker_views, matter_view, situations
from api.console.views.definitions import (
    CaseView,
    ChangesView,
    ChangeView,
    DefinitionHead,
    DefinitionPage,
    DefinitionRow,
    DefinitionRulesPage,
    FindingView,
    ReportView,
    RuleView,
    TreeView,
)
from api.console.views.shared import Frame, Link, Pair, StatusView, Tab, Tone
from api.console.wording import basis_view
from api.definition_views import Person, ServiceVersions, Stage, TextHead, VersionHead
from api.services import Services
from definitions.language.checks import Severity
from definitions.language.conditions import Condition
from definitions.language.questions import Question
from definitions.language.service import ServiceDefinition
from definitions.lifecycle.diffing import Change
from definitions.lifecycle.judging import CaseFile, Judgement
from definitions.lifecycle.picture import Picture
from definitions.rules.conditions import facts_in
from definitions.rules.leaflet import LeafletMaterial, leaflet
from definitions.rules.phrases import phrase

URL = "/console/definitions"
_TABS = (
    ("概览", ""),
    ("事项和材料", "/rules"),
    ("与别的版本比较", "/diff"),
    ("检查和金例", "/checks"),
    ("影响和批准", "/impact"),
)
_STAGES = {
    Stage.DRAFT: ("草稿", Tone.IDLE),
    Stage.CHECKED: ("已检查", Tone.INFO),
    Stage.PROPOSED: ("待批准", Tone.WAIT),
    Stage.RETURNED: ("已退回", Tone.BAD),
    Stage.PUBLISHED: ("已发布，未施行", Tone.INFO),
    Stage.IN_FORCE: ("施行中", Tone.OK),
    Stage.SUPERSEDED: ("已被取代", Tone.IDLE),
    Stage.RETIRED: ("已停用", Tone.IDLE),
}
_SEVERITY = {Severity.BLOCK: "拦下", Severity.WARN: "提醒", Severity.INFO: "提示"}
_KINDS = {"added": "新增", "removed": "删去", "changed": "改动"}
_ASKS = {"one": "单选", "many": "多选", "date": "日期"}
_FILES = {"definition.yaml": "定义", "policy.yaml": "政策"}
_MOST_WRITTEN = 120


def version_url(service: str, version: int) -> str:
    """Where one version is."""
    return f"{URL}/{service}/{version}"


def stage(found: Stage) -> StatusView:
    """Where a version stands."""
    label, tone = _STAGES[found]
    return StatusView(label, words.SYMBOLS[tone], tone)


def rows(
    found: Sequence[ServiceVersions], running: dict[str, dict[int, int]]
) -> Iterator[DefinitionRow]:
    """Every version, service by service."""
    for each in found:
        for head in each.versions:
            yield DefinitionRow(
                link=Link(f"第 {head.version} 版", version_url(each.service, head.version)),
                service=head.name,
                status=stage(head.stage),
                since=head.since,
                until=head.until or "",
                by=_name(head.approved_by or head.proposed_by),
                running=running.get(each.service, {}).get(head.version, 0),
            )


def head_of(head: VersionHead, here: str) -> DefinitionHead:
    """The status and the tabs; `here` is the path of the tab below the version."""
    url = version_url(head.service, head.version)
    tabs = tuple(Tab(label, f"{url}{path}", current=path == here) for label, path in _TABS)
    return DefinitionHead(stage(head.stage), tabs)


def facts_of_head(head: VersionHead, services: Services) -> Iterator[Pair]:
    """Who brought it where it stands, and when."""
    yield Pair("编号", f"{head.service} v{head.version}")
    yield Pair("施行", since_said(head))
    yield from course(head, services)


def since_said(head: TextHead) -> str:
    """`2026-01-01 起，到 2026-12-31`."""
    return f"{head.since} 起{f'，到 {head.until}' if head.until else ''}"


def course(head: TextHead, services: Services) -> Iterator[Pair]:
    """Who proposed, decided and retired it, and why."""
    now = services.now()
    yield Pair("校验码", head.sha256[:16])
    if head.shipped:
        yield Pair("来源", "随软件发布")
    else:
        yield Pair("提出", f"{_name(head.proposed_by)}，{formats.moment(head.proposed_at, now)}")
    if head.decided_at and not head.shipped:
        word = "退回" if head.stage is Stage.RETURNED else "批准"
        yield Pair(word, f"{_name(head.decided_by)}，{formats.moment(head.decided_at, now)}")
    if head.note:
        yield Pair("说明", head.note)
    if head.reason:
        yield Pair("退回的理由", head.reason)
    if head.retired_why:
        yield Pair("停用", f"{_name(head.retired_by)}：{head.retired_why}")


def overview(
    services: Services,
    frame: Frame,
    head: VersionHead,
    definition: ServiceDefinition,
    picture: Picture,
) -> DefinitionPage:
    """One version at a glance."""
    every = situations(definition)
    return DefinitionPage(
        frame=frame,
        head=head_of(head, ""),
        facts=tuple(facts_of_head(head, services)),
        # Drawn by our own code, which escapes every word in it.
        picture=Markup(picture.svg),  # noqa: S704
        lines=picture.lines,
        questions=_tree(definition),
        situations=tuple(
            Pair(each.code, f"{each.name}：{_when(each.when, definition)}") for each in every
        ),
        bases=tuple(basis_view(services, basis) for basis in definition.bases),
    )


def rules(
    services: Services, frame: Frame, head: VersionHead, definition: ServiceDefinition
) -> DefinitionRulesPage:
    """Matters, materials, what rules out, pre-check rules."""
    found = leaflet(definition, services.library.catalogue, None)
    return DefinitionRulesPage(
        frame=frame,
        head=head_of(head, "/rules"),
        matters=tuple(matter_view(services, definition, each) for each in found.matters),
        materials=tuple(
            Pair(f"{each.use.code} {each.material.name}", _asked(each)) for each in found.materials
        ),
        blockers=tuple(blocker_views(services, found)),
        rules=tuple(
            RuleView(
                check.id,
                _SEVERITY[check.severity],
                check.says,
                phrase(check.when, definition) if check.when else "",
            )
            for check in definition.checks
        ),
    )


def changes(found: Sequence[Change]) -> tuple[ChangesView, ...]:
    """Under their headings, in their order."""
    return tuple(
        ChangesView(title, tuple(ChangeView(_KINDS[each.kind], each.text) for each in group))
        for title, group in groupby(found, key=lambda each: each.section)
    )


def report_view(report: Judgement, text: str, cases: Sequence[CaseFile]) -> ReportView:
    """Every finding with the line it is about."""
    texts = {file.name: file.text.splitlines() for file in cases}
    lines = text.splitlines()
    label, tone = ("没有问题", Tone.OK) if report.ok else ("有问题，不能发布", Tone.BAD)
    passed = len(report.cases) - len(report.failed)
    tried = f"金例 {len(report.cases)} 个，通过 {passed} 个" if report.cases else "金例没有试"
    findings = []
    for each in report.findings:
        name = each.file.rpartition("/")[2]
        beside = texts.get(name, lines if "cases" not in name else [])
        written = beside[each.line - 1] if 0 < each.line <= len(beside) else ""
        place = f"{each.path}：" if each.path else ""
        findings.append(
            FindingView(
                file="金例" if "cases" in name else _FILES.get(name, name),
                line=each.line,
                column=each.column,
                written=written.strip()[:_MOST_WRITTEN],
                message=f"{place}{each.message}",
            )
        )
    return ReportView(
        status=StatusView(label, words.SYMBOLS[tone], tone),
        summary=f"检查出 {len(report.findings)} 处；{tried}",
        findings=tuple(findings),
        cases=tuple(
            CaseView(
                case.case,
                tuple(f"{u.label}应为 {u.expected}，得到 {u.found}" for u in case.unlike),
            )
            for case in report.failed
        ),
    )


def _name(person: Person | None) -> str:
    return person.name if person else "已注销的账号"


def _when(when: Condition | None, definition: ServiceDefinition) -> str:
    return phrase(when, definition) if when else "两项以上一起办"


def _asked(each: LeafletMaterial) -> str:
    told = [f"{each.only_if}的" if each.only_if else "都要"]
    waiver = each.use.waived
    if waiver is not None:
        told.append(
            f"{each.waived_if}的免交：{waiver.by}" if each.waived_if else f"免交：{waiver.by}"
        )
    if each.use.produced_by:
        told.append("办理中产生，不向申请人要")
    return "；".join(told)


def _tree(definition: ServiceDefinition) -> tuple[TreeView, ...]:
    """Each question under the latest one that its condition looks at."""
    ids = [question.id for question in definition.questions]
    below: dict[str, list[Question]] = {}
    for n, question in enumerate(definition.questions):
        looked = {fact.removeprefix("answer.") for fact in facts_in(question.when)}
        parent = next((each for each in reversed(ids[:n]) if each in looked), "")
        below.setdefault(parent, []).append(question)

    def grown(parent: str) -> tuple[TreeView, ...]:
        return tuple(
            TreeView(q.text, _note(q, definition), _options(q), grown(q.id))
            for q in below.get(parent, ())
        )

    return grown("")


def _note(question: Question, definition: ServiceDefinition) -> str:
    told = [_ASKS[question.kind]]
    if question.answered_by:
        told.append("登记库查得到的不问")
    if question.when is not None:
        told.append(f"{phrase(question.when, definition)}的才问")
    return "；".join(told)


def _options(question: Question) -> tuple[str, ...]:
    return tuple(option.label for option in question.options)
