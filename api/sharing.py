"""What sharing means for an application: persons checked, closed fields, papers not asked for.

What is shared is never asked for. Where sharing fails, a clerk may ask for the paper all the same,
with a reason that stays in the record.
"""

import asyncio
from collections.abc import Iterator, Mapping

from activities.outside.registers.answers import KEPT_BY, Verdict
from activities.store.desk.applications import ApplicationView, Contents
from activities.store.desk.sharing import Checked, Corrected, Overridden, Sharing
from api.firms import KnownFirm
from api.problems import Fault, Problem
from api.services import Services
from definitions.errors import Code
from definitions.language.materials import MaterialUse
from definitions.language.questions import FormField
from definitions.language.roles import Actor
from definitions.language.service import ServiceDefinition
from definitions.rules import permissions
from definitions.rules.codes import person_id_fault
from definitions.rules.conditions import Facts, facts_in, holds
from definitions.rules.forms import fields_asked
from definitions.rules.permissions import Act
from definitions.rules.plan import Plan, PlannedMaterial

_FIRM = "firm."
_LONGEST = 200


async def shared(
    services: Services,
    actor: Actor,
    *,
    definition: ServiceDefinition,
    contents: Contents,
    firm: KnownFirm,
    facts: Facts,
    overrides: Mapping[str, str],
    before: ApplicationView | None,
) -> Sharing:
    """Everything sharing did, after asking for the persons that are new. Raises `invalid`."""
    asked = fields_asked(definition, facts)
    sharing = Sharing(asked_at=firm.asked_at, away=firm.away, origins=firm.origins)
    persons = await _persons(services, asked, contents, before)
    sharing = sharing.model_copy(
        update={
            "persons": persons,
            "corrected": dict(_corrected(asked, contents.form, facts, sharing)),
        }
    )
    given = before.sharing.overrides if before else {}
    found = _overrides(services, actor, sharing, overrides, given)
    return sharing.model_copy(update={"overrides": found})


def person_facts(sharing: Sharing) -> dict[str, str]:
    """`person.<field>` of everybody whom the register judged."""
    return {
        f"person.{field}": checked.verdict.value
        for field, checked in sharing.persons.items()
        if checked.verdict is not Verdict.AWAY
    }


def replanned(planned: Plan, definition: ServiceDefinition, facts: Facts, sharing: Sharing) -> Plan:
    """The plan as sharing leaves it.

    What a register that is away should bring is not asked for; what an override asks for is.
    """
    uses = {use.code: use for use in definition.materials}
    return planned.model_copy(
        update={
            "materials": tuple(
                _material(material, uses.get(material.code), facts, sharing)
                for material in planned.materials
            )
        }
    )


def closed(
    definition: ServiceDefinition, facts: Facts, sharing: Sharing
) -> Mapping[str, tuple[FormField, str]]:
    """The fields whose value is a register's alone, with that value."""
    return {
        field.id: (field, value)
        for field in fields_asked(definition, facts)
        if not field.editable and (value := official(field, facts, sharing)) is not None
    }


def closed_faults(
    fields: Mapping[str, tuple[FormField, str]], form: Mapping[str, str], sharing: Sharing
) -> Iterator[Fault]:
    """Who wrote something else there."""
    for name, (field, value) in fields.items():
        if form.get(name, "").strip() not in ("", value):
            source = sharing.origins[_fact(field)].source
            message = f"“{field.label}”以{source}为准，不能在这里改；有误的请向该登记机关更正"
            yield Fault(pointer=f"/form/{name}", rule="closed", message=message)


def official(field: FormField, facts: Facts, sharing: Sharing) -> str | None:
    """What a register says of the field."""
    origin = sharing.origins.get(_fact(field)) if field.prefilled_from else None
    known = facts.get(field.prefilled_from or "")
    return str(known) if origin is not None and origin.is_official and known is not None else None


def may_override(services: Services, sharing: Sharing) -> bool:
    """Whether sharing failed: a register is away, none is connected, or a person was not found."""
    return (
        services.registers is None
        or bool(sharing.away)
        or any(
            each.verdict in (Verdict.AWAY, Verdict.MISMATCH) for each in sharing.persons.values()
        )
    )


async def _persons(
    services: Services,
    asked: tuple[FormField, ...],
    contents: Contents,
    before: ApplicationView | None,
) -> dict[str, Checked]:
    registers = services.registers
    if registers is None:
        return {}
    people = {
        field.id: (contents.form.get(field.id, ""), contents.form.get(field.person, ""))
        for field in asked
        if field.person is not None
    }
    people = {f: (n, who) for f, (n, who) in people.items() if who and person_id_fault(n) is None}
    found = {f: each for f in people if (each := _as_before(f, contents, asked, before))}
    new = [field for field in people if field not in found]
    verdicts = await asyncio.gather(*(registers.person(*people[field]) for field in new))
    at = services.now()
    fresh = {f: Checked(verdict=v, at=at) for f, v in zip(new, verdicts, strict=True)}
    return {**found, **fresh}


def _as_before(
    name: str, contents: Contents, asked: tuple[FormField, ...], before: ApplicationView | None
) -> Checked | None:
    """The verdict that stands: the register was there, and neither number nor name is another."""
    if before is None or (checked := before.sharing.persons.get(name)) is None:
        return None
    person = next(field.person for field in asked if field.id == name)
    same = all(before.form.get(each) == contents.form.get(each) for each in (name, person) if each)
    return checked if same and checked.verdict is not Verdict.AWAY else None


def _corrected(
    asked: tuple[FormField, ...], form: Mapping[str, str], facts: Facts, sharing: Sharing
) -> Iterator[tuple[str, Corrected]]:
    """The applicant's correction stands (浙江规定 7), and beside it what it corrects."""
    for field in asked:
        known = official(field, facts, sharing)
        if field.editable and known is not None and form.get(field.id, "") not in ("", known):
            source = sharing.origins[_fact(field)].source
            yield field.id, Corrected(value=known, source=source)


def _overrides(
    services: Services,
    actor: Actor,
    sharing: Sharing,
    wanted: Mapping[str, str],
    given: Mapping[str, Overridden],
) -> dict[str, Overridden]:
    """An override once given stays; a new one takes a clerk, a reason and sharing that failed."""
    found: dict[str, Overridden] = {}
    for code, said in wanted.items():
        reason, before = said.strip()[:_LONGEST], given.get(code)
        if before is not None and before.reason == reason:
            found[code] = before
            continue
        permissions.require(actor, Act.SUBMIT)
        if not reason:
            raise _invalid(code, "required", "请写明为什么还要申请人提交")
        if not may_override(services, sharing):
            raise _invalid(code, "shared", "数据共享正常，不能再要求申请人提交")
        found[code] = Overridden(reason=reason, by=actor.id, at=services.now())
    return found


def _material(
    material: PlannedMaterial, use: MaterialUse | None, facts: Facts, sharing: Sharing
) -> PlannedMaterial:
    if material.code in sharing.overrides:
        return material.model_copy(update={"waived_by": None, "waived_basis": None})
    if use is None or use.waived is None or material.waived_by is not None:
        return material
    if holds(use.waived.when, facts) is None and _waits(use, facts, sharing):
        by, basis = use.waived.by, use.waived.basis
        return material.model_copy(update={"waived_by": by, "waived_basis": basis})
    return material


def _waits(use: MaterialUse, facts: Facts, sharing: Sharing) -> bool:
    """Whether a register that is away would settle it."""
    looked_at = facts_in(use.waived.when) if use.waived else ()
    unknown = (name.removeprefix(_FIRM) for name in looked_at if name not in facts)
    return any(KEPT_BY.get(name) in sharing.away for name in unknown)


def _fact(field: FormField) -> str:
    return (field.prefilled_from or "").removeprefix(_FIRM)


def _invalid(code: str, rule: str, message: str) -> Problem:
    fault = Fault(pointer=f"/overrides/{code}", rule=rule, message=message)
    return Problem(Code.INVALID, message, errors=[fault])
