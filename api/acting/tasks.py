"""Tasks: taking, putting back, completing."""

from collections.abc import Sequence

from activities.store.desk.texts import digest_of
from api.acting.base import (
    Answer,
    PointGiven,
    act,
    check_bases,
    colleagues,
    files_of,
    number_of_task,
    reasons_of,
)
from api.problems import Fault, Problem
from api.sent import Sent
from api.services import Services
from definitions.bundle.commands import ClaimTask, CompleteTask, ReleaseTask
from definitions.errors import Code
from definitions.language.base import Basis
from definitions.language.roles import Actor
from definitions.matter.tasks import Outcome
from definitions.matter.values import Point, Reason


async def claim_task(services: Services, actor: Actor, task: str, sent: Sent) -> Answer:
    """Take a task."""
    return await act(services, actor, number_of_task(task), ClaimTask(task=task), sent)


async def release_task(services: Services, actor: Actor, task: str, sent: Sent) -> Answer:
    """Put a task back."""
    return await act(services, actor, number_of_task(task), ReleaseTask(task=task), sent)


async def complete_task(
    services: Services,
    actor: Actor,
    task: str,
    sent: Sent,
    *,
    outcome: Outcome,
    reasons: Sequence[str] = (),
    bases: Sequence[Basis] = (),
    points: Sequence[PointGiven] = (),
    days: int | None = None,
    organ: str | None = None,
    files: Sequence[str] = (),
    companions: Sequence[str] = (),
) -> Answer:
    """Complete a task, with the texts of its reasons and the law it rests on.

    `points` and `days` are a supplement notice's; `organ` the competent one; `files` a hearing's
    minutes; `companions` the other officers on site, by account id or login.
    """
    number = number_of_task(task)
    check_bases(services, bases)
    pointers = [f"/companions/{index}" for index in range(len(companions))]
    command = CompleteTask(
        task=task,
        outcome=outcome,
        reasons=await reasons_of(services, reasons),
        bases=tuple(bases),
        points=await _points(services, points),
        days=days,
        organ=(organ or "").strip() or None,
        files=await files_of(services, actor, files),
        companions=await colleagues(services, actor, companions, pointers=pointers),
    )
    return await act(services, actor, number, command, sent)


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
