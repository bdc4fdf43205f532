"""How a task ends, as people say it, made into what the core takes (complete, propose)."""

import re
from collections.abc import Sequence
from datetime import date
from typing import TypedDict, Unpack

from activities.store.desk.accounts import accounts_of
from activities.store.desk.texts import digest_of
from activities.store.reading.bounds import recused_among
from api.acting.base import (
    PointGiven,
    check_bases,
    colleagues,
    files_of,
    number_of_task,
    person_named,
    reasons_of,
)
from api.problems import Fault, Problem, wrong
from api.services import Services
from definitions.errors import Code, Refused
from definitions.language.base import Basis
from definitions.language.roles import Actor, Role
from definitions.matter.tasks import Completion, Outcome
from definitions.matter.values import Point, Reason

# A staff number: no event may hold a name.
_STAFF = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:@-]{0,47}")


class Said(TypedDict, total=False):
    """What may be said besides the outcome.

    `points` and `days` are a supplement notice's; `organ` the competent one; `files` a hearing's
    minutes; `companions` the other officers on site, by account id or login; `dates` the days of a
    survey that suit; `handled_by` the staff numbers of who acted in a department's own system.
    """

    reasons: Sequence[str]
    bases: Sequence[Basis]
    points: Sequence[PointGiven]
    days: int | None
    organ: str | None
    files: Sequence[str]
    companions: Sequence[str]
    dates: Sequence[date]
    handled_by: Sequence[str]


async def completion_of(
    services: Services, actor: Actor, task: str, outcome: Outcome, **said: Unpack[Said]
) -> Completion:
    """The completion, its texts kept, its files, people and laws looked up."""
    bases = tuple(said.get("bases", ()))
    check_bases(services, bases)
    companions = said.get("companions", ())
    pointers = [f"/companions/{index}" for index in range(len(companions))]
    present = await colleagues(services, actor, companions, pointers=pointers)
    await _check_unconcerned(services, task, present)
    return Completion(
        outcome=outcome,
        reasons=await reasons_of(services, said.get("reasons", ())),
        bases=bases,
        points=await _points(services, said.get("points", ())),
        days=said.get("days"),
        organ=(said.get("organ") or "").strip() or None,
        files=await files_of(services, actor, said.get("files", ())),
        companions=present,
        dates=tuple(dict.fromkeys(said.get("dates", ()))),
        handled_by=await _handlers(services, actor, said.get("handled_by", ())),
    )


async def _points(services: Services, points: Sequence[PointGiven]) -> tuple[Point, ...]:
    """Each point with its defect as a digest; what is wrong must be said of every one."""
    empty = [
        Fault(
            pointer=f"/points/{index}/defect",
            rule="required",
            message="请写明这份材料有什么问题、怎样补正",
        )
        for index, point in enumerate(points)
        if not point.defect.strip()
    ]
    if empty:
        raise Problem(Code.INVALID, empty[0].message, errors=empty)
    await reasons_of(services, [point.defect for point in points])
    return tuple(
        Point(material=point.material, defect=Reason(text=digest_of(point.defect.strip())))
        for point in points
    )


async def _check_unconcerned(services: Services, task: str, companions: Sequence[str]) -> None:
    """Raise `recused` where somebody who went along must keep away."""
    if not companions:
        return
    async with services.store.reading() as session:
        concerned = await recused_among(session, number_of_task(task), companions)
    for index, companion in enumerate(companions):
        if companion in concerned:
            raise Refused(Code.RECUSED, "同行人员须回避本件", field=f"/companions/{index}")


async def _handlers(services: Services, actor: Actor, given: Sequence[str]) -> tuple[str, ...]:
    """The people of a department's own system, in order; who has an account here, by it.

    So whoever examined here is known again when he decides there. Raises `invalid`.
    """
    if not given:
        return ()
    if actor.role is not Role.DEPARTMENT_SYSTEM:
        raise wrong("/handled_by", "system", "只有部门自有系统办理的，才写明由谁经办")
    for index, each in enumerate(given):
        if not _STAFF.fullmatch(each):
            place = f"/handled_by/{index}"
            raise wrong(place, "staff", "请写工号（字母、数字），不要写姓名")
    async with services.store.reading() as session:
        known = await accounts_of(session, actor.department or "")
    found = ((each, person_named(known, each)) for each in given)
    return tuple(account.id if account else each for each, account in found)
