"""A register with one application in it, and departments that work in their own systems."""

from activities.contracts.assignments import AssignmentInput, Over, Way
from activities.contracts.record import Entry
from activities.record import Recorder
from activities.store.desk.connections import ConnectionGiven, put_connection, set_active
from activities.store.engine import Store
from activities.store.tables.desk import Account
from definitions.bundle.evolve import evolve
from definitions.bundle.view import changes
from definitions.language.roles import Actor, Role
from tests.support.lives import Folded
from tests.support.services import NUMBER, planned, started

TAX_SYSTEM = Actor(id="a-tax", role=Role.DEPARTMENT_SYSTEM, department="tax")
TAX_TASK = f"{NUMBER}.TAX.handle"


class Written:
    """An application whose events go into the register as they come."""

    def __init__(self, store: Store, *, lacking: tuple[str, ...] = ()) -> None:
        self._store = store
        self.one = Folded(started(planned(), lacking=lacking))
        self._recorded = 0

    async def record(self) -> None:
        """Everything that happened since."""
        before = None
        for recorded in self.one.events[: self._recorded]:
            before = evolve(before, recorded)
        after = before
        for recorded in self.one.events[self._recorded :]:
            after = evolve(after, recorded)
        assert after is not None
        entry = Entry(
            bundle=NUMBER,
            events=self.one.events[self._recorded :],
            rows=changes(before, after),
        )
        await Recorder(self._store).record(entry)
        self._recorded = len(self.one.events)


async def connect(
    store: Store,
    name: str = "tax-system",
    *,
    department: str = "tax",
    account: str = TAX_SYSTEM.id,
    role: Role = Role.DEPARTMENT_SYSTEM,
    active: bool = True,
    **more: object,
) -> None:
    """A connection with an account of its own."""
    async with store.begin() as session:
        if await session.get(Account, account) is None:
            session.add(
                Account(
                    id=account,
                    login=account,
                    name="系统",
                    role=role,
                    department=department,
                    items=[],
                    clearance="ordinary",
                    password="-",  # noqa: S106 - nobody signs in
                    active=True,
                )
            )
            await session.flush()
        given = ConnectionGiven.model_validate(
            {"department": department, "way": Way.WORKER, "account": account, **more}
        )
        await put_connection(session, name, given, by="admin")
        await set_active(session, name, active=active, by="admin")


class Noted:
    """`following.Errands` that remember; an exception in `failing` is raised once a task."""

    def __init__(self) -> None:
        self.begun: dict[str, AssignmentInput] = {}
        self.begins = 0
        self.ended: list[tuple[str, Over]] = []
        self.failing: dict[str, Exception] = {}

    async def begin(self, given: AssignmentInput) -> None:
        """Once an id, as Temporal keeps it."""
        self.begins += 1
        self.begun.setdefault(given.workflow, given)
        if given.task in self.failing:
            raise self.failing.pop(given.task)

    async def end(self, workflow: str, why: Over) -> None:
        """As a signal."""
        self.ended.append((workflow, why))
