"""A service in which every legal act can happen, small enough to keep in one's head.

PERMIT is a licence: examined before it is accepted (5 working days), promised in 10, due in 20,
accepted with papers pending, checked on site by two, heard if need be. SIGN takes a promise for a
proof; CLEAR gives its result before the papers; JOINT is the 45-day licence that rests on PERMIT;
RENEW is deemed renewed.
"""

from datetime import UTC, date, datetime

from definitions.bundle import commands as c
from definitions.bundle.decide import start
from definitions.language.base import Basis
from definitions.language.roles import Actor, Role
from definitions.language.service import Catalogue, ServiceDefinition
from definitions.loading import load_calendars
from definitions.matter.events import BundleStarted, TakenIn
from definitions.matter.state import MaterialStatus
from definitions.matter.tasks import Outcome
from definitions.matter.values import FileRef, Point, Reason
from definitions.rules.calendar import Calendar
from definitions.rules.conditions import Fact
from definitions.rules.guidance import facts_of
from definitions.rules.plan import Plan
from definitions.rules.planning import plan
from tests.support.lives import Folded
from tests.support.services import NUMBER
from tests.support.shipped import shipped

BASIS = {"law": "行政许可法", "article": "第三十二条"}
BASES = (Basis(law="行政许可法", article="第六十九条"),)
FILE = FileRef(id="f1", sha256="0" * 64, size=10, media_type="application/pdf")
WHY = Reason(text="2" * 64)
TEXT = Reason(text="3" * 64)

CLERK = Actor(id="clerk", role=Role.WINDOW_CLERK, department="window")
OFFICER = Actor(id="officer", role=Role.OFFICER, department="food")
SECOND = Actor(id="second", role=Role.OFFICER, department="food")
HEAD = Actor(id="head", role=Role.APPROVER, department="food")
OTHER = Actor(id="other", role=Role.OFFICER, department="tax")
TAX_HEAD = Actor(id="tax_head", role=Role.APPROVER, department="tax")
MAYOR = Actor(id="mayor", role=Role.APPROVER, department="district_government")
SUPERVISOR = Actor(id="supervisor", role=Role.SUPERVISOR)
APPLICANT = Actor(id="applicant", role=Role.APPLICANT)

# Monday 2026-03-02, 10:00 in Shanghai: a quiet stretch of working days until 清明.
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
_SHIPPED = shipped().catalogue


def _document(kind: str, **more: object) -> dict[str, object]:
    said = {"name": f"文书{kind}", "series": f"松{kind}", "template": "notice", "wording": "准予"}
    return {"kind": kind, **said, **more}


def _matter(key: str, department: str, **more: object) -> dict[str, object]:
    return {
        "key": key,
        "name": f"事项{key}",
        "department": department,
        "item": f"{key:0>12}",
        "promised": {"days": 10},
        "statutory": "D20",
        "hold": {"limit": {"days": 20}, "basis": BASIS},
        "steps": [{"kind": "decide", "key": "decide", "name": "决定"}],
        "documents": [_document("done")],
        "refusal": _document("no", template="refusal"),
        "bases": [BASIS],
        **more,
    }


PERMIT = _matter(
    "PERMIT",
    "food",
    clocks=["DEL10", "PUB7", "CHG30"],
    examine={"basis": BASIS},
    unacceptable=[
        {
            "kind": "not_competent",
            "when": {"fact": "answer.kind", "is": "joint_stock"},
            "says": "股份有限公司由市级登记机关登记",
            "organ": "上海市市场监督管理局",
            "basis": {"law": "登记管理条例实施细则", "article": "第四条"},
        },
        {
            "kind": "not_required",
            "when": {"fact": "answer.kind", "is": "exempt"},
            "says": "仅销售预包装食品，不需要许可",
            "basis": BASIS,
        },
        {
            "kind": "barred",
            "when": {"fact": "firm.licence_bar_one_year", "is": True},
            "says": "提供虚假材料，一年内不得再次申请",
            "basis": {"law": "行政许可法", "article": "第七十八条"},
        },
    ],
    materials=[
        {"code": "M01"},
        {"code": "M03", "tolerable": {"days": 20}},
        {"code": "M04", "tolerable": {"days": 6}},
    ],
    accept_pending={"rule": "shanghai", "basis": BASIS},
    hearing={"when": {"fact": "answer.heard", "is": "yes"}, "basis": BASIS},
    steps=[
        {"kind": "review", "key": "review", "name": "核查", "officers": 2},
        {"kind": "decide", "key": "decide", "name": "决定"},
    ],
    documents=[_document("licence", delivery="counter")],
)
SERVICE_TREE: dict[str, object] = {
    "service": "legal",
    "version": 1,
    "name": "法定程序",
    "summary": "测试用",
    "lead": "food",
    "validity": {"since": "2024-01-01"},
    "bases": [BASIS],
    "questions": [
        {
            "id": "kind",
            "text": "哪一类？",
            "why": "管辖",
            "kind": "one",
            "options": [
                {"value": "limited", "label": "有限"},
                {"value": "joint_stock", "label": "股份"},
                {"value": "exempt", "label": "免许可"},
            ],
        },
        {
            "id": "heard",
            "text": "涉及他人重大利益？",
            "why": "听证",
            "kind": "one",
            "options": [{"value": "yes", "label": "是"}, {"value": "no", "label": "否"}],
        },
        {
            "id": "with",
            "text": "一并办理？",
            "why": "联办",
            "kind": "many",
            "options": [
                {"value": "sign", "label": "招牌"},
                {"value": "clear", "label": "清税"},
                {"value": "joint", "label": "联合许可"},
                {"value": "renew", "label": "延续"},
                {"value": "register", "label": "登记"},
                {"value": "none", "label": "不"},
            ],
        },
    ],
    "situations": [
        {
            "code": "FD-01",
            "name": "法定",
            "when": {"fact": "answer.kind", "known": True},
            "bases": [BASIS],
        },
    ],
    "form": [
        {"id": "decided_on", "label": "决议日期", "kind": "date"},
        {"id": "valid_until", "label": "有效期届满之日", "kind": "date"},
    ],
    "materials": [
        {"code": "M01"},
        {"code": "M02", "waived": {"by": "电子证照库", "basis": BASIS}},
        {"code": "M03"},
        {"code": "M04"},
        {"code": "M05"},
        {"code": "M06"},
        {"code": "M07"},
    ],
    "matters": [
        PERMIT,
        _matter(
            "SIGN",
            "tax",
            needed=[{"when": {"fact": "answer.with", "has": "sign"}, "otherwise": "不办招牌"}],
            materials=[{"code": "M05", "promised": True}],
            inform_commit={
                "conditions": ["招牌不遮挡消防通道"],
                "verify": {"days": 60},
                "rectify": {"days": 10},
                "basis": {"law": "上海优化营商环境条例", "article": "第二十七条"},
            },
        ),
        _matter(
            "CLEAR",
            "tax",
            item="31013002CLR1",
            needed=[{"when": {"fact": "answer.with", "has": "clear"}, "otherwise": "不清税"}],
            materials=[{"code": "M06", "tolerable": {"days": 15}}],
            issue_then_supply={
                "limit": {"days": 15},
                "credit": "public_record",
                "undone": True,
                "basis": {"law": "上海优化营商环境条例", "article": "第二十四条第四款"},
            },
        ),
        _matter(
            "JOINT",
            "food",
            item="310131JOINT1",
            needed=[{"when": {"fact": "answer.with", "has": "joint"}, "otherwise": "不办联合许可"}],
            needs=[{"matter": "PERMIT"}],
            promised={"days": 40},
            statutory="D45",
        ),
        _matter(
            "REG",
            "tax",
            item="310131REG001",
            needed=[{"when": {"fact": "answer.with", "has": "register"}, "otherwise": "不登记"}],
            promised={"days": 1},
            statutory="REG3",
            materials=[{"code": "M07"}],
        ),
        _matter(
            "RENEW",
            "food",
            item="310131RENEW1",
            needed=[{"when": {"fact": "answer.with", "has": "renew"}, "otherwise": "不延续"}],
            clocks=["RENEW"],
        ),
    ],
}
CATALOGUE = Catalogue.model_validate(
    {
        "departments": [
            {
                "code": code,
                "name": f"{code}局",
                "uscc": "11310117002456781R",
                "level": 4,
                "phone": "021-1",
                "remedies": ["六十日内申请行政复议", "六个月内提起行政诉讼"],
            }
            for code in ("food", "tax", "district_government")
        ],
        "laws": [],
        "clocks": _SHIPPED.clocks,
        "jurisdictions": _SHIPPED.jurisdictions,
        "procedures": _SHIPPED.procedures,
        "terminations": _SHIPPED.terminations,
        "papers": _SHIPPED.papers,
        "materials": [
            {
                "code": code,
                "name": f"材料{code}",
                "source": "applicant",
                "main": code == "M01",
                "standard": "原件",
            }
            for code in ("M01", "M02", "M03", "M04", "M05", "M06", "M07")
        ],
    }
)
SERVICE = ServiceDefinition.model_validate(SERVICE_TREE)
CALENDAR: Calendar = load_calendars()


def planned(
    *also: str,
    kind: str = "limited",
    heard: str = "no",
    firm: dict[str, Fact] | None = None,
    service: ServiceDefinition = SERVICE,
) -> Plan:
    """The plan with PERMIT and the matters named."""
    answers = {"kind": kind, "heard": heard, "with": also or ("none",)}
    facts = facts_of(service, answers, firm or {})
    return plan(service, CATALOGUE, facts, sha256="s" * 64, on=date(2026, 3, 2))


def rewritten(key: str = "PERMIT", **changes: object) -> ServiceDefinition:
    """The service with one matter changed."""
    matters = SERVICE_TREE["matters"]
    assert isinstance(matters, list)
    changed = [{**each, **changes} if each["key"] == key else each for each in matters]
    return ServiceDefinition.model_validate({**SERVICE_TREE, "matters": changed})


def life(
    plan_: Plan | None = None,
    *,
    lacking: tuple[str, ...] = (),
    committed: tuple[str, ...] = (),
    promised: tuple[str, ...] = (),
    dates: dict[str, date] | None = None,
    calendar: Calendar = CALENDAR,
    now: datetime = NOW,
) -> Folded:
    """An application just taken in; everything but `lacking` came, `promised` stands for proofs."""
    chosen = plan_ or planned()
    event = BundleStarted(
        number=NUMBER,
        application="a1",
        plan=chosen,
        calendar=calendar,
        committed=committed,
        dates=dates or {},
        materials=tuple(
            TakenIn(code=material.code, status=_status(material.code, lacking, promised))
            for material in chosen.materials
        ),
    )
    return Folded(start(event, key="start", actor=CLERK, now=now), now)


def _status(code: str, lacking: tuple[str, ...], promised: tuple[str, ...]) -> MaterialStatus:
    if code == "M02":
        return MaterialStatus.WAIVED
    if code in promised:
        return MaterialStatus.PROMISED
    return MaterialStatus.PENDING if code in lacking else MaterialStatus.SATISFIED


def complete(
    one: Folded, actor: Actor, task: str, outcome: Outcome, **more: object
) -> tuple[str, ...]:
    """Complete a task, with everything it may need."""
    said = {"reasons": (WHY,), "bases": BASES, **more}
    command = c.CompleteTask.model_validate(
        {"task": f"{NUMBER}.{task}", "outcome": outcome, **said}
    )
    return one.act(actor, command)


def notice(*materials: str) -> dict[str, object]:
    """What a supplement notice says of these materials."""
    return {"points": tuple(Point(material=code, defect=TEXT) for code in materials)}


def accept(one: Folded) -> tuple[str, ...]:
    """PERMIT is examined and accepted."""
    return complete(one, OFFICER, "PERMIT.receipt", Outcome.ACCEPT)


def review(one: Folded) -> tuple[str, ...]:
    """PERMIT is checked on site by two."""
    return complete(one, OFFICER, "PERMIT.review", Outcome.PASS, companions=("second",))


def grant(one: Folded) -> tuple[str, ...]:
    """PERMIT is granted, from the receipt on."""
    accept(one)
    review(one)
    return complete(one, HEAD, "PERMIT.decide", Outcome.GRANT)


def supply(one: Folded, code: str, actor: Actor = APPLICANT) -> tuple[str, ...]:
    """Hand in a paper."""
    return one.act(actor, c.SupplyMaterial(material=code, files=(FILE,)))
