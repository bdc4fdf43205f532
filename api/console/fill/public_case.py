"""What the public page of one application is made from, and where its forms lead."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from activities.store.reading.complaints import ComplaintView
from activities.store.reading.documents import DocumentView
from activities.store.reading.materials import MaterialView
from activities.store.reading.matters import ClockView, MatterView
from activities.store.reading.progress import Progress
from api.console import words
from api.console.fill.consequences import of_lateness, resolved
from api.console.fill.seen import Seen, last_day
from definitions.language.service import ServiceDefinition
from definitions.rules.clocks import ClockKind


@dataclass(frozen=True, slots=True)
class PublicCase:
    """One application before its applicant. Its matters are there once it is registered."""

    seen: Seen
    code: str
    progress: Progress
    matters: tuple[MatterView, ...] = ()
    materials: tuple[MaterialView, ...] = ()
    documents: tuple[DocumentView, ...] = ()
    definition: ServiceDefinition | None = None
    complaints: tuple[ComplaintView, ...] = ()

    @property
    def url(self) -> str:
        """Where the page is."""
        return address(self.progress.number, self.code)

    def below(self, path: str) -> str:
        """An address below it, with the code."""
        return f"/progress/{self.progress.number}/{path}?{urlencode({'code': self.code})}"

    def consequence(self, key: str, mode: str) -> str:
        """What being late leads to in that matter; a plain word where its rules are gone."""
        matters = self.definition.matters if self.definition else ()
        found = next((each for each in matters if each.key == key), None)
        if found is None:
            return "到期没有补齐的，按告知的后果处理"
        return of_lateness(resolved(found, self.seen.library.catalogue), mode)


def address(number: str, code: str) -> str:
    """Where the page of an application is."""
    return f"/progress/{number}?{urlencode({'code': code})}"


def running(matter: MatterView, kind: ClockKind) -> ClockView | None:
    """The matter's running limit of that kind."""
    live = (c for c in matter.clocks if c.kind == kind and c.stopped_at is None and not c.expired)
    return next(live, None)


def day_of(clock: ClockView | None) -> date | None:
    """The last day of a limit, where it is known."""
    return last_day(clock.due_at) if clock is not None and clock.due_at is not None else None


def cause(matter: MatterView) -> str:
    """Which special procedure goes on, in a word."""
    open_ = (each for each in matter.special.procedures if each.until is None)
    found = next(open_, None)
    return found.name if found else words.MATTER["suspended"].label
