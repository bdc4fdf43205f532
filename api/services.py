"""What the API is given by the composition root, and how a request finds it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request

from activities.documents.issue import Printer
from activities.files import LARGEST, Files
from activities.outside.departments.webhooks import Departments
from activities.outside.registers.answers import Registers
from activities.store.engine import Store
from api.calendar_in_force import CalendarInForce
from api.definitions_in_force import DefinitionsInForce
from api.engine import Engine
from api.errands import Errands
from api.events import Hub
from api.run_engine import RunEngine
from api.sessions import SessionCache
from definitions.loading import Library
from definitions.policy_loading import FactCatalogue, load_facts
from definitions.rules.calendar import Calendar


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a request may need. One per process.

    `shipped` is the calendar until one is published; `shipped_library` what the release brings, to
    which published definitions are added.
    `registers` are those connected; without any, only what is loaded of firms is known.
    `departments` are the systems of departments, `errands` what takes tasks there, `run_engine` the
    drivers of runs of benefits; without it, they look by themselves.
    `facts` is what policies may look at, and who keeps it.
    `recover_every` is how often (seconds) lost starts are looked for; None: somebody else does.
    """

    store: Store
    files: Files
    printer: Printer
    engine: Engine
    shipped_library: Library
    shipped: Calendar
    registers: Registers | None = None
    departments: Departments | None = None
    errands: Errands | None = None
    run_engine: RunEngine | None = None
    largest_upload: int = LARGEST
    recover_every: float | None = 15.0
    secure_cookies: bool = False
    facts: FactCatalogue = field(default_factory=load_facts)
    now: Callable[[], datetime] = _now
    sessions: SessionCache = field(default_factory=SessionCache)
    hub: Hub = field(init=False)
    in_force: CalendarInForce = field(init=False)
    definitions: DefinitionsInForce = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "hub", Hub(self.store, self.now))
        object.__setattr__(self, "in_force", CalendarInForce(self.store, self.shipped))
        definitions = DefinitionsInForce(self.store, self.shipped_library)
        object.__setattr__(self, "definitions", definitions)

    @property
    def library(self) -> Library:
        """Every definition as this process read it last: a few seconds late at most."""
        return self.definitions.value

    @property
    def calendar(self) -> Calendar:
        """As this process read it last; `in_force.current` before anything is begun with it."""
        return self.in_force.value


def services_of(request: Request) -> Services:
    """The services of the application that got this request."""
    services = request.app.state.services
    assert isinstance(services, Services)
    return services


Given = Annotated[Services, Depends(services_of)]
