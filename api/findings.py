"""The pre-check (智能预审) over what was entered, and over what registers know of a firm.

Advice to the people at the window. Nothing here refuses anything: what is found is shown, kept with
the application, and may be called wrong.
"""

from collections.abc import Iterator, Mapping

from activities.store.desk.applications import ApplicationView, Contents
from activities.store.desk.feedback import Feedback, feedback_on, put_feedback
from activities.store.desk.uploads import UploadView
from api import checkup
from api.assessment import facts_for, service_of, usable_uploads
from api.entered import Entered, contents_of
from api.firms import known_firm
from api.problems import ApiCode, Problem
from api.services import Services
from api.sharing import closed
from definitions.benefits.entitlement import Status
from definitions.language.base import Value
from definitions.language.checks import Severity
from definitions.language.roles import Actor
from definitions.language.service import ServiceDefinition
from definitions.lifecycle.policy_saying import organs_of
from definitions.policy_effects import load_effects
from definitions.rules import permissions
from definitions.rules.calendar import local_day
from definitions.rules.conditions import Fact
from definitions.rules.forms import fields_asked
from definitions.rules.money import yuan
from definitions.rules.obstacles import Obstacle, obstacles
from definitions.rules.papers_seen import FileSeen, PaperSeen, seen_in
from definitions.rules.permissions import Act
from definitions.rules.prechecks import Finding, precheck

DEREGISTRATION = "company_deregistration"
UNPAID = "BENEFITS-UNPAID"
_DEREGISTERING = "firm.deregistering"


class Unpaid(Value):
    """A benefit a firm has not had yet: it stands open (`has`), or it is entitled to it now.

    `fen` is what it would come to, if that is known; `uncertain` figures are not this year's yet.
    """

    policy: str
    name: str
    organ: str
    fen: int | None
    uncertain: bool
    has: Status | None


class Ahead(Value):
    """What stands in a firm's way. `away`: registers that could not be asked just now.

    `unpaid`: what it would leave behind, where it is to be deregistered.
    """

    uscc: str
    firm_name: str
    registered: bool
    service: str
    service_name: str
    version: int
    obstacles: tuple[Obstacle, ...]
    away: tuple[str, ...] = ()
    unpaid: tuple[Unpaid, ...] = ()


async def findings_of(
    services: Services, contents: Contents, *, actor: Actor, owner: str
) -> tuple[Finding, ...]:
    """Every finding over form, dates and files, all at once."""
    definition = service_of(services, contents.service).definition
    known = await usable_uploads(services, contents, actor=actor, owner=owner)
    on = local_day(services.now())
    facts = _facts(services, definition, contents)
    catalogue = services.library.catalogue
    found = precheck(
        definition,
        facts,
        on=on,
        calendar=services.calendar,
        phrases=catalogue.scope_phrases,
    )
    names = {each.code: each.name for each in (*catalogue.materials, *definition.own_materials)}
    left = await unpaid_of(services, contents.service, contents.firm_code)
    return (*found, *_left(left), *seen_in(tuple(_papers(contents, known, names))))


async def findings_over(services: Services, actor: Actor, entered: Entered) -> tuple[Finding, ...]:
    """The same over what is not kept as a draft. Answers must be possible ones."""
    permissions.require(actor, Act.PREPARE)
    contents = await contents_of(services, actor, entered, before=None)
    return await findings_of(services, contents, actor=actor, owner=actor.id)


async def ahead(services: Services, actor: Actor, uscc: str, *, service: str) -> Ahead:
    """一键预查: every blocker that registers can judge. Raises `invalid` for a bad code."""
    permissions.require(actor, Act.PREPARE)
    definition = service_of(services, service).definition
    firm = await known_firm(services, uscc)
    on = local_day(services.now())
    facts = facts_for(definition, {}, firm.facts, {}, on=on)
    return Ahead(
        uscc=firm.code,
        firm_name=firm.name,
        registered=firm.registered,
        service=definition.service,
        service_name=definition.name,
        version=definition.version,
        obstacles=obstacles(definition, facts),
        away=tuple(register.value for register in firm.away),
        unpaid=await unpaid_of(services, definition.service, firm.code),
    )


async def unpaid_of(services: Services, service: str, code: str) -> tuple[Unpaid, ...]:
    """还没有兑现的惠企政策, where the service ends the firm; else none is asked about."""
    ends = {each.service for each in load_effects() if each.running.get(_DEREGISTERING) is True}
    if service not in ends:
        return ()
    organs = organs_of(services.library.catalogue)
    return tuple(
        Unpaid(
            policy=each.policy,
            name=each.name,
            organ=organs.get(each.organ, each.organ),
            fen=each.amount,
            uncertain=each.mark in checkup.UNCERTAIN,
            has=each.has,
        )
        for each in await checkup.unpaid_benefits(services, code)
    )


async def call_wrong(
    services: Services, actor: Actor, draft: ApplicationView, rule: str, reason: str
) -> tuple[Feedback, ...]:
    """Keep that a finding is wrong (误报), and why. Raises `unknown-finding`."""
    found = await findings_of(services, draft, actor=actor, owner=draft.owner)
    places = [each.at for each in found if each.rule == rule]
    if not places:
        raise Problem(ApiCode.UNKNOWN_FINDING)
    loaded = service_of(services, draft.service)
    async with services.store.begin() as session:
        for place in dict.fromkeys(places):
            await put_feedback(
                session,
                Feedback(
                    application=draft.id,
                    rule=rule,
                    place=place,
                    service=draft.service,
                    definition=loaded.sha256,
                    reason=reason,
                    by=actor.id,
                    at=services.now(),
                ),
            )
        return await feedback_on(session, draft.id)


def _facts(
    services: Services, definition: ServiceDefinition, contents: Contents
) -> Mapping[str, Fact]:
    """What the rules look at: only fields that are asked, with what registers fill in."""
    on = local_day(services.now())

    def of(form: Mapping[str, str]) -> Mapping[str, Fact]:
        return facts_for(
            definition,
            contents.answers,
            contents.firm,
            form,
            on=on,
            sharing=contents.sharing,
        )

    first = of(contents.form)
    fields = fields_asked(definition, first)
    known = {
        field.id: str(first[field.prefilled_from])
        for field in fields
        if field.prefilled_from and field.prefilled_from in first
    }
    theirs = {
        name: value for name, (_, value) in closed(definition, first, contents.sharing).items()
    }
    form = {**known, **{name: value for name, value in contents.form.items() if value}, **theirs}
    asked = {field.id for field in fields}
    return of({name: value for name, value in form.items() if name in asked})


def _left(unpaid: tuple[Unpaid, ...]) -> Iterator[Finding]:
    """As one finding: none of it can be had once the firm is gone."""
    if unpaid:
        yield Finding(
            rule=UNPAID,
            severity=Severity.WARN,
            at="firm.uscc",
            says="还有没有兑现的惠企政策",
            remedy="注销以前先办完、领完，或者由企业书面放弃；注销以后不再发放",
            details=tuple(unpaid_said(each) for each in unpaid),
        )


def unpaid_said(each: Unpaid) -> str:
    """`失业保险稳岗返还，约 6,000.00 元，松江区人力资源和社会保障局`."""
    about = "" if each.fen is None else f"，{'约 ' if each.uncertain else ''}{yuan(each.fen)}"
    return f"{each.name}{about}，{each.organ}"


def _papers(
    contents: Contents, known: Mapping[str, UploadView], names: Mapping[str, str]
) -> Iterator[PaperSeen]:
    for code, given in contents.materials.items():
        files = tuple(
            FileSeen(
                name=known[file].name, sha256=known[file].sha256, **known[file].seen.model_dump()
            )
            for file in given.files
            if file in known
        )
        yield PaperSeen(code=code, name=names.get(code, code), files=files, pages=given.pages)
