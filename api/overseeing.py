"""Watching over work: who is told of what, by which measure, and how far anybody looks."""

from datetime import date, datetime, timedelta

from activities.store.reading.escalated import AlertReader, Told
from activities.store.reading.outside import OutsideAsked
from activities.store.reading.scope import Scope
from api.auth.identity import SignedIn, workable_roles
from api.problems import ApiCode, Problem
from api.services import Services
from definitions.language.base import SHANGHAI
from definitions.language.supervision import Supervision
from definitions.rules.calendar import end_of_day, local_day
from definitions.rules.permissions import Act, may

PERIOD = timedelta(days=30)
LONGEST = timedelta(days=366)
WARNING = "仅为线索，须由督办人员核实；不作为认定体外办理的依据。"


def alert_reader(services: Services, who: SignedIn) -> AlertReader | None:
    """Where this person stands on the ladder; None for who neither works nor supervises."""
    if may(who.actor, Act.URGE):
        told = Told.SUPERVISOR
    elif may(who.actor, Act.ASSIGN):
        told = Told.HEAD
    elif may(who.actor, Act.WORK_TASK):
        told = Told.HOLDER
    else:
        return None
    # Who works tasks is told of those of his own department, even where he reads all applications.
    whole = told is Told.SUPERVISOR
    return AlertReader(
        told=told,
        scope=Scope(
            department=None if whole else who.account.department or "",
            authority=who.account.authority,
            account=who.account.id,
        ),
        account=who.account.id,
        roles=() if whole else workable_roles(who.actor),
        today=local_day(services.now()),
    )


def narrowed(who: SignedIn, department: str | None) -> Scope:
    """What this person sees, of one department only where one is asked for.

    Who sees one department sees nothing of another.
    """
    scope = who.scope
    if not department or scope.department == department:
        return scope
    asked = department if scope.department is None else ""
    return scope.model_copy(update={"department": asked})


def watched(services: Services) -> Supervision:
    """The measures of the installation. Raises `not-found` where there are none."""
    found = services.library.catalogue.supervision
    if found is None:
        raise Problem(ApiCode.NOT_FOUND)
    return found


def outside_asked(
    services: Services,
    since: date | None,
    until: date | None,
    *,
    officer: str | None = None,
) -> OutsideAsked:
    """The period in whole days, both included: the last thirty unless asked; never over a year."""
    last = end_of_day(until or local_day(services.now()))
    first = datetime.combine(since, datetime.min.time(), SHANGHAI) if since else last - PERIOD
    return OutsideAsked(
        since=max(first, last - LONGEST),
        until=last,
        watched=watched(services),
        calendar=services.calendar,
        instant=tuple(
            matter.item
            for loaded in services.library.services
            for matter in loaded.definition.matters
            if matter.instant and matter.item
        ),
        officer=officer or None,
    )


def week_of(now: datetime) -> datetime:
    """When the week began: Monday, 00:00 in Shanghai."""
    day = local_day(now)
    monday = day - timedelta(days=day.weekday())
    return datetime.combine(monday, datetime.min.time(), SHANGHAI)
