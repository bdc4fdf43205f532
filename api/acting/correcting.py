"""当场更正 of a field: what stood there, and whether the new value may (行政许可法 32(1)(3))."""

from activities.store.desk.applications import application_of
from activities.store.desk.definitions import definition_of
from activities.store.desk.texts import digest_of, keep_texts
from activities.store.reading.bundles import bundle_head, definition_sha256
from activities.store.reading.scope import EVERYTHING
from activities.store.reading.timeline import acted
from api.acting.base import key_of
from api.assessment import facts_for
from api.problems import wrong
from api.sent import Sent
from api.services import Services
from definitions.errors import Code, Refused
from definitions.language.roles import Actor
from definitions.language.service import ServiceDefinition
from definitions.matter.values import Reason
from definitions.rules.calendar import local_day
from definitions.rules.conditions import Facts
from definitions.rules.forms import faults, fields_asked


async def corrected(
    services: Services,
    actor: Actor,
    number: str,
    sent: Sent,
    *,
    field: str | None,
    value: str | None,
) -> tuple[Reason | None, Reason]:
    """The field's text before and after, both kept. Raises `invalid`, `not-correctable`."""
    name, becomes = (field or "").strip(), (value or "").strip()
    async with services.store.reading() as session:
        found = await application_of(session, number)
        head = await bundle_head(session, number, EVERYTHING)
        done = await acted(session, number, key_of(actor, sent))
    if found is None or head is None:
        raise Refused(Code.UNKNOWN_BUNDLE, f"没有办件 {number}")
    definition = await _definition(services, number)
    stands = {**found.form, **found.corrections}
    if done is None:
        form = {**stands, name: becomes}
        on = local_day(found.submitted_at or services.now())
        facts = facts_for(definition, found.answers, found.firm, form, on=on, sharing=found.sharing)
        label = _field(services, definition, name, facts)
        found_wrong = [f for f in faults(definition, form, facts) if f.field == f"/form/{name}"]
        if found_wrong:
            raise wrong("/value", found_wrong[0].rule, found_wrong[0].message)
        if stands.get(name, "") == becomes:
            raise wrong("/value", "same", f"“{label}”原来就是这样写的，没有更正")
    was = stands.get(name, "")
    async with services.store.begin() as session:
        await keep_texts(session, [was, becomes])
    return (Reason(text=digest_of(was)) if was else None), Reason(text=digest_of(becomes))


def _field(services: Services, definition: ServiceDefinition, name: str, facts: Facts) -> str:
    """The label of a field that may be put right. What decides the way of handling may not."""
    asked = next((f for f in fields_asked(definition, facts) if f.id == name), None)
    if asked is None:
        raise wrong("/field", "unknown", f"表单没有“{name}”这一项")
    written = definition.model_dump_json(by_alias=True)
    clocks = services.library.catalogue.clocks
    if f'"form.{name}"' in written or any(clock.dated == name for clock in clocks):
        raise Refused(
            Code.NOT_CORRECTABLE,
            f"“{asked.label}”决定办理情形或者期限，不能当场更正；请撤回后重新申请",
            field="/field",
        )
    return asked.label


async def _definition(services: Services, number: str) -> ServiceDefinition:
    """The rules the application is handled under, however old they are."""
    async with services.store.reading() as session:
        sha256 = await definition_sha256(session, number)
        loaded = services.library.services
        found = next((each.definition for each in loaded if each.sha256 == sha256), None)
        kept = found or await definition_of(session, sha256 or "")
    if kept is None:
        raise Refused(Code.UNKNOWN_SERVICE, "找不到本件所依据的服务定义")
    return kept
