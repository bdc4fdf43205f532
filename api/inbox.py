"""What the inbox shows besides the register's own: columns of each item, working days left.

Both come from what this process has in hand (definitions, calendar), and not from joins per row.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

from activities.store.engine import ReadSession
from activities.store.reading.columns import forms_of
from activities.store.reading.task_views import Column, TaskView
from api import masking
from api.services import Services
from definitions.language.questions import FormField
from definitions.language.service import ServiceDefinition
from definitions.matter.tasks import OPEN
from definitions.rules.calendar import (
    BeyondCalendar,
    add_working_days,
    end_of_day,
    local_day,
)
from definitions.rules.pulling import Band, band, remaining

Light = Literal["overdue", "red", "amber", "green"]

# An item code without the organ's own code and level before it.
_BARE = 12
_LIGHTS: Mapping[Band, Light] = {
    Band.OVERDUE: "overdue",
    Band.RED: "red",
    Band.AMBER: "amber",
    Band.GREEN: "green",
}


async def dressed(
    services: Services, session: ReadSession, tasks: Sequence[TaskView]
) -> list[TaskView]:
    """The tasks with their columns, the working days that are left, and the light of the limit."""
    wanted = {task.id: _columns(services, task) for task in tasks}
    bundles = sorted({task.bundle for task in tasks if wanted[task.id]})
    forms = await forms_of(session, bundles)
    return [
        task.model_copy(
            update={
                "columns": _values(wanted[task.id], forms.get(task.bundle, {})),
                **_left(services, task),
            }
        )
        for task in tasks
    ]


def _columns(services: Services, task: TaskView) -> tuple[FormField, ...]:
    definition = _definition(services, task.service, task.service_version)
    if definition is None:
        return ()
    matter = next((m for m in definition.matters if m.key == task.matter), None)
    fields = {field.id: field for field in definition.form}
    return tuple(fields[name] for name in (matter.columns if matter else ()) if name in fields)


def _definition(services: Services, service: str, version: int) -> ServiceDefinition | None:
    found = (loaded.definition for loaded in services.library.services)
    return next(
        (each for each in found if (each.service, each.version) == (service, version)), None
    )


def _values(fields: Sequence[FormField], form: Mapping[str, str]) -> tuple[Column, ...]:
    return tuple(
        Column(
            field=field.id, label=field.label, value=masking.shown(field, form.get(field.id, ""))
        )
        for field in fields
    )


def _left(services: Services, task: TaskView) -> dict[str, int | Light | None]:
    """Of a task that is done no limit runs any more."""
    if task.status not in OPEN:
        return {}
    now, calendar = services.now(), services.calendar
    watched = services.library.catalogue.supervision
    light = _LIGHTS.get(band(task.due_at, now, calendar, watched)) if watched else None
    return {"remaining": remaining(task.due_at, now, calendar), "light": light}


def items_named(services: Services, named: Sequence[str]) -> tuple[str, ...]:
    """实施编码 as tasks carry them; a bare item code stands for that of every organ."""
    organs = services.library.catalogue.departments
    every = (
        code
        for name in named
        for code in (
            [f"{organ.uscc}{organ.level}{name}" for organ in organs]
            if len(name) == _BARE
            else [name]
        )
    )
    return tuple(dict.fromkeys(every))


def due_by(services: Services, *, overdue: bool, within: int | None) -> datetime | None:
    """By when a list's tasks are to be done: now, or the end of so many working days from today.

    Where no calendar reaches, plain days.
    """
    now = services.now()
    if overdue or within is None:
        return now if overdue else None
    today = local_day(now)
    try:
        last = add_working_days(today, within, services.calendar) if within else today
    except BeyondCalendar:
        last = today + timedelta(days=within)
    return end_of_day(last)
