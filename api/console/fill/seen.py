"""Who looks, at which moment, and the catalogue by which ids become words."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from activities.store.reading.bundles import BundleView
from activities.store.reading.tasks import TaskView
from api import known
from api.console.request import Visit
from api.console.views.shared import BasisView
from definitions.language.base import Basis
from definitions.language.matters import MatterDefinition
from definitions.language.questions import FormField
from definitions.language.roles import WINDOW, Actor
from definitions.language.service import Department, ServiceDefinition
from definitions.loading import Library
from definitions.rules.calendar import Calendar, local_day
from definitions.rules.permissions import Act, may, may_work

WINDOW_NAME = "综合窗口"
HOTLINE = "12345"
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Seen:
    """What every mapping may need to know besides what it maps."""

    actor: Actor
    library: Library
    calendar: Calendar
    now: datetime

    def may(self, act: Act) -> bool:
        """Whether the viewer's role allows the act."""
        return may(self.actor, act)

    def may_work(self, task: TaskView) -> bool:
        """Whether the viewer may work such a task."""
        return may_work(self.actor, department=task.department, role=task.role)

    def basis(self, basis: Basis) -> BasisView:
        """A citation, with the law's title instead of its key."""
        return BasisView(self._title(basis.law), basis.article, basis.says or "")

    def department(self, code: str | None) -> Department | None:
        """The organ of that code."""
        found = (each for each in self.library.catalogue.departments if each.code == code)
        return next(found, None)

    def organ(self, code: str | None) -> str:
        """What an organ is called; the window is one too."""
        if code == WINDOW:
            return WINDOW_NAME
        found = self.department(code)
        return found.name if found else ""

    def phone(self, code: str | None) -> str:
        """Where an organ is asked."""
        found = self.department(code)
        return found.phone if found else HOTLINE

    def definition(self, bundle: BundleView) -> ServiceDefinition | None:
        """The rules the application is handled under, where they are still loaded."""
        loaded = self.library.services
        digest = bundle.definition_sha256
        return next((each.definition for each in loaded if each.sha256 == digest), None)

    def planned(self, bundle: BundleView, key: str) -> MatterDefinition | None:
        """One matter's rules, where they are still loaded."""
        definition = self.definition(bundle)
        matters = definition.matters if definition else ()
        return next((each for each in matters if each.key == key), None)

    def field(self, name: str | None) -> FormField | None:
        """A form's field, in whichever service it stands."""
        every = (f for each in self.library.services for f in each.definition.form)
        return next((f for f in every if f.id == name), None)

    def rung(self, name: str | None) -> str:
        """What a rung of the ladder of reminders is called."""
        watched = self.library.catalogue.supervision
        ladder = watched.ladder if watched else ()
        return next((each.name for each in ladder if each.id == name), "提醒")

    def reminder(self, to: str, *, overdue: bool) -> str:
        """The last rung on which these stand, before or after the limit."""
        watched = self.library.catalogue.supervision
        rungs = [each for each in (watched.ladder if watched else ()) if each.to == to]
        after = [each for each in rungs if (each.hours >= 0) is overdue]
        return next((each.name for each in reversed(after or rungs)), "提醒")

    def place(self, material: str | None, field: str | None) -> str:
        """A paper or a field of the form by its name; empty where neither is named."""
        papers = self.library.catalogue.materials
        paper = next((each.name for each in papers if each.code == material), material or "")
        found = self.field(field)
        return paper or (found.label if found else field or "")

    def _title(self, law: str) -> str:
        found = (each.title for each in known.laws(self.library) if each.key == law)
        return next(found, law)


def seen_by(visitor: Visit) -> Seen:
    """As a signed-in person sees it now."""
    services = visitor.services
    return Seen(visitor.actor, services.library, services.calendar, services.now())


def last_day(due_at: datetime) -> date:
    """A limit ends at 24:00 of its last day; this is that day."""
    return local_day(due_at - _INSTANT)
