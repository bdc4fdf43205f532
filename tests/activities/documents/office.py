"""A real company change in a real register: the office works it, its documents are printed."""

from datetime import UTC, datetime, timedelta

from activities.contracts.record import Entry
from activities.documents.issue import Printer
from activities.files import Files, LocalFiles
from activities.store.engine import Store
from activities.store.tables.desk import Account, Application, Remark
from activities.store.writing.register import write
from definitions.bundle.commands import CompleteTask, PassTime
from definitions.bundle.decide import start
from definitions.bundle.view import changes
from definitions.language.base import Basis
from definitions.language.roles import SYSTEM, Actor, Role
from definitions.loading import load_calendars
from definitions.matter.events import BundleStarted, TakenIn
from definitions.matter.state import DocumentState, MaterialStatus
from definitions.matter.tasks import Outcome
from definitions.matter.values import FileRef, Reason
from definitions.rules.conditions import Fact
from definitions.rules.guidance import facts_of
from definitions.rules.plan import PlannedMaterial
from definitions.rules.planning import plan
from tests.support.services import Life
from tests.support.shipped import shipped

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
LIBRARY = shipped()
CALENDAR = load_calendars()
CHANGE = LIBRARY.service("company_change", NOW.date())
FIRM: dict[str, Fact] = {
    "kind": "limited_company",
    "uscc": "91310117MA1J2X4T5G",
    "name": "上海泗泾云间食品有限公司",
    "address": "上海市松江区泗泾镇泗砖路88号3幢",
    "legal_representative": "张明",
    "scope": "食品销售",
    "registered_here": True,
    "registrations": (),
    "licences": ("food_business",),
    "bank_account": True,
}
ANSWERS: dict[str, str | tuple[str, ...]] = {
    "changes": ("name",),
    "paper_licence": "held",
    "food_licence_form": "paper",
    "filed_by": "agent",
}
FORM = {"new_name": "上海云间食光餐饮管理有限公司", "agent_name": "陆一鸣"}
CLERK = Actor(id="clerk", role=Role.WINDOW_CLERK, department="window")
OFFICER = Actor(id="officer", role=Role.OFFICER, department="market_regulation")
APPROVER = Actor(id="approver", role=Role.APPROVER, department="market_regulation")
FILE = FileRef(id="f1", sha256="0" * 64, size=10, media_type="application/pdf")
REASON = Reason(text="1" * 64)
WHY = "决议的表决权不足三分之二。"
BASIS = Basis(law="公司法", article="第六十六条第三款")


class Office:
    """One application of which everything came in but `lacking`."""

    def __init__(
        self,
        store: Store,
        files: LocalFiles,
        *,
        serial: int = 1,
        lacking: tuple[str, ...] = (),
        committed: tuple[str, ...] = (),
    ) -> None:
        self.store = store
        self.files = files
        self.printer = printer(store, files)
        self.number = f"SJ-YJS-310117-20261124-{serial:06d}"
        facts = facts_of(CHANGE.definition, ANSWERS, FIRM)
        plan_ = plan(
            CHANGE.definition, LIBRARY.catalogue, facts, sha256=CHANGE.sha256, on=NOW.date()
        )
        event = BundleStarted(
            number=self.number,
            application=f"a{serial}",
            plan=plan_,
            calendar=CALENDAR,
            committed=committed,
            materials=tuple(_taken(material, lacking) for material in plan_.materials),
        )
        self.life = Life(start(event, key="start", actor=CLERK, now=NOW), NOW)

    async def open(self) -> None:
        """Put the desk's rows and the application's events into the register."""
        async with self.store.begin() as session:
            await session.merge(
                Account(id="clerk", login="clerk", name="王晓燕", role="window_clerk", password="-")  # noqa: S106
            )
            await session.merge(Remark(sha256=REASON.text, body=WHY))
            await session.merge(
                Application(
                    id=self.life.state.application,
                    state="submitted",
                    service="company_change",
                    owner="clerk",
                    channel="window",
                    firm_code=str(FIRM["uscc"]),
                    firm_name=str(FIRM["name"]),
                    firm=FIRM,
                    answers=ANSWERS,
                    form=FORM,
                    materials={},
                    committed=[],
                    submitted_by="clerk",
                    query_code="K7QX2M",
                    firm_source={},
                )
            )
        await self.record()

    async def record(self) -> None:
        """Bring the register up to the application's state."""
        state = self.life.state
        entry = Entry(bundle=self.number, events=self.life.events, rows=changes(None, state))
        async with self.store.begin() as session:
            await write(session, entry)

    def document(self, kind: str) -> DocumentState:
        """The one document of that kind that was issued."""
        (found,) = (d for d in self.life.state.documents.values() if d.kind == kind)
        return found

    async def page(self, kind: str) -> str:
        """What the one document of that kind says; printed now if it was not before."""
        file = await self.printer.file_of(self.document(kind).id)
        assert file is not None
        return b"".join([piece async for piece in self.files.open(file.sha256)]).decode()

    async def complete(self, matter: str, *outcomes: Outcome) -> None:
        """The organ's officer and approver take the matter's steps, up to the last outcome."""
        steps = ("review", "decide")[: len(outcomes)]
        for step, outcome, actor in zip(steps, outcomes, (OFFICER, APPROVER), strict=False):
            refused = outcome is Outcome.REFUSE
            self.life.act(
                actor,
                CompleteTask(
                    task=f"{self.number}.{matter}.{step}",
                    outcome=outcome,
                    reasons=(REASON,) if refused else (),
                    bases=(BASIS,) if refused else (),
                ),
            )
        await self.record()

    async def complete_alone(self, matter: str) -> None:
        """A matter of one step, decided by the officer."""
        task = f"{self.number}.{matter}.decide"
        self.life.act(OFFICER, CompleteTask(task=task, outcome=Outcome.GRANT))
        await self.record()

    async def pass_days(self, days: int) -> None:
        """Time passes, and with it limits."""
        self.life.now += timedelta(days=days)
        self.life.act(SYSTEM, PassTime())
        await self.record()


def printer(store: Store, files: Files) -> Printer:
    """A printer of its own, as every process has one."""
    return Printer(store, files, catalogue=LIBRARY.catalogue)


def _taken(material: PlannedMaterial, lacking: tuple[str, ...]) -> TakenIn:
    if material.waived_by:
        return TakenIn(code=material.code, status=MaterialStatus.WAIVED)
    if material.produced_by or material.code in lacking:
        return TakenIn(code=material.code, status=MaterialStatus.PENDING)
    return TakenIn(code=material.code, status=MaterialStatus.SATISFIED, files=(FILE,))
