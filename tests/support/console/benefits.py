"""Sample pages of runs of benefits: the list of them, one at each of its stations, its list."""

from dataclasses import replace
from datetime import timedelta
from functools import cache

from activities.store.benefits.frozen import FrozenFacts
from activities.store.benefits.reading import (
    EntryLine,
    EventLine,
    MatchLine,
    Tally,
)
from activities.store.benefits.runs import Progress, RunView
from api.benefits.working import SampleView, working_of
from api.console import benefit_words as words
from api.console.fill import benefit_acts as acts
from api.console.fill import benefit_lists as lists
from api.console.fill import benefits as fill
from api.console.fill.act_parts import Typed
from api.console.fill.benefit_working import working
from api.console.views.benefits import (
    BeginPage,
    ListPage,
    RunHead,
    RunPage,
    RunRow,
    RunsPage,
    SamplePage,
    SubjectPage,
)
from api.console.views.shared import (
    Breadcrumb,
    ErrorView,
    FieldView,
    Filters,
    Frame,
    Link,
    Pager,
    Tab,
)
from definitions.benefits.entitlement import Status
from definitions.benefits.run import Cause, Counts, Phase, RunState, Span, Terms
from definitions.language.benefits import PolicyDefinition, SubjectKind, Verdict
from definitions.language.roles import Actor, Role
from definitions.policy_loading import FactCatalogue, load_facts
from tests.support.console.parts import FIRM, TODAY, USCC, at, frame, on, submission, text
from tests.support.shipped import policy_of

RUN = "job_stabilisation_refund:2026:1"
OFFICER = Actor(id="a-1", role=Role.APPROVER, department="human_resources")
SUBJECT = f"{RUN.removesuffix(':1')}:17:stabilise"
HOME = Breadcrumb("免申即享", fill.URL)
TABS = tuple(Tab(label, fill.URL, current=n == 0) for n, label in enumerate(("批次", "应享")))
_FACTS = {
    "firm.registered_here": True,
    "firm.active": True,
    "firm.deregistering": False,
    "firm.months_paid": 12,
    "firm.insured_before": 40,
    "firm.insured_after": 37,
    "firm.natural_decrease": 1,
    "firm.size": "small",
    "firm.premiums_paid": 4_800_000,
}


@cache
def policy() -> PolicyDefinition:
    """失业保险稳岗返还."""
    return policy_of("job_stabilisation_refund")


@cache
def catalogue() -> FactCatalogue:
    """What may be known of firms and persons."""
    return load_facts()


def state(phase: Phase = Phase.TRIAL) -> RunState:
    """A run of it over 12,480 firms."""
    span = Span(since=on(17), days=5, until=on(24), calendar="310117-2026-3")
    counts = Counts(
        subjects=12_480,
        hits=9_317,
        near=421,
        missed=2_806,
        unknown=312,
        excluded=45,
        fen=41_230_500_00,
        missed_by={"layoff": 1_902, "paid": 1_100},
        unknown_by={"insurance": 300, "market": 12},
    )
    return RunState(
        id=RUN,
        policy="job_stabilisation_refund",
        version=1,
        sha256="5" * 64,
        period="2026",
        terms=Terms.of(policy()),
        on=TODAY,
        cause=Cause.BY_HAND,
        begun_by="a-2",
        phase=phase,
        snapshot=f"{RUN}#1",
        snapshot_sha256="9f" * 32,
        away=("insurance",),
        counts=counts,
        listed=9_290,
        listed_fen=41_100_000_00,
        publicity=span if phase in {Phase.PUBLICITY, Phase.PAYING, Phase.CLOSED} else None,
    )


def line(phase: Phase = Phase.TRIAL, *, done: int = 0) -> RunView:
    """The same as it is read; the chunks of the phase began two minutes ago."""
    begun = at(24, 9)
    since = at(24, 14, 18)
    going = Progress(phase=phase, turn=1, done=done, total=12_480, since=since)
    return RunView(
        state=state(phase),
        progress=going if done else Progress(),
        begun_at=begun,
        changed_at=since,
        closed_at=None,
        verify_at=TODAY + timedelta(days=180),
    )


def framed(title: str, *crumbs: Breadcrumb, errors: tuple[ErrorView, ...] = ()) -> Frame:
    """What stands around each of these pages."""
    made = frame(title, fill.URL, role=Role.APPROVER, nav=fill.URL, crumbs=(HOME, *crumbs))
    return replace(made, errors=errors)


def head(phase: Phase, part: str) -> RunHead:
    """The head of each page of the run."""
    found = state(phase)
    return RunHead(
        policy=Link(found.terms.name, "/console/policies/job_stabilisation_refund"),
        organ="松江区人力资源和社会保障局",
        period=fill.period(found.period),
        status=fill.status(found),
        tabs=tuple(
            Tab(label, fill.run_url(RUN, name), current=name == part)
            for label, name in (("进度", ""), ("试算抽查", "sample"), ("名单", "list"))
        ),
        note="第 2 次比对",
    )


def runs() -> RunsPage:
    """One run that waits for people."""
    found = line(Phase.REVIEW)
    row = RunRow(
        link=Link(fill.name(found.state), fill.run_url(RUN)),
        number=RUN,
        organ="松江区人力资源和社会保障局",
        status=fill.status(found.state),
        hits=9_317,
        fen=found.state.listed_fen,
        begun_at=found.begun_at,
    )
    first = replace(row, fen=None, status=words.PHASE[Phase.MATCHING])
    return RunsPage(
        frame=framed("免申即享"),
        tabs=TABS,
        filters=Filters(fill.URL, (text("policy", "政策"),), (Link("等人办的", fill.URL),)),
        rows=(row, first),
        empty="还没有批次。",
        pager=Pager("", f"{fill.URL}?after=x"),
        begin_url=fill.NEW,
    )


def begin() -> BeginPage:
    """A day that has not come yet."""
    wrong = FieldView("on", "比对日", value="2027-01-01", error="比对日不能晚于今天")
    return BeginPage(
        frame=framed("发起批次", errors=(ErrorView("on", wrong.error),)),
        tabs=TABS,
        submission=submission(fill.NEW),
        fields=(text("policy", "政策", "job_stabilisation_refund"), wrong),
        none="",
    )


def run(phase: Phase = Phase.MATCHING, *, done: int = 4_200) -> RunPage:
    """The run while it is at work, or waits for people."""
    found = line(phase, done=done)
    allowed = acts.Allowed.of(OFFICER, found.state)
    return RunPage(
        frame=framed(fill.name(found.state)),
        head=head(phase, ""),
        steps=fill.steps(found.state),
        progress=fill.progress(found.progress, found.state, at(24, 14, 20)),
        away=("社会保险经办机构",),
        next_link=acts.next_link(found.state, allowed),
        why_not=acts.why_not(
            found.state, acts.Allowed(runs=False, reviews=False, has_approved=False)
        ),
        facts=fill.facts(found),
        matched=fill.matched(found.state.counts, RUN),
        standing=fill.standing(TALLIES, RUN) if phase is Phase.PAYING else None,
        acts=acts.steering(found.state, allowed, Typed()),
        timeline=fill.timeline(EVENTS, words.EVENT),
        chain=fill.chain(holds=True),
        refresh_url=fill.run_url(RUN),
    )


TALLIES = tuple(
    Tally(status=status, count=count, fen=count * 443_000)
    for status, count in ((Status.PAID, 9_000), (Status.FAILED, 3), (Status.OBJECTED, 2))
)
EVENTS = tuple(
    EventLine(
        seq=seq,
        at=at(24, 9, seq),
        kind=kind,
        act=f"a{seq}",
        actor="a-1",
        actor_role=role,
        actor_name="李国强" if role is Role.OFFICER else None,
        body=body,
    )
    for seq, kind, role, body in (
        (3, "matched_again", Role.OFFICER, {"reason": "社保数据补报"}),
        (2, "match_reported", Role.SYSTEM, {"counts": {"hits": 9, "unknown": 1, "subjects": 12}}),
        (1, "run_begun", Role.OFFICER, {}),
    )
)


def sample_view(subject: int = 17) -> SampleView:
    """A firm of 40 that kept 37, one of whom retired."""
    days = dict.fromkeys(("market", "insurance", "credit"), on(20))
    facts = FrozenFacts(facts=_FACTS | {"firm.dishonest": False}, days=days)
    return SampleView(
        line=MatchLine(
            subject=subject,
            kind=SubjectKind.FIRM,
            code=USCC,
            name=FIRM,
            verdict=Verdict.HIT,
            amount=2_880_000,
            reasons=(),
            near=False,
            entitlement=SUBJECT,
            status=Status.LISTED,
        ),
        working=working_of(policy(), catalogue(), facts, TODAY),
    )


def sample(*, mine: bool = True) -> SamplePage:
    """Ten of forty, one of which nobody looked at yet."""
    found = [sample_view(subject) for subject in range(17, 27)]
    error = "第 1 例还没有看"
    counts = state().counts
    return SamplePage(
        frame=framed("试算抽查", errors=(ErrorView("right-17", error),) if mine else ()),
        head=head(Phase.TRIAL, "sample"),
        wanted=40,
        first=0,
        rows=tuple(
            lists.sample_row(
                each,
                working(each.working, policy(), catalogue()),
                {},
                error if mine and n == 0 else "",
            )
            for n, each in enumerate(found)
        ),
        carried=(("subject", "40"), ("right-40", "right")),
        parts=(0, 1, 2, 3),
        submission=submission(fill.run_url(RUN, "sample")) if mine else None,
        why_not="" if mine else "由主管部门的经办人抽查，您可以查看。",
        missed=fill.missed_by(counts, policy()),
        unknown=fill.unknown_by(counts, catalogue()),
        cost="按 2026-11-24 的数据，12,480 户（人）中 9,317 户（人）符合。",
    )


def subject() -> SubjectPage:
    """A near miss: 36 kept of 40, one of whom retired."""
    days = {"market": on(20), "insurance": on(20)}
    facts = FrozenFacts(facts=_FACTS | {"firm.insured_after": 36}, days=days)
    found = working_of(policy(), catalogue(), facts, TODAY)
    return SubjectPage(
        frame=framed(f"{FIRM} 的比对"),
        head=head(Phase.TRIAL, "list"),
        code=USCC,
        working=working(found, policy(), catalogue(), is_near=True),
        entitlement=Link("在名单", fill.entitlement_url(SUBJECT)),
    )


def entry(status: Status = Status.LISTED) -> EntryLine:
    """An entitlement as it is read."""
    return EntryLine(
        id=SUBJECT,
        run=RUN,
        policy="job_stabilisation_refund",
        policy_name=policy().name,
        period="2026",
        organ="human_resources",
        subject=17,
        kind=SubjectKind.FIRM,
        code=USCC,
        name=FIRM,
        fen=2_880_000,
        status=status,
        why="active" if status is Status.STOPPED else None,
        attempt=1 if status in {Status.FAILED, Status.RECOVERING} else 0,
        back_by=on(20) if status is Status.RECOVERING else None,
        back_fen=2_880_000 if status is Status.RECOVERING else 0,
        has_account=True,
        changed_at=at(24, 10),
    )


def listed() -> ListPage:
    """The list under review."""
    found = state(Phase.REVIEW)
    allowed = acts.Allowed.of(OFFICER, found)
    asked = lists.Asked(RUN, "listed", Status.LISTED, "", 17)
    says = fill.says_of(policy())
    shown = sample_view().line
    return ListPage(
        frame=framed("名单"),
        head=head(Phase.REVIEW, "list"),
        views=lists.views(asked, found, TALLIES),
        find=lists.finding(fill.run_url(RUN, "list/listed"), "没有这个对象", typed=USCC),
        filters=lists.filters(asked, policy()),
        rows=(
            lists.entry_row(entry(), says, found),
            lists.entry_row(entry(Status.STOPPED), says, found),
            lists.match_row(RUN, shown, says),
        ),
        empty="没有这样的。",
        about=lists.ABOUT["unknown"],
        pager=Pager("", lists.url(asked, after="x")),
        next_act=acts.approving(found, allowed),
        give_back=acts.returning(found, allowed, Typed()),
        why_not="您可以查看。",
    )
