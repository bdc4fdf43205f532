"""A small service of four matters, enough to meet every rule of the core.

Gates, edges, publicity, filing.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from definitions.bundle.decide import Asked, decide, start
from definitions.bundle.events import Recorded
from definitions.bundle.evolve import replay
from definitions.bundle.state import BundleState
from definitions.language.roles import SYSTEM, Actor, Role
from definitions.language.service import Catalogue, ServiceDefinition
from definitions.loading import load_catalogue
from definitions.matter.events import BundleStarted, TakenIn
from definitions.matter.state import MaterialStatus
from definitions.matter.values import FileRef, Reason
from definitions.rules.calendar import Calendar
from definitions.rules.conditions import Fact
from definitions.rules.guidance import Answers, facts_of
from definitions.rules.plan import Plan
from definitions.rules.planning import plan

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # Friday 10:00 in Shanghai
TODAY = date(2026, 11, 20)
CALENDAR = Calendar(
    region="310000",
    version="test",
    exceptions={},
    published_until=date(2028, 12, 31),
    known_until=date(2029, 12, 31),
)
BASIS = {"law": "行政许可法", "article": "32"}
HOLD = {"limit": {"days": 20}, "basis": BASIS}
FILE = FileRef(id="f1", sha256="0" * 64, size=10, media_type="application/pdf")
REASON = Reason(text="1" * 64)
DAY = {"days": 1}
TEN = {"days": 10}
TWENTY = {"days": 20}


def _document(kind: str, **more: object) -> dict[str, object]:
    return {
        "kind": kind,
        "name": f"文书{kind}",
        "series": "松",
        "template": "notice",
        "wording": "准予",
        **more,
    }


def _matter(key: str, department: str, **more: object) -> dict[str, object]:
    return {
        "key": key,
        "name": f"事项{key}",
        "department": department,
        "item": f"{key:0>12}",
        "promised": DAY,
        "statutory": TWENTY,
        "hold": HOLD,
        "steps": [{"kind": "decide", "key": "handle", "name": "办理", "by": "officer"}],
        "documents": [_document("done")],
        "refusal": _document("no", template="refusal"),
        "bases": [BASIS],
        **more,
    }


RESULT_OF_REG = [{"matter": "REG"}]
SERVICE = ServiceDefinition.model_validate(
    {
        "service": "small_change",
        "version": 1,
        "name": "小变更",
        "summary": "测试用",
        "lead": "registrar",
        "validity": {"since": "2026-01-01"},
        "bases": [BASIS],
        "blockers": [
            {
                "when": {"fact": "firm.equity_frozen_or_pledged", "is": True},
                "reason": "股权被冻结",
                "owner": "法院",
                "remedy": "解除冻结",
                "basis": BASIS,
            }
        ],
        "questions": [
            {
                "id": "changes",
                "text": "要变更哪些事项？",
                "why": "决定材料",
                "kind": "many",
                "options": [{"value": "name", "label": "名称"}, {"value": "term", "label": "期限"}],
            },
            {
                "id": "seal_kept",
                "text": "印章还在吗？",
                "why": "决定缴销",
                "kind": "one",
                "when": {"fact": "answer.changes", "has": "name"},
                "options": [{"value": "yes", "label": "在"}, {"value": "no", "label": "不在"}],
            },
        ],
        "situations": [
            {
                "code": "BG-01",
                "name": "名称变更",
                "when": {"fact": "answer.changes", "has": "name"},
                "bases": [BASIS],
            },
            {
                "code": "BG-02",
                "name": "期限变更",
                "when": {"fact": "answer.changes", "has": "term"},
                "bases": [BASIS],
            },
        ],
        "combined": {"code": "BG-09", "name": "合并变更", "bases": [BASIS]},
        "materials": [
            {"code": "M01"},
            {"code": "M02", "waived": {"by": "名称库", "basis": BASIS}},
            {"code": "M03"},
            {"code": "M04", "produced_by": "TAX"},
        ],
        "matters": [
            _matter(
                "REG",
                "registrar",
                materials=[{"code": "M01"}, {"code": "M02"}],
                steps=[
                    {"kind": "review", "key": "review", "name": "审查"},
                    {"kind": "decide", "key": "decide", "name": "决定"},
                ],
                documents=[_document("notice"), _document("licence", delivery="counter")],
            ),
            _matter("TAX", "tax", needs=RESULT_OF_REG),
            _matter(
                "FOOD",
                "food",
                promised=TEN,
                needs=[{"matter": "REG", "kind": "accepted"}],
                needed=[
                    {
                        "when": {"fact": "firm.licences", "has": "food"},
                        "otherwise": "企业没有食品经营许可",
                    }
                ],
                materials=[{"code": "M03", "tolerable": {"days": 20}}],
                accept_pending={"cap": 20, "basis": BASIS},
            ),
            _matter(
                "PUB",
                "registrar",
                needed=[
                    {"when": {"fact": "answer.changes", "has": "term"}, "otherwise": "不需公示"}
                ],
                steps=[
                    {
                        "kind": "publicity",
                        "key": "publicity",
                        "name": "公示",
                        "limit": {"days": 20, "unit": "calendar_day"},
                    }
                ],
                documents=[],
                refusal=None,
            ),
            _matter(
                "OUT",
                "registrar",
                needs=[{"matter": "PUB"}],
                needed=[
                    {"when": {"fact": "answer.changes", "has": "term"}, "otherwise": "不需申请"}
                ],
                filing={
                    "name": "申请期",
                    "limit": {"days": 20, "unit": "calendar_day"},
                    "basis": BASIS,
                },
                materials=[{"code": "M04"}],
            ),
        ],
    }
)
SHIPPED = load_catalogue()
CATALOGUE = Catalogue.model_validate(
    {
        "departments": [
            {
                "code": code,
                "name": f"{code}局",
                "uscc": "11310117002456781R",
                "level": 4,
                "phone": "021-1",
                "remedies": ["六十日内申请行政复议"],
            }
            for code in ("registrar", "tax", "food", "window")
        ],
        "laws": [],
        # The law's own clocks, terms and papers, as they are shipped.
        "clocks": SHIPPED.clocks,
        "jurisdictions": SHIPPED.jurisdictions,
        "procedures": SHIPPED.procedures,
        "terminations": SHIPPED.terminations,
        "papers": SHIPPED.papers,
        "materials": [
            {
                "code": code,
                "name": f"材料{code}",
                "source": "applicant",
                "main": code != "M03",
                "standard": "原件",
            }
            for code in ("M01", "M02", "M03", "M04")
        ],
    }
)

CLERK = Actor(id="clerk", role=Role.WINDOW_CLERK, department="window")
REVIEWER = Actor(id="reviewer", role=Role.OFFICER, department="registrar")
APPROVER = Actor(id="approver", role=Role.APPROVER, department="registrar")
TAXER = Actor(id="taxer", role=Role.OFFICER, department="tax")
FOODER = Actor(id="fooder", role=Role.OFFICER, department="food")
APPLICANT = Actor(id="applicant", role=Role.APPLICANT)
PEOPLE = (CLERK, REVIEWER, APPROVER, TAXER, FOODER, APPLICANT, SYSTEM)
NAME = {"changes": ("name",), "seal_kept": "yes"}
FOOD_FIRM = {"licences": ("food",)}
NUMBER = "SJ-YJS-310117-20261120-000001"


def planned(answers: Answers | None = None, firm: dict[str, Fact] | None = None) -> Plan:
    """The plan of the small service for these answers."""
    facts = facts_of(
        SERVICE, NAME if answers is None else answers, FOOD_FIRM if firm is None else firm
    )
    return plan(SERVICE, CATALOGUE, facts, sha256="s" * 64, on=TODAY)


def started(
    plan_: Plan,
    *,
    lacking: tuple[str, ...] = (),
    committed: tuple[str, ...] = (),
    now: datetime = NOW,
    calendar: Calendar = CALENDAR,
    dates: Mapping[str, date] | None = None,
) -> tuple[Recorded, ...]:
    """The first events of an application in which everything but `lacking` came in."""
    taken = tuple(
        TakenIn(
            code=material.code,
            status=_status(material.code, material.waived_by, material.produced_by, lacking),
            files=(FILE,),
        )
        for material in plan_.materials
    )
    event = BundleStarted(
        number=NUMBER,
        application="a1",
        plan=plan_,
        calendar=calendar,
        committed=committed,
        materials=taken,
        dates=dates or {},
    )
    return start(event, key="start", actor=CLERK, now=now)


def _status(
    code: str, waived: str | None, produced: str | None, lacking: tuple[str, ...]
) -> MaterialStatus:
    if waived:
        return MaterialStatus.WAIVED
    if produced or code in lacking:
        return MaterialStatus.PENDING
    return MaterialStatus.SATISFIED


class Life:
    """An application in a test: acts on it, keeps its events and its moment."""

    def __init__(self, events: tuple[Recorded, ...], now: datetime = NOW) -> None:
        self.events = events
        self.now = now
        self.told: tuple[str, ...] = ()

    @property
    def state(self) -> BundleState:
        """The state its events come to."""
        return replay(self.events)

    def act(self, actor: Actor, command: object, *, expected: int | None = None) -> tuple[str, ...]:
        """Take a command; returns the kinds of the events it led to."""
        asked = Asked.model_validate(
            {
                "key": f"k{len(self.events)}",
                "actor": actor,
                "command": command,
                "expected": expected,
            }
        )
        new = decide(self.state, asked, self.now)
        self.events += new
        return tuple(recorded.event.kind for recorded in new)

    def status(self, key: str) -> str:
        """A matter's status."""
        return self.state.matters[key].status
