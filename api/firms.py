"""What is known of a firm: the registers' facts, and below them what the applicant declares."""

from collections.abc import Mapping

from activities.store.desk.firms import FirmView, firm
from activities.store.reading.standing import StandingFact, standing_of
from api.problems import Fault, Problem
from api.services import Services
from definitions.errors import Code
from definitions.language.base import Value
from definitions.language.facts import FACTS_BY_NAME, FactKind, FirmFact
from definitions.rules.codes import uscc_fault
from definitions.rules.conditions import Fact

DECLARED = "申请人申报"
Declared = Mapping[str, str | bool | tuple[str, ...]]


class KnownFirm(Value):
    """A firm for an application. `sources` says of each fact where it comes from."""

    code: str
    name: str
    facts: Mapping[str, Fact]
    sources: Mapping[str, str]
    registered: bool


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
        raise _invalid("/firm_code", "uscc", fault)
    told = _checked(declared or {})
    async with services.store.reading() as session:
        found = await firm(session, code)
        standing = await standing_of(session, code, services.now())
    if must_be_named and found is None and not name.strip():
        raise _invalid("/firm_name", "required", "登记库没有这家企业，请填写企业名称")
    return _with_standing(_merged(code, name.strip(), told, found), standing)


def _with_standing(known: KnownFirm, standing: tuple[StandingFact, ...]) -> KnownFirm:
    """What this register knows of the firm's word beside what the others do (domain.md §2.3 2d)."""
    ours = {fact.name: fact.source for fact in standing}
    sources = {
        name: f"{known.sources[name]}；{source}" if known.facts.get(name) is True else source
        for name, source in ours.items()
    }
    return known.model_copy(
        update={
            "facts": {**known.facts, **dict.fromkeys(ours, True)},
            "sources": {**known.sources, **sources},
        }
    )


def _merged(code: str, name: str, told: Mapping[str, Fact], found: FirmView | None) -> KnownFirm:
    registered: dict[str, Fact] = {}
    if found is not None:
        registered = {**found.facts, "name": found.name}
        source = f"{found.source}（{found.as_of}）"
    else:
        source = ""
    declared = {"name": name, **told} if name else dict(told)
    facts = {**declared, **registered, "uscc": code}
    return KnownFirm(
        code=code,
        name=str(facts.get("name", "")),
        facts=facts,
        sources={fact: source if fact in registered else DECLARED for fact in facts},
        registered=found is not None,
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
        case (FactKind.FLAG, bool()) | (FactKind.TEXT, str()):
            return None
        case (FactKind.ONE, str()) | (FactKind.MANY, tuple()) if _listed(value) <= allowed:
            return None
        case _:
            wanted = {FactKind.FLAG: "true 或 false", FactKind.TEXT: "文字"}
            listed = f"{'、'.join(sorted(allowed))} 之一"
            return f"“{fact.label}”应为 {wanted.get(fact.kind, listed)}"


def _listed(value: object) -> set[object]:
    return set(value) if isinstance(value, tuple) else {value}


def _invalid(pointer: str, rule: str, message: str) -> Problem:
    return Problem(
        Code.INVALID, message, errors=[Fault(pointer=pointer, rule=rule, message=message)]
    )
