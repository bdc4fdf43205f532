"""A run's trial and its list: the sample looked through by hand, one subject, the whole list."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import Path, Query, Response

from activities.store.benefits import reading
from activities.store.benefits.policies import policies_in_force, policy_at
from activities.store.benefits.reading import EntryLine, MatchLine
from api.benefits import running
from api.benefits.base import read_run
from api.benefits.sampling import match_working, sample
from api.benefits.working import SampleView
from api.console import formats
from api.console.fill import benefit_acts as acts
from api.console.fill import benefit_lists as lists
from api.console.fill import benefits as fill
from api.console.fill.act_parts import Typed
from api.console.fill.benefit_working import working
from api.console.fill.benefits import URL
from api.console.pages.benefits import HOME, Run
from api.console.request import Posting, Visit, Visiting, moved, page, submission
from api.console.request import router as pages
from api.console.views.benefits import ListPage, SamplePage, SubjectPage
from api.console.views.shared import Breadcrumb, ErrorView, Pager
from api.facts import subject_found
from api.paging import cursor, key_of, number
from definitions.benefits.entitlement import Status
from definitions.benefits.run import Phase, RunState, Sampled
from definitions.errors import Code, Refused
from definitions.language.benefits import PolicyDefinition
from definitions.rules.money import yuan

router = pages()

_ROWS, _LOOKED_AT = 50, 10
_WRONG = frozenset({Code.SAMPLE_TOO_SMALL, Code.SAMPLE_WRONG, Code.RUN_PHASE})
After = Annotated[str | None, Query(max_length=400)]


@router.get(f"{URL}/runs/{{run}}/sample")
async def look(visitor: Visiting, run: Run) -> Response:
    """The sample, each with its working."""
    return await _sample(visitor, run, {})


@router.post(f"{URL}/runs/{{run}}/sample")
async def looked(visitor: Visiting, form: Posting, run: Run) -> Response:
    """What a person found. A long sample is looked through part by part before it counts."""
    typed = lists.typed(form)
    if part := form.one("part"):
        return await _sample(visitor, run, typed, part=int(part) if part.isdigit() else 0)
    drawn = form.all("subject")
    missing = [name for name in drawn if typed.get(f"right-{name}") not in lists.ANSWERS]
    if missing:
        errors = [
            ErrorView(f"right-{name}", f"第 {drawn.index(name) + 1} 例还没有看") for name in missing
        ]
        first = drawn.index(missing[0]) // _LOOKED_AT
        return await _sample(visitor, run, typed, part=first, errors=errors)
    sampled = [
        Sampled(
            subject=int(name),
            right=typed[f"right-{name}"] == "right",
            note=typed.get(f"note-{name}", ""),
        )
        for name in drawn
        if name.isdigit()
    ]
    try:
        await running.pass_trial(
            visitor.services, visitor.actor, run, sampled=sampled, sent=form.sent
        )
    except Refused as error:
        if error.code not in _WRONG:
            raise
        return await _sample(visitor, run, typed, errors=[ErrorView("main", str(error))])
    return moved(fill.run_url(run), "试算抽查通过，开始生成名单")


@router.get(f"{URL}/runs/{{run}}/subjects/{{subject}}")
async def subject(
    visitor: Visiting, run: Run, subject: Annotated[int, Path(ge=1, lt=2**63)]
) -> Response:
    """How one subject came out, near misses and missing data included."""
    found = await match_working(visitor.services, visitor.actor, run, subject)
    state, policy = await _run(visitor, run)
    line = found.line
    view = SubjectPage(
        frame=await visitor.frame(
            f"{line.name} 的比对",
            nav=URL,
            here=fill.subject_url(run, subject),
            crumbs=(HOME, Breadcrumb(fill.name(state), fill.run_url(run))),
        ),
        head=fill.head(visitor.services, state, "list"),
        code=lists.code(line.kind, line.code),
        working=working(found.working, policy, visitor.services.facts, is_near=line.near),
        entitlement=lists.entitlement_link(line),
    )
    return page(visitor.request, view)


@router.get(f"{URL}/runs/{{run}}/list")
async def listed(
    visitor: Visiting,
    run: Run,
    *,
    view: Annotated[str, Query(max_length=20)] = "listed",
    status: Status | None = None,
    reason: Annotated[str, Query(max_length=60)] = "",
    subject: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
    after: After = None,
) -> Response:
    """The list by status; who nearly is on it, and of whom something is not known."""
    asked = lists.Asked(run, view if view in lists.VIEWS else "listed", status, reason, subject)
    return await _list(visitor, asked, after=after)


@router.post(f"{URL}/runs/{{run}}/list/{{view}}")
async def find(visitor: Visiting, form: Posting, run: Run, view: str) -> Response:
    """One of the list, by code."""
    asked = lists.Asked(run, view if view in lists.VIEWS else "listed", None, "")
    typed = form.one("code")
    try:
        subject = await subject_found(visitor.services, visitor.actor, typed)
    except Refused as error:
        if error.code is not Code.UNKNOWN_SUBJECT:
            raise
        return await _list(visitor, asked, wrong=error.message, typed=typed)
    return moved(lists.url(replace(asked, subject=subject)))


async def _list(
    visitor: Visit,
    asked: lists.Asked,
    *,
    after: str | None = None,
    wrong: str = "",
    typed: str = "",
) -> Response:
    run = asked.run
    state, policy = await _run(visitor, run)
    key = key_of(after, 1)
    async with visitor.services.store.reading() as session:
        tallies = await reading.tallies(session, run)
        says = fill.says_of(policy, await policies_in_force(session, state.on))
    if asked.is_match:
        found = await _matches(visitor, asked, key)
        rows = tuple(lists.match_row(run, each, says) for each in found)
        more = cursor((found[-1].subject,)) if len(found) == _ROWS else ""
    else:
        entries = await _entries(visitor, asked, key)
        rows = tuple(lists.entry_row(each, says, state) for each in entries)
        more = cursor((entries[-1].id,)) if len(entries) == _ROWS else ""
    allowed = acts.Allowed.of(visitor.actor, state)
    shown = ListPage(
        frame=await visitor.frame(
            f"名单：{state.terms.name}",
            nav=URL,
            here=fill.run_url(run, "list"),
            crumbs=(HOME, Breadcrumb(fill.name(state), fill.run_url(run))),
            errors=(ErrorView("code", wrong),) if wrong else (),
        ),
        head=fill.head(visitor.services, state, "list"),
        views=lists.views(asked, state, tallies),
        find=lists.finding(fill.run_url(run, f"list/{asked.view}"), wrong, typed=typed),
        filters=lists.filters(asked, policy),
        rows=rows,
        empty="没有这样的。",
        about=lists.ABOUT.get(asked.view, ""),
        pager=Pager("", lists.url(asked, after=more) if more else ""),
        next_act=acts.approving(state, allowed),
        give_back=acts.returning(state, allowed, Typed()),
        why_not=acts.why_not(state, allowed),
    )
    return page(visitor.request, shown, status=422 if wrong else 200)


async def _matches(
    visitor: Visit, asked: lists.Asked, key: Sequence[str] | None
) -> tuple[MatchLine, ...]:
    async with visitor.services.store.reading() as session:
        return await reading.matches(
            session,
            asked.run,
            verdict=lists.VERDICTS.get(asked.view),
            near=True if asked.view == "near" else None,
            reason=asked.reason or None,
            subject=asked.subject,
            after=number(key[0]) if key else None,
            limit=_ROWS,
        )


async def _entries(
    visitor: Visit, asked: lists.Asked, key: Sequence[str] | None
) -> tuple[EntryLine, ...]:
    async with visitor.services.store.reading() as session:
        return await reading.entries(
            session,
            run=asked.run,
            statuses=(asked.status,) if asked.status else (),
            subject=asked.subject,
            after=key[0] if key else None,
            limit=_ROWS,
        )


async def _sample(
    visitor: Visit,
    run: str,
    typed: Mapping[str, str],
    *,
    part: int = 0,
    errors: Sequence[ErrorView] = (),
) -> Response:
    state, policy = await _run(visitor, run)
    found = await sample(visitor.services, visitor.actor, run) if state.snapshot else ()
    shown = found[part * _LOOKED_AT : (part + 1) * _LOOKED_AT]
    open_here = state.phase is Phase.TRIAL and acts.Allowed.of(visitor.actor, state).runs
    url = fill.run_url(run, "sample")
    said = {each.field: each.message for each in errors}
    view = SamplePage(
        frame=await visitor.frame(
            f"试算抽查：{state.terms.name}",
            nav=URL,
            here=url,
            crumbs=(HOME, Breadcrumb(fill.name(state), fill.run_url(run))),
            errors=errors,
        ),
        head=fill.head(visitor.services, state, "sample"),
        wanted=len(found),
        first=part * _LOOKED_AT,
        rows=tuple(
            lists.sample_row(
                each,
                working(each.working, policy, visitor.services.facts),
                typed,
                said.get(f"right-{each.line.subject}", ""),
            )
            for each in shown
        ),
        carried=_carried(found, shown, typed),
        parts=tuple(range(-(-len(found) // _LOOKED_AT))) if len(found) > _LOOKED_AT else (),
        submission=submission(url) if open_here else None,
        why_not=_why_not(state, may=open_here),
        missed=fill.missed_by(state.counts, policy),
        unknown=fill.unknown_by(state.counts, visitor.services.facts),
        cost=_cost(state),
        failed=_failed(state),
    )
    return page(visitor.request, view, status=422 if errors else 200)


def _carried(
    found: Sequence[SampleView], shown: Sequence[SampleView], typed: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """What was answered on other parts of the sample travels along."""
    here = {each.line.subject for each in shown}
    kept: list[tuple[str, str]] = []
    for each in found:
        name = each.line.subject
        if name in here:
            continue
        kept.append(("subject", str(name)))
        kept += [(f, typed[f]) for f in (f"right-{name}", f"note-{name}") if typed.get(f)]
    return tuple(kept)


def _why_not(state: RunState, *, may: bool) -> str:
    if may:
        return ""
    if state.phase is Phase.TRIAL:
        return "由主管部门的经办人抽查，您可以查看。"
    if state.phase in {Phase.SNAPSHOT, Phase.MATCHING}:
        return "还在比对，比对完才有样本。"
    return "" if not state.sampled else f"已抽查 {len(state.sampled)} 例，都对。"


def _failed(state: RunState) -> str:
    if not state.sample_failures:
        return ""
    return f"历次共抽查 {state.samples_looked} 例，{len(state.sample_failures)} 例不对，已记录。"


def _cost(state: RunState) -> str:
    counts = state.counts
    if not counts.subjects:
        return ""
    day = formats.iso_day(state.on)
    said = f"按 {day} 的数据，{counts.subjects:,} 户（人）中 {counts.hits:,} 户（人）符合"
    return f"{said}，全部兑现要 {yuan(counts.fen)}。"


async def _run(visitor: Visit, run: str) -> tuple[RunState, PolicyDefinition]:
    view = await read_run(visitor.services, visitor.actor, run)
    async with visitor.services.store.reading() as session:
        loaded = await policy_at(session, view.state.policy, view.state.version)
    return view.state, loaded.definition
