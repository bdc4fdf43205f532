"""What was entered, and what is kept of it: with the firm's facts and what sharing did."""

from collections.abc import Mapping

from pydantic import Field

from activities.store.desk import applications as kept
from activities.store.desk.applications import ApplicationView, Contents
from api.assessment import facts_for, service_of
from api.firms import DECLARED, Declared, KnownFirm, known_firm
from api.services import Services
from api.sharing import closed, shared
from definitions.language.base import Value
from definitions.language.roles import Actor
from definitions.matter.events import Commitment
from definitions.rules.calendar import local_day

_AS_ENTERED = (
    *("service", "firm_code", "firm_name", "answers", "form"),
    *("materials", "committed", "commitments", "insisted"),
)


class Entered(Value):
    """What was entered so far. `firm` holds declared facts; a register's win.

    `overrides`: papers asked for because sharing failed, each with the clerk's reason.
    """

    service: str
    firm_code: str
    firm_name: str = ""
    firm: Declared = Field(default_factory=dict)
    answers: Mapping[str, kept.Answer] = {}
    form: Mapping[str, str] = {}
    materials: Mapping[str, kept.MaterialGiven] = {}
    committed: tuple[str, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    overrides: Mapping[str, str] = {}
    insisted: bool = False


async def contents_of(
    services: Services, actor: Actor, entered: Entered, *, before: ApplicationView | None
) -> Contents:
    """What is kept of it, registers asked. Answers must be possible ones. Raises `invalid`."""
    firm = await known_firm(
        services, entered.firm_code, name=entered.firm_name, declared=entered.firm
    )
    return await _with_sharing(services, actor, entered, firm, before)


async def complete(
    services: Services, actor: Actor, entered: Entered, *, before: ApplicationView | None
) -> Contents:
    """The same to be submitted: the firm has a name, and what only a register fills in is there."""
    firm = await known_firm(
        services,
        entered.firm_code,
        name=entered.firm_name,
        declared=entered.firm,
        must_be_named=True,
    )
    contents = await _with_sharing(services, actor, entered, firm, before)
    definition = service_of(services, contents.service).definition
    on = local_day(services.now())
    facts = facts_for(definition, contents.answers, contents.firm, contents.form, on=on)
    fields = closed(definition, facts, contents.sharing)
    form = {name: value for name, (_, value) in fields.items()} | dict(contents.form)
    return contents.model_copy(update={"form": form})


def entered_of(application: ApplicationView) -> Entered:
    """What was entered; declared facts only, because registers are asked afresh."""
    declared = {
        name: value
        for name, value in application.firm.items()
        if application.firm_source.get(name) == DECLARED and name != "uscc"
    }
    return Entered(
        firm=declared,
        overrides={code: each.reason for code, each in application.sharing.overrides.items()},
        **{name: getattr(application, name) for name in _AS_ENTERED},
    )


async def _with_sharing(
    services: Services,
    actor: Actor,
    entered: Entered,
    firm: KnownFirm,
    before: ApplicationView | None,
) -> Contents:
    contents = Contents(
        service=entered.service,
        firm_code=firm.code,
        firm_name=firm.name,
        firm=firm.facts,
        firm_source=firm.sources,
        answers=entered.answers,
        form={name: value.strip() for name, value in entered.form.items()},
        materials=entered.materials,
        committed=entered.committed,
        commitments=entered.commitments,
        insisted=entered.insisted,
    )
    definition = service_of(services, entered.service).definition
    on = local_day(services.now())
    facts = facts_for(definition, contents.answers, contents.firm, contents.form, on=on)
    sharing = await shared(
        services,
        actor,
        definition=definition,
        contents=contents,
        firm=firm,
        facts=facts,
        overrides=entered.overrides,
        before=before,
    )
    return contents.model_copy(update={"sharing": sharing})
