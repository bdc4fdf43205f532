"""Sample pages of the policy officers' definitions, made from the published services."""

from dataclasses import replace

from api.console import words
from api.console.fill import definitions as fill
from api.console.fill.deciding import deciding
from api.console.views.definitions import (
    DefinitionChecksPage,
    DefinitionDiffPage,
    DefinitionImpactPage,
    DefinitionPage,
    DefinitionRulesPage,
    DefinitionsPage,
    ProposePage,
)
from api.console.views.shared import (
    Breadcrumb,
    ErrorView,
    FieldControl,
    FieldView,
    Frame,
    Link,
    Pair,
)
from api.definition_views import Person, ServiceVersions, Stage, VersionHead
from definitions.language.roles import Role
from definitions.lifecycle.diffing import changes
from definitions.lifecycle.judging import CaseFile, CaseResult, Finding, Report, Unlike
from definitions.lifecycle.picture import drawn
from tests.support.console import guide, parts
from tests.support.console.parts import at, submission

URL = fill.version_url("company_change", 2)
TEXT = "service: company_change\nversion: 3\nname: 企业信息变更\nquestions: 没有\n"
WRONG = "第 4 行第 12 列：应为列表（每项以 - 开头）（共 2 处）"


def frame(title: str, errors: tuple[ErrorView, ...] = ()) -> Frame:
    """Around a policy officer's page."""
    home = Breadcrumb("事项", fill.URL)
    made = parts.frame(title, fill.URL, role=Role.POLICY_OFFICER, crumbs=(home,))
    return replace(made, errors=errors)


def head(stage: Stage = Stage.IN_FORCE, version: int = 2) -> VersionHead:
    """A version at that stage."""
    zhou, lu = Person(id="a1", name="周敏"), Person(id="a2", name="陆远")
    return VersionHead(
        service="company_change",
        version=version,
        name="企业信息变更",
        stage=stage,
        since="2026-11-20",
        until=None,
        sha256="3f" * 32,
        shipped=False,
        note="增加跨区迁移",
        proposed_by=zhou,
        proposed_at=at(20, 9, 5),
        approved_by=lu if stage is Stage.IN_FORCE else None,
        published_at=at(20, 15, 40) if stage is Stage.IN_FORCE else None,
        decided_by=lu,
        reason="缺跨省迁出的金例" if stage is Stage.RETURNED else None,
    )


def overview() -> DefinitionsPage:
    """Two services, four versions."""
    found = (
        ServiceVersions(
            service="company_change",
            name="企业信息变更",
            lead="market_regulation",
            in_force=2,
            versions=(head(Stage.PROPOSED, 3), head(), head(Stage.SUPERSEDED, 1)),
        ),
    )
    return DefinitionsPage(
        frame=frame("事项"),
        rows=tuple(fill.rows(found, {"company_change": {2: 41, 1: 7}})),
        propose_url=f"{fill.URL}/propose",
    )


def one(service: str = "company_change") -> DefinitionPage:
    """A large one at a glance."""
    definition = guide.loaded(service).definition
    picture = drawn(definition, guide.LIBRARY.catalogue)
    title = frame("企业信息变更 第 2 版")
    return fill.overview(guide.SERVICES, title, head(Stage.RETURNED), definition, picture)


def rules() -> DefinitionRulesPage:
    """Its matters and materials."""
    definition = guide.loaded("company_change").definition
    return fill.rules(guide.SERVICES, frame("企业信息变更 第 2 版"), head(), definition)


def diff() -> DefinitionDiffPage:
    """The second version against the first."""
    versions = {
        each.definition.version: each.definition
        for each in guide.LIBRARY.services
        if each.definition.service == "company_deregistration"
    }
    found = changes(versions[min(versions)], versions[max(versions)], guide.LIBRARY.catalogue)
    return DefinitionDiffPage(
        frame=frame("企业注销 第 2 版"),
        head=fill.head_of(head(), "/diff"),
        before="第 1 版",
        versions=(Link("第 1 版", f"{URL}/diff?before=1"),),
        sections=fill.changes(found),
    )


def report() -> Report:
    """A text with two faults, and a case that came out otherwise."""
    finding = Finding(
        file="definition/definition.yaml",
        line=4,
        column=12,
        path="questions",
        rule="list_type",
        message="应为列表（每项以 - 开头）",
    )
    case = finding.model_copy(update={"file": "definition/cases.yaml", "line": 1})
    unlike = Unlike(item="materials", label="要带的材料", expected="M01、M02", found="M01")
    return Report(
        findings=(finding, case),
        cases=(CaseResult(case="只改名称", unlike=(unlike,)), CaseResult(case="只改住所")),
    )


def checks() -> DefinitionChecksPage:
    """Tried once more."""
    return DefinitionChecksPage(
        frame=frame("企业信息变更 第 2 版"),
        head=fill.head_of(head(), "/checks"),
        report=fill.report_view(report(), TEXT, (CaseFile(name="cases.yaml", text="cases: 无"),)),
        again=submission(f"{URL}/checks"),
        text_url=f"{URL}/text",
    )


def impact() -> DefinitionImpactPage:
    """Before another officer approves."""
    return DefinitionImpactPage(
        frame=frame("企业信息变更 第 2 版"),
        head=fill.head_of(head(Stage.PROPOSED), "/impact"),
        running=(Pair(f"第 1 版 · {words.BUNDLE['running'].label}", "41 件"),),
        matters=(Pair("第 1 版 · 变更登记 · 审查", "12 件"),),
        drafts=(),
        deciding=deciding(head(Stage.PROPOSED), URL, visitor="another", may=True),
    )


def impact_own() -> DefinitionImpactPage:
    """Before the one who proposed it."""
    own = head(Stage.PROPOSED)
    assert own.proposed_by is not None
    return replace(impact(), deciding=deciding(own, URL, visitor=own.proposed_by.id, may=True))


def propose() -> ProposePage:
    """A text that was not taken."""
    wrong = (ErrorView("text", WRONG),)
    area = FieldView(
        "text", "定义文本（YAML）", FieldControl.LONG_TEXT, TEXT, error=WRONG, required=False
    )
    return ProposePage(
        frame=frame("提出定义", wrong),
        submission=submission(f"{fill.URL}/propose"),
        text=area,
        cases=replace(area, name="cases", label="金例（YAML）", value="cases: 无", error=""),
        note=FieldView("note", "说明", required=False),
        report=fill.report_view(report(), TEXT, (CaseFile(name="cases.yaml", text="cases: 无"),)),
    )
