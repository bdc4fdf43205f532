"""Officers' pages of runs of benefits: the list of them, beginning one, steering one."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated

from fastapi import Path, Query, Response

from activities.store.benefits import reading
from activities.store.benefits.policies import policies_in_force
from activities.store.benefits.runs import RunView
from api.auth.person import organ_of
from api.benefits import running
from api.benefits.base import read_run
from api.console import benefit_words as words
from api.console.fill import benefit_acts as acts
from api.console.fill import benefits as fill
from api.console.fill.act_parts import Typed
from api.console.fill.benefits import URL
from api.console.pages.typed import day_of, faults
from api.console.request import Posted, Posting, Visit, Visiting, moved, page, submission
from api.console.request import router as pages
from api.console.views.benefits import BeginPage, RunPage, RunsPage
from api.console.views.shared import (
    Breadcrumb,
    ErrorView,
    FieldControl,
    FieldView,
    Filters,
    Link,
    Option,
    Pager,
)
from api.paging import cursor, key_of, moment
from api.problems import ApiCode, Problem
from definitions.benefits.run import FOR_PEOPLE, OVER, Pace, Phase
from definitions.errors import Code, Refused
from definitions.policy_loading import LoadedPolicy
from definitions.rules import permissions
from definitions.rules.calendar import local_day
from definitions.rules.permissions import Act

router = pages()

HOME = Breadcrumb("免申即享", URL)
Run = Annotated[str, Path(max_length=120)]
After = Annotated[str | None, Query(max_length=400)]
_ROWS, _EVENTS = 50, 100
_BLANK = Typed()
_WRONG = frozenset({Code.INVALID, Code.UNKNOWN_POLICY, Code.RUN_BEGUN, Code.REASONS_MISSING})
_STATES = {
    "people": ("等人办的", tuple(FOR_PEOPLE)),
    "going": ("进行中", tuple(p for p in Phase if p not in OVER | FOR_PEOPLE)),
    "over": ("已结束", tuple(OVER)),
}


@router.get(URL)
async def runs(
    visitor: Visiting,
    policy: Annotated[str, Query(max_length=60)] = "",
    state: Annotated[str, Query(max_length=20)] = "",
    after: After = None,
) -> Response:
    """Runs, the newest first."""
    organ, key = organ_of(visitor.actor), key_of(after, 2)
    async with visitor.services.store.reading() as session:
        found = await reading.runs(
            session,
            policy=policy or None,
            organ=organ,
            phases=_STATES[state][1] if state in _STATES else (),
            after=(moment(key[0]), key[1]) if key else None,
            limit=_ROWS,
        )
        known = await policies_in_force(session, local_day(visitor.services.now()))
    names = {each.definition.policy: each.definition.name for each in known}
    view = RunsPage(
        frame=await visitor.frame("免申即享", nav=URL, here=URL),
        tabs=fill.tabs(visitor, URL),
        filters=_filters(names, policy, state),
        rows=tuple(fill.row(visitor.services, each) for each in found),
        empty="没有这样的批次。" if policy or state else "还没有批次。",
        pager=Pager("", _following(found, policy=policy, state=state)),
        begin_url=fill.NEW if visitor.may(Act.RUN_BENEFITS) else "",
    )
    return page(visitor.request, view)


@router.get(fill.NEW)
async def new(visitor: Visiting, policy: Annotated[str, Query(max_length=60)] = "") -> Response:
    """The form that begins a run."""
    permissions.require(visitor.actor, Act.RUN_BENEFITS)
    return await _form(visitor, {"policy": policy})


@router.post(fill.NEW)
async def begin(visitor: Visiting, form: Posting) -> Response:
    """Begin it, or say what is wrong beside it."""
    permissions.require(visitor.actor, Act.RUN_BENEFITS)
    typed = {name: form.one(name).strip() for name in ("policy", "on", "period")}
    try:
        made = await running.begin_run(
            visitor.services,
            visitor.actor,
            policy=typed["policy"],
            sent=form.sent,
            on=_day(typed["on"]),
            period=typed["period"] or None,
        )
    except (Problem, Refused) as error:
        if error.code not in _WRONG:
            raise
        return await _form(visitor, typed, faults(error, "policy"))
    return moved(fill.run_url(made.state.id), f"已发起{fill.name(made.state)}")


@router.get(f"{URL}/runs/{{run}}")
async def one(visitor: Visiting, run: Run) -> Response:
    """A run: where it stands and what may be done."""
    return await _run_page(visitor, run)


@router.post(f"{URL}/runs/{{run}}/{{act}}")
async def steer(visitor: Visiting, form: Posting, run: Run, act: str) -> Response:
    """What people do with a run as a whole."""
    try:
        done = await _acted(visitor, form, run, act)
    except (Problem, Refused) as error:
        if error.code not in _WRONG:
            raise
        found = faults(error, "reason")
        wrong = {acts.field_id(act, name): said for name, said in found.items()}
        return await _run_page(visitor, run, Typed.back(form, wrong), act)
    return moved(fill.run_url(done.state.id), acts.TOLD[act])


async def _acted(visitor: Visit, form: Posted, run: str, act: str) -> RunView:
    """Raises `not-found` for an act there is not, and what the act refuses."""
    services, actor, sent = visitor.services, visitor.actor, form.sent
    reason = form.one(acts.field_id(act, "reason"))
    match act:
        case "pause":
            return await running.pause_run(services, actor, run, reason=reason, sent=sent)
        case "resume":
            return await running.resume_run(services, actor, run, sent=sent)
        case "pace":
            return await running.set_pace(services, actor, run, pace=_pace(form), sent=sent)
        case "match-again":
            on = _day(form.one("on").strip())
            return await running.match_again(services, actor, run, reason=reason, on=on, sent=sent)
        case "approve":
            return await running.approve_list(services, actor, run, sent=sent)
        case "return":
            return await running.return_list(services, actor, run, reason=reason, sent=sent)
        case "cancel":
            return await running.cancel_run(services, actor, run, reason=reason, sent=sent)
        case "verify":
            return await running.verify_run(services, actor, run, sent=sent)
        case _:
            raise Problem(ApiCode.NOT_FOUND)


async def _run_page(visitor: Visit, run: str, filled: Typed = _BLANK, act: str = "") -> Response:
    services, now = visitor.services, visitor.services.now()
    view = await read_run(services, visitor.actor, run)
    async with services.store.reading() as session:
        standing = await reading.tallies(session, run)
        events = await reading.run_events(session, run, limit=_EVENTS)
        holds = await reading.run_chain_holds(session, run)
    state = view.state
    allowed = acts.Allowed.of(visitor.actor, state)
    sources = {source.id: source.name for source in services.facts.sources}
    errors = [ErrorView(name, said) for name, said in filled.errors.items()]
    # The list is given back from its own page; where that failed, it is put right here.
    given_back = acts.returning(state, allowed, filled) if act == "return" else None
    shown = RunPage(
        frame=await visitor.frame(
            fill.name(state), nav=URL, here=fill.run_url(run), crumbs=(HOME,), errors=errors
        ),
        head=fill.head(services, state, ""),
        steps=fill.steps(state),
        progress=fill.progress(view.progress, state, now),
        away=tuple(sources.get(name, name) for name in state.away),
        next_link=acts.next_link(state, allowed),
        why_not=acts.why_not(state, allowed),
        facts=fill.facts(view),
        matched=fill.matched(state.counts, run),
        standing=fill.standing(standing, run),
        acts=(
            *((given_back,) if given_back else ()),
            *acts.steering(state, allowed, filled),
        ),
        timeline=fill.timeline(events, words.EVENT),
        chain=fill.chain(holds=holds),
        refresh_url=fill.run_url(run),
    )
    return page(visitor.request, shown, status=422 if filled.errors else 200)


async def _form(
    visitor: Visit, typed: Mapping[str, str], wrong: Mapping[str, str] | None = None
) -> Response:
    said = wrong or {}
    async with visitor.services.store.reading() as session:
        found = await policies_in_force(session, local_day(visitor.services.now()))
    mine = [
        each
        for each in found
        if permissions.reaches(visitor.actor, Act.RUN_BENEFITS, each.definition.organ)
    ]
    view = BeginPage(
        frame=await visitor.frame(
            "发起批次",
            nav=URL,
            here=fill.NEW,
            crumbs=(HOME,),
            errors=[ErrorView(field, message) for field, message in said.items()],
        ),
        tabs=fill.tabs(visitor, URL),
        submission=submission(fill.NEW),
        fields=_fields(mine, typed, said),
        none="" if mine else "本机关没有施行中的政策。",
    )
    return page(visitor.request, view, status=422 if said else 200)


def _fields(
    mine: Sequence[LoadedPolicy], typed: Mapping[str, str], said: Mapping[str, str]
) -> tuple[FieldView, ...]:
    chosen = typed.get("policy") or (mine[0].definition.policy if mine else "")
    options = tuple(
        Option(d.policy, d.name, hint=words.WAY[d.way], chosen=d.policy == chosen)
        for d in (each.definition for each in mine)
    )
    return (
        FieldView(
            "policy", "政策", FieldControl.CHOICE, options=options, error=said.get("policy", "")
        ),
        FieldView(
            "on",
            "比对日",
            FieldControl.DATE,
            value=typed.get("on", ""),
            hint="按这一天的数据比对；不填就是今天",
            error=said.get("on", ""),
            required=False,
        ),
        FieldView(
            "period",
            "兑现周期",
            value=typed.get("period", ""),
            hint="年写 2026，月写 2026-09；不填就是比对日所在的周期",
            error=said.get("period", ""),
            required=False,
            max_length=7,
        ),
    )


def _filters(names: Mapping[str, str], policy: str, state: str) -> Filters:
    options = (Option("", "全部"), *(Option(k, v, chosen=k == policy) for k, v in names.items()))
    states = (Option("", "全部"), *(Option(k, v[0], chosen=k == state) for k, v in _STATES.items()))
    chips: list[Link] = []
    if policy:
        chips.append(Link(names.get(policy, policy), fill.with_query(URL, state=state)))
    if state in _STATES:
        chips.append(Link(_STATES[state][0], fill.with_query(URL, policy=policy)))
    return Filters(
        URL,
        (
            FieldView("policy", "政策", FieldControl.LIST, options=options, required=False),
            FieldView("state", "状态", FieldControl.LIST, options=states, required=False),
        ),
        tuple(chips),
    )


def _following(found: Sequence[RunView], **kept: str) -> str:
    if len(found) < _ROWS:
        return ""
    last: datetime = found[-1].begun_at
    return fill.with_query(URL, **kept, after=cursor((last, found[-1].id)))


def _day(said: str) -> date | None:
    """Raises `invalid` where it is no day."""
    found = day_of(said)
    if said and found is None:
        raise acts.wrong_day()
    return found


def _pace(form: Posted) -> Pace:
    try:
        return Pace(form.one("pace"))
    except ValueError:
        raise Problem(ApiCode.MALFORMED) from None
