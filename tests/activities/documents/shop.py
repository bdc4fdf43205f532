"""A restaurant's application, and what its papers say: composed from its events, no register."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from activities.documents.composing.composer import Composer
from activities.documents.content.every import Content
from activities.documents.moments import moments
from activities.documents.reading import Found
from activities.store.desk.texts import digest_of
from activities.store.tables.desk import Application
from activities.store.tables.register import Document
from definitions.bundle import commands as c
from definitions.bundle.decide import start
from definitions.language.base import Basis
from definitions.language.roles import SYSTEM, Actor, Role
from definitions.loading import load_calendars
from definitions.matter.events import BundleStarted, Commitment, TakenIn
from definitions.matter.state import DocumentState, MaterialStatus
from definitions.matter.tasks import Outcome
from definitions.matter.values import FileRef, Point, Reason
from definitions.rules.conditions import Fact
from definitions.rules.guidance import facts_of
from definitions.rules.plan import Plan, PlannedMaterial
from definitions.rules.planning import plan
from tests.activities.documents.samples.every import text
from tests.support.services import Life
from tests.support.shipped import shipped

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)  # Tuesday 9:30 in Shanghai
LIBRARY = shipped()
CALENDAR = load_calendars()
FIRM: dict[str, Fact] = {
    "kind": "limited_company",
    "uscc": "91310117MA1J2X4T5G",
    "name": "上海泗泾云间食品有限公司",
    "address": "上海市松江区泗泾镇泗砖路88号3幢",
    "legal_representative": "张明",
    "scope": "食品销售",
    "registered_here": True,
    "registrations": (),
    "licences": (),
    "bank_account": True,
}
ANSWERS: dict[str, str | tuple[str, ...]] = {
    "premises": "songjiang",
    "catering": "restaurant",
    "area": "from_300",
    "building": "mixed_with_flue",
    "chain": "none",
    "fuel": "gas",
    "signboard": "needed",
    "drainage": "own",
    "filed_by": "agent",
}
FORM = {
    "shop_name": "云间食光",
    "shop_address": "上海市松江区人民北路100号2层",
    "agent_name": "陆一鸣",
    "agent_id": "310227198503074216",
}
MASKED = "310***********4216"
CLERK = Actor(id="clerk", role=Role.WINDOW_CLERK, department="window")
OFFICER = Actor(id="officer", role=Role.OFFICER, department="market_regulation")
APPROVER = Actor(id="approver", role=Role.APPROVER, department="market_regulation")
SUPERVISOR = Actor(id="supervisor", role=Role.SUPERVISOR)
GREENING = Actor(id="greening", role=Role.OFFICER, department="greening")
HEAD = Actor(id="head", role=Role.APPROVER, department="greening")
GOVERNMENT = Actor(id="mayor", role=Role.APPROVER, department="district_government")
FILE = FileRef(id="f1", sha256="0" * 64, size=10, media_type="application/pdf")
BASIS = Basis(law="行政许可法", article="第六十九条第一款第二项")
NUMBER = "SJ-YJS-310117-20261124-000001"


class Shop:
    """One application of which everything came in but `lacking`; `promised` is promised instead."""

    def __init__(
        self,
        *,
        answers: Mapping[str, str] | None = None,
        lacking: tuple[str, ...] = (),
        promised: tuple[str, ...] = (),
        committed: tuple[str, ...] = (),
        commitments: tuple[Commitment, ...] = (),
        **altered: dict[str, object],
    ) -> None:
        service = LIBRARY.service("restaurant_opening", NOW.date())
        facts = facts_of(service.definition, {**ANSWERS, **(answers or {})}, FIRM)
        made = plan(
            service.definition, LIBRARY.catalogue, facts, sha256=service.sha256, on=NOW.date()
        )
        made = _altered(made, altered)
        event = BundleStarted(
            number=NUMBER,
            application="a1",
            plan=made,
            calendar=CALENDAR,
            committed=committed,
            commitments=commitments,
            materials=tuple(_taken(each, lacking, promised) for each in made.materials),
        )
        self.life = Life(start(event, key="start", actor=CLERK, now=NOW), NOW)
        self.texts: dict[str, str] = {}
        self.people = {"officer": "王建国"}
        self.form: dict[str, object] = {**FORM}

    def reason(self, words: str) -> Reason:
        """Somebody wrote this."""
        self.texts[digest_of(words)] = words
        return Reason(text=digest_of(words))

    def act(self, actor: Actor, command: object) -> None:
        """Take a command."""
        self.life.act(actor, command)

    def complete(self, actor: Actor, task: str, outcome: Outcome, **more: object) -> None:
        """Complete a task."""
        self.act(actor, c.CompleteTask(task=f"{NUMBER}.{task}", outcome=outcome, **more))

    def accept(self, matter: str = "FOOD", actor: Actor = OFFICER) -> None:
        """Its organ looks and accepts."""
        self.complete(actor, f"{matter}.receipt", Outcome.ACCEPT)

    def notice(self, days: int, *points: tuple[str, str]) -> None:
        """FOOD's organ asks for a supplement."""
        told = tuple(Point(material=code, defect=self.reason(words)) for code, words in points)
        self.complete(OFFICER, "FOOD.receipt", Outcome.ASK_SUPPLEMENT, points=told, days=days)

    def grant_sign(self) -> None:
        """The signboard is granted."""
        self.complete(GREENING, "SIGN.decide", Outcome.GRANT)

    def supply(self, code: str, actor: Actor = CLERK) -> None:
        """A paper comes in."""
        self.act(actor, c.SupplyMaterial(material=code, files=(FILE,)))

    def pass_days(self, days: int) -> None:
        """Nothing happens but time."""
        self.life.now += timedelta(days=days)
        self.act(SYSTEM, c.PassTime())

    def document(self, name: str) -> DocumentState:
        """A document by matter and kind: `FOOD.acceptance`."""
        return self.life.state.documents[f"{NUMBER}.{name}"]

    def documents(self) -> set[str]:
        """What was issued."""
        return {name.removeprefix(f"{NUMBER}.") for name in self.life.state.documents}

    def content(self, name: str) -> Content:
        """What a document says."""
        state = self.document(name)
        values = {key: value for key, value in state if key != "series"}
        found = Found(
            application=Application(
                firm_code=str(FIRM["uscc"]),
                firm_name=str(FIRM["name"]),
                firm=FIRM,
                form=self.form,
                query_code="K7QX2M",
            ),
            receiver="王晓燕",
            people=self.people,
            texts=self.texts,
            moments=moments(self.life.events, {state.id}),
        )
        return Composer(LIBRARY.catalogue).compose(Document(bundle=NUMBER, **values), found)

    def page(self, name: str) -> str:
        """What a reader sees of it, in one line."""
        state = self.document(name)
        return text(self.content(name), state.name)


def _altered(made: Plan, altered: dict[str, dict[str, object]]) -> Plan:
    matters = tuple(m.model_copy(update=altered.get(m.key, {})) for m in made.matters)
    return made.model_copy(update={"matters": matters})


def _taken(
    material: PlannedMaterial, lacking: tuple[str, ...], promised: tuple[str, ...]
) -> TakenIn:
    if material.waived_by:
        return TakenIn(code=material.code, status=MaterialStatus.WAIVED)
    if material.code in promised:
        return TakenIn(code=material.code, status=MaterialStatus.PROMISED)
    if material.produced_by or material.code in lacking:
        return TakenIn(code=material.code, status=MaterialStatus.PENDING)
    return TakenIn(code=material.code, status=MaterialStatus.SATISFIED, files=(FILE,))
