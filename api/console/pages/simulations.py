"""推演: a draft tried on the facts of an earlier day, and what came of it."""

from datetime import date
from typing import Annotated

from fastapi import Path, Query, Response

from activities.store.benefits.simulations import COMMAND_LINE
from activities.store.desk.accounts import accounts
from api import policies, simulating
from api.console import formats
from api.console.fill import policies as fill
from api.console.fill.deciding import area
from api.console.fill.policies import SIMULATIONS, URL
from api.console.pages.policies import HOME
from api.console.pages.texts import given
from api.console.request import Posting, Visit, Visiting, moved, page, submission
from api.console.request import router as pages
from api.console.views.policies import SimulatePage, SimulationPage, SimulationRow
from api.console.views.shared import (
    Breadcrumb,
    ErrorView,
    FieldControl,
    FieldView,
    Link,
    Pair,
)
from api.problems import ApiCode, Problem
from api.simulating import year_before
from definitions.errors import Code, Refused
from definitions.rules import permissions
from definitions.rules.calendar import local_day
from definitions.rules.permissions import Act

router = pages()

_TOLD = frozenset(
    {
        *(Code.POLICY_INVALID, Code.INVALID, ApiCode.TOO_LARGE),
        *(Code.SIMULATION_BUSY, Code.SIMULATION_TOO_LARGE),
    }
)


@router.get(SIMULATIONS)
async def simulations(
    visitor: Visiting,
    policy: Annotated[str, Query(max_length=60)] = "",
    version: Annotated[int, Query(ge=0, le=10_000)] = 0,
) -> Response:
    """The form, with the text of a version to begin from, and those that were made."""
    text = ""
    if policy and version:
        found = await policies.version(visitor.services, visitor.actor, policy, version)
        text = found.text
    return await _form(visitor, text, _usual_day(visitor).isoformat())


@router.post(SIMULATIONS)
async def simulate(visitor: Visiting, form: Posting) -> Response:
    """Try it."""
    permissions.require(visitor.actor, Act.PROPOSE_POLICY)
    text, typed = await given(form, "text"), form.one("on").strip()
    if not text.strip():
        wrong = ErrorView("text", "请选择政策文件，或粘贴政策文本")
        return await _form(visitor, text, typed, wrong)
    try:
        on = date.fromisoformat(typed) if typed else None
    except ValueError:
        return await _form(visitor, text, typed, ErrorView("on", "请填写日期，如 2025-11-24"))
    try:
        made = await simulating.simulate(visitor.services, visitor.actor, text, form.sent, on=on)
    except (Problem, Refused) as error:
        if error.code not in _TOLD:
            raise
        place = "on" if error.code is Code.INVALID else "text"
        kept = "" if error.code is ApiCode.TOO_LARGE else text
        said = error.detail if isinstance(error, Problem) else error.message
        return await _form(visitor, kept, typed, ErrorView(place, said))
    return moved(f"{SIMULATIONS}/{made.simulation.id}", "推演完成；没有对任何人产生后果。")


@router.get(SIMULATIONS + "/{number}")
async def one(visitor: Visiting, number: Annotated[int, Path(ge=1, le=2**53)]) -> Response:
    """What came of it."""
    shown = await simulating.simulation(visitor.services, visitor.actor, number)
    found, result = shown.simulation, shown.simulation.result
    names = {source.id: source.name for source in visitor.services.facts.sources}
    crumbs = (HOME, Breadcrumb("推演", SIMULATIONS))
    view = SimulationPage(
        frame=await visitor.frame(
            f"推演：{result.name} 第 {result.version} 版", nav=URL, crumbs=crumbs
        ),
        facts=(
            Pair("按哪一天的数据", formats.long_day(result.on)),
            Pair("对象", f"{result.subjects:,} 户"),
            Pair("与哪一版比", f"第 {result.before.version} 版" if result.before else "没有"),
            Pair("同组在先的政策", "、".join(result.rivals) or "没有"),
            Pair("草案校验码", found.sha256[:16]),
            Pair("数据快照校验码", result.snapshot[:16]),
            Pair("推演", formats.moment(found.made_at, visitor.services.now())),
        ),
        away="、".join(names.get(each, each) for each in result.away),
        over=result.over,
        has_before=result.before is not None,
        compared=fill.compared(result),
        verdicts=tuple(fill.verdict_charts(result)),
        reasons=tuple(fill.reason_charts(result)),
        shifts=tuple(fill.shifts(result, shown.people)) if result.before else (),
    )
    return page(visitor.request, view)


async def _form(visitor: Visit, text: str, on: str, wrong: ErrorView | None = None) -> Response:
    errors = (wrong,) if wrong else ()
    found = await simulating.simulations(visitor.services, visitor.actor)
    async with visitor.services.store.reading() as session:
        people = {each.id: each.name for each in await accounts(session)}
    people[COMMAND_LINE] = "命令行"
    may = visitor.may(Act.PROPOSE_POLICY)
    view = SimulatePage(
        frame=await visitor.frame("推演", nav=URL, crumbs=(HOME,), errors=errors),
        submission=submission(SIMULATIONS) if may else None,
        text=area("text", "政策文本（YAML）", text, errors),
        on=FieldView(
            "on",
            "按哪一天的数据",
            FieldControl.DATE,
            value=on,
            hint="一般用一年前；当天没有的数据算作不知道",
            error=next((each.message for each in errors if each.field == "on"), ""),
            required=False,
        ),
        rows=tuple(
            SimulationRow(
                link=Link(f"第 {each.id} 次", f"{SIMULATIONS}/{each.id}"),
                policy=each.name,
                on=each.on_day,
                by=people.get(each.made_by, "已注销的账号"),
                at=each.made_at,
            )
            for each in found
        ),
    )
    return page(visitor.request, view, status=422 if errors else 200)


def _usual_day(visitor: Visit) -> date:
    return year_before(local_day(visitor.services.now()))
