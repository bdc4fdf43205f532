"""Sample pages of the policy library, made from the policies that are shipped."""

from dataclasses import replace
from datetime import date

from activities.store.benefits.simulations import (
    Moved,
    Outcome,
    ReasonCount,
    Shift,
    SimulationResult,
)
from api.console.fill import policies as fill
from api.console.fill.deciding import deciding
from api.console.views.policies import (
    PoliciesPage,
    PolicyDecidePage,
    PolicyPage,
    SimulatePage,
    SimulationPage,
    SimulationRow,
)
from api.console.views.shared import (
    BasisView,
    Breadcrumb,
    ErrorView,
    FieldControl,
    FieldView,
    Frame,
    Link,
    Pair,
)
from api.definition_views import Person, Stage
from api.policy_views import PolicyVersion, PolicyVersions
from api.simulating import Someone
from definitions.language.benefits import SubjectKind, Verdict
from definitions.language.roles import Role
from definitions.lifecycle.policy_plain import PlainPolicy, plain
from definitions.lifecycle.policy_saying import organs_of
from definitions.loading import load_catalogue
from definitions.policy_loading import LoadedPolicy, PolicyLibrary
from tests.support.console import parts
from tests.support.console.parts import at, submission

HOUSE = load_catalogue()
LIBRARY = PolicyLibrary.load(HOUSE)
DAY = date(2026, 11, 24)


def frame(title: str, errors: tuple[ErrorView, ...] = ()) -> Frame:
    """Around a policy officer's page."""
    home = Breadcrumb("政策", fill.URL)
    made = parts.frame(title, fill.URL, role=Role.POLICY_OFFICER, crumbs=(home,))
    return replace(made, errors=errors)


def _loaded(policy: str) -> LoadedPolicy:
    return next(each for each in LIBRARY.policies if each.definition.policy == policy)


def _plain(policy: str) -> PlainPolicy:
    return plain(_loaded(policy), LIBRARY.catalogue, organs_of(HOUSE), DAY)


def head(policy: str, stage: Stage = Stage.IN_FORCE, version: int = 1) -> PolicyVersion:
    """A version at that stage."""
    loaded = _loaded(policy)
    return PolicyVersion(
        policy=policy,
        version=version,
        name=loaded.definition.name,
        organ=loaded.definition.organ,
        stage=stage,
        since="2026-01-01",
        until="2026-12-31",
        sha256=loaded.sha256,
        shipped=False,
        note="按本年度文件调整",
        proposed_by=Person(id="a1", name="周敏"),
        proposed_at=at(20, 9, 5),
        decided_by=Person(id="a2", name="陆远"),
        decided_at=at(20, 15, 40),
    )


def overview() -> PoliciesPage:
    """Every shipped policy; of one the next version waits."""
    found = [
        PolicyVersions(
            policy=name,
            name=each.definition.name,
            organ=each.definition.organ,
            in_force=1,
            plain=_plain(name),
            versions=(head(name, Stage.PROPOSED, 2), head(name)) if n == 0 else (head(name),),
        )
        for n, each in enumerate(LIBRARY.policies)
        for name in (each.definition.policy,)
    ]
    return PoliciesPage(
        frame=frame("政策"),
        rows=tuple(fill.rows(found, organs_of(HOUSE))),
        propose_url=f"{fill.URL}/propose",
        simulations_url=fill.SIMULATIONS,
    )


def one(policy: str = "job_stabilisation_refund") -> PolicyPage:
    """One policy in plain Chinese."""
    said, url = _plain(policy), fill.version_url(policy, 1)
    return PolicyPage(
        frame=frame(f"{said.name} 第 1 版"),
        head=fill.head_of(head(policy), ""),
        facts=(Pair("编号", f"{policy} v1"), Pair("提出", "周敏，11月20日 09:05")),
        summary=said.summary,
        conditions=fill.conditions(said),
        figures=tuple(Pair(f"{each.label}（{each.unit}）", each.means) for each in said.figures),
        formula=said.formula,
        at_most=said.at_most,
        uncertain=f"{fill.UNCERTAIN}。{said.note}",
        terms=fill.terms(said),
        bases=tuple(BasisView(b.law, b.article, b.says or "") for b in said.bases),
        usual=said.usual,
        cases=fill.cases(said),
        versions=(Link("第 2 版", fill.version_url(policy, 2)),),
        text_url=f"{url}/text",
        simulate_url=f"{fill.SIMULATIONS}?policy={policy}&version=1",
        revise_url=f"{fill.URL}/propose?policy={policy}&version=1",
    )


def decide(stage: Stage = Stage.PROPOSED, visitor: str = "another") -> PolicyDecidePage:
    """What may be done with a version."""
    policy = "high_tech_award"
    version = head(policy, stage, 2)
    return PolicyDecidePage(
        frame=frame("高新技术企业认定奖励 第 2 版"),
        head=fill.head_of(version, "/decide"),
        says="已经开始的批次按开始时的版本办到底；新的批次按当时生效的版本。",
        deciding=deciding(version, fill.version_url(policy, 2), visitor=visitor, may=True),
    )


def simulate() -> SimulatePage:
    """The form, and one that was made."""
    return SimulatePage(
        frame=frame("推演"),
        submission=submission(fill.SIMULATIONS),
        text=FieldView("text", "政策文本（YAML）", FieldControl.LONG_TEXT, required=False),
        on=FieldView("on", "按哪一天的数据", FieldControl.DATE, value="2025-11-24", required=False),
        rows=(
            SimulationRow(
                link=Link("第 7 次", f"{fill.SIMULATIONS}/7"),
                policy="高新技术企业认定奖励",
                on=date(2025, 11, 24),
                by="周敏",
                at=at(24, 9, 30),
            ),
        ),
    )


def _outcome(version: int, hits: int, fen: int) -> Outcome:
    return Outcome(
        version=version,
        counts={
            Verdict.HIT: hits,
            Verdict.MISS: 15_204,
            Verdict.UNKNOWN: 310,
            Verdict.EXCLUDED: 12,
        },
        near=96,
        fen=fen,
        reasons=(
            ReasonCount(
                condition="title",
                says="高新技术企业认定有效",
                verdict=Verdict.MISS,
                subjects=15_120,
            ),
            ReasonCount(
                condition="fresh", says="认定在一年之内", verdict=Verdict.MISS, subjects=84
            ),
            ReasonCount(
                condition="breach",
                says="近一年有重大违法行为",
                verdict=Verdict.EXCLUDED,
                subjects=12,
            ),
        ),
    )


def simulation() -> SimulationPage:
    """A draft with less for some and nothing for others."""
    result = SimulationResult(
        policy="high_tech_award",
        version=2,
        organ="science",
        name="高新技术企业认定奖励",
        kind=SubjectKind.FIRM,
        on=date(2025, 11, 24),
        snapshot="7c" * 32,
        subjects=15_902,
        away=("certificates",),
        budget=1_500_000_000,
        rivals=(),
        draft=_outcome(2, 376, 1_640_000_000),
        before=_outcome(1, 402, 2_010_000_000),
        losses=Shift(
            subjects=26,
            fen=-130_000_000,
            first=(Moved(subject=4, before=5_000_000, after=None, reasons=("fresh",)),),
        ),
        less=Shift(
            subjects=1, fen=-2_000_000, first=(Moved(subject=9, before=5_000_000, after=3_000_000),)
        ),
    )
    people = {
        4: Someone(code="91310117MA1J00004X", name="上海云间精密仪器有限公司"),
        9: Someone(code="91310117MA1J00009X", name="上海佘山软件有限公司"),
    }
    return SimulationPage(
        frame=frame("推演：高新技术企业认定奖励 第 2 版"),
        facts=(Pair("按哪一天的数据", "2025年11月24日"), Pair("对象", "15,902 户")),
        away="认证、知识产权等证书库",
        over=result.over,
        has_before=True,
        compared=fill.compared(result),
        verdicts=tuple(fill.verdict_charts(result)),
        reasons=tuple(fill.reason_charts(result)),
        shifts=tuple(fill.shifts(result, people)),
    )
