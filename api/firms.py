"""What is known of a firm: registers' facts, then what is kept of them, then what is declared."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from activities.outside.registers.answers import NAMES, PARTS, SHARED, Answer, Reach, Register
from activities.outside.registers.assembling import Known, assembled
from activities.store.desk.firms import FirmView, firm, keep_answers
from activities.store.desk.sharing import From, Origin
from activities.store.reading.standing import StandingFact, standing_of
from api.problems import Fault, Problem, wrong
from api.services import Services
from definitions.errors import Code
from definitions.language.base import SHANGHAI, Value
from definitions.language.facts import FACTS_BY_NAME, FactKind, FirmFact
from definitions.rules.codes import uscc_fault
from definitions.rules.conditions import Fact

DECLARED = "申请人申报"
# What was fetched a moment ago is not fetched again: a form is saved every few seconds.
FRESH = timedelta(minutes=1)
Declared = Mapping[str, Fact]
_Answers = Mapping[Register, Answer]


class KnownFirm(Value):
    """A firm for an application. `sources` says of each fact where it comes from, `origins` more.

    `away` are the registers that could not be asked now; what is known of them is from before.
    """

    code: str
    name: str
    facts: Mapping[str, Fact]
    sources: Mapping[str, str]
    registered: bool
    origins: Mapping[str, Origin] = {}
    asked_at: datetime | None = None
    away: Mapping[Register, Reach] = {}


async def known_firm(
    services: Services,
    code: str,
    *,
    name: str = "",
    declared: Declared | None = None,
    must_be_named: bool = False,
) -> KnownFirm:
    """The firm. What a register says stands before what is declared. Raises `invalid`."""
    fault = uscc_fault(code)
    if fault is not None:
        raise wrong("/firm_code", "uscc", fault)
    told = _checked(declared or {})
    async with services.store.reading() as session:
        found = await firm(session, code)
        standing = await standing_of(session, code, services.now())
    answers, away = await _asked(services, code, found)
    known = _merged(code, name.strip(), told, found, answers, away)
    if must_be_named and not known.registered and not name.strip():
        raise wrong("/firm_name", "required", unknown_firm(known))
    asked_at = None if services.registers is None else services.now()
    return _with_standing(known.model_copy(update={"asked_at": asked_at}), standing)


def unknown_firm(known: KnownFirm) -> str:
    """Why its name has to be written."""
    if Register.ENTERPRISE in known.away:
        return f"{NAMES[Register.ENTERPRISE]}共享失败，请照营业执照填写企业名称"
    return "登记库没有这家企业，请填写企业名称"


async def _asked(
    services: Services, code: str, found: FirmView | None
) -> tuple[_Answers, Mapping[Register, Reach]]:
    """Every register's last word, and who could not be asked now."""
    held = dict(found.answers) if found else {}
    if services.registers is None:
        return held, {}
    now = services.now()
    stale = frozenset(r for r in Register if r not in held or not _is_fresh(held[r], now))
    if not stale:
        return held, {}
    answers = await services.registers.firm(code, asked=stale)
    said = {register: answer for register, answer in answers.items() if answer.said}
    known = found is not None or any(a.reach is Reach.ANSWERED for a in said.values())
    if said and known:
        name = _name(said) or (found.name if found else "")
        async with services.store.begin() as session:
            await keep_answers(session, code, name, said)
    return {**held, **said}, {r: a.reach for r, a in answers.items() if not a.said}


def _is_fresh(answer: Answer, now: datetime) -> bool:
    return answer.fetched_at is not None and abs(now - answer.fetched_at) < FRESH


def _name(answers: _Answers) -> str:
    enterprise = answers.get(Register.ENTERPRISE)
    return str(enterprise.facts.get("name", "")) if enterprise else ""


def _merged(  # noqa: PLR0917 - what is told, loaded and said, each below the next
    code: str,
    name: str,
    told: Mapping[str, Fact],
    found: FirmView | None,
    answers: _Answers,
    away: Mapping[Register, Reach],
) -> KnownFirm:
    declared = {"name": name, **told} if name else dict(told)
    origins = {fact: Origin(source=DECLARED, kind=From.DECLARED) for fact in declared}
    loaded: dict[str, Fact] = {}
    if found is not None and found.as_of is not None:
        loaded = {**found.facts, "name": found.name}
        origin = Origin(source=found.source, kind=From.LOADED, as_of=found.as_of)
        origins |= dict.fromkeys(loaded, origin)
    said = assembled(answers)
    origins |= {fact: _origin(fact, known, away) for fact, known in said.items()}
    values = {fact: known.value for fact, known in said.items()}
    facts = {**declared, **loaded, **values, "uscc": code}
    main = answers.get(Register.ENTERPRISE)
    origins.setdefault("uscc", Origin(source=DECLARED, kind=From.DECLARED))
    return KnownFirm(
        code=code,
        name=str(facts.get("name", "")),
        facts=facts,
        sources={fact: _words(origins[fact]) for fact in facts},
        registered=bool(loaded) or (main is not None and main.reach is Reach.ANSWERED),
        origins=origins,
        away=away,
    )


def _origin(fact: str, known: Known, away: Mapping[Register, Reach]) -> Origin:
    gone = {NAMES[register] for register in away}
    parts = {NAMES[register] for register in PARTS} if fact == SHARED else {known.source}
    return Origin(
        source=known.source,
        kind=From.KEPT if gone & parts else From.REGISTER,
        fetched_at=known.fetched_at,
        as_of=known.as_of,
    )


def _words(origin: Origin) -> str:
    """`市场主体登记库（2026-11-20）`; of a register that is away, since when its word is kept."""
    if origin.kind is From.DECLARED:
        return DECLARED
    said = [str(origin.as_of)] if origin.as_of else []
    if origin.kind is From.KEPT and origin.fetched_at is not None:
        said.append(f"共享失败，为 {origin.fetched_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} 所取")
    return f"{origin.source}（{'，'.join(said)}）" if said else origin.source


def _with_standing(known: KnownFirm, standing: tuple[StandingFact, ...]) -> KnownFirm:
    """What this register knows of the firm's word beside what the others do (domain.md §2.3 2d)."""
    ours = {fact.name: fact.source for fact in standing}
    sources = {
        name: f"{known.sources[name]}；{source}" if known.facts.get(name) is True else source
        for name, source in ours.items()
    }
    origins = {name: Origin(source=source, kind=From.OURS) for name, source in sources.items()}
    return known.model_copy(
        update={
            "facts": {**known.facts, **dict.fromkeys(ours, True)},
            "sources": {**known.sources, **sources},
            "origins": {**known.origins, **origins},
        }
    )


def _checked(declared: Declared) -> dict[str, Fact]:
    faults = [
        Fault(pointer=f"/firm/{name}", rule="fact", message=message)
        for name, value in declared.items()
        if (message := _fault(FACTS_BY_NAME.get(name), name, value)) is not None
    ]
    if faults:
        raise Problem(Code.INVALID, "企业情况填写有误", errors=faults)
    return dict(declared)


def _fault(fact: FirmFact | None, name: str, value: object) -> str | None:
    if fact is None:
        return f"没有“{name}”这一项企业情况"
    allowed = {option.value for option in fact.values}
    match fact.kind, value:
        case (FactKind.FLAG, bool()) | (FactKind.TEXT | FactKind.DATE, str()):
            return None
        case FactKind.NUMBER, int() if not isinstance(value, bool):
            return None
        case (FactKind.ONE, str()) | (FactKind.MANY, tuple()) if _listed(value) <= allowed:
            return None
        case _:
            wanted = {FactKind.FLAG: "true 或 false", FactKind.TEXT: "文字"}
            wanted |= {FactKind.DATE: "日期", FactKind.NUMBER: "整数"}
            listed = f"{'、'.join(sorted(allowed))} 之一"
            return f"“{fact.label}”应为 {wanted.get(fact.kind, listed)}"


def _listed(value: object) -> set[object]:
    return set(value) if isinstance(value, tuple) else {value}
