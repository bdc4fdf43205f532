"""Taking an application in: guided questions, drafts, submission. Used by routes and console alike.

Submission stores the workflow's input in the transaction that gives the number; whatever happens
then, the application will be started, and asking again under the same key gives the same number.
"""

import secrets
from datetime import date
from typing import Literal, NoReturn

import structlog
from sqlalchemy.exc import IntegrityError

from activities.store.desk import applications as kept
from activities.store.desk.accounts import accounts_of_persons
from activities.store.desk.applications import ApplicationView, Contents
from activities.store.desk.numbers import next_serial
from activities.store.desk.texts import digest_of, keep_texts
from activities.store.engine import WriteSession
from api.acting.recusal import persons_in
from api.assessment import Assessed, Signature, assess, facts_for, service_of
from api.engine import Accepted, EngineAway
from api.entered import Entered, complete, contents_of, entered_of
from api.findings import findings_of
from api.firms import KnownFirm, known_firm
from api.problems import ApiCode, Problem
from api.sent import Sent
from api.services import Services
from definitions.bundle.starting import check
from definitions.errors import Code, Refused
from definitions.language.base import Value
from definitions.language.roles import Actor, Role
from definitions.matter.events import BundleStarted
from definitions.rules import permissions
from definitions.rules.calendar import local_day
from definitions.rules.guidance import Guidance, guide
from definitions.rules.numbers import bundle_number
from definitions.rules.openings import Gap, gaps
from definitions.rules.outlook import Outlook, outlook
from definitions.rules.permissions import Act
from definitions.rules.plan import Plan
from definitions.rules.planning import plan
from definitions.rules.prechecks import Finding
from workflows.messages import BundleInput

log = structlog.get_logger(__name__)

QUERY_CODES = 10_000
_ASSESSED = ("plan", "committed", "commitments", "dates", "materials")


class Guided(Value):
    """Where the questions stand; `plan` is there once nothing is open and nothing rules it out.

    `gaps` says of each paper which ways there are to go on without it, and why others are not open.
    `preview` is what is certain so far: matters, papers, time, cost, whom one must see.
    """

    firm: KnownFirm | None
    guidance: Guidance
    plan: Plan | None
    gaps: tuple[Gap, ...] = ()
    preview: Outlook | None = None


class Submitted(Value):
    """An application was taken in. `state` is `registering` until the register shows it."""

    number: str
    query_code: str
    application: str
    state: Literal["registered", "registering"]


async def guidance(services: Services, entered: Entered) -> Guided:
    """The open questions, what rules the service out, and what the answers lead to so far."""
    loaded = service_of(services, entered.service)
    firm = None
    if entered.firm_code:
        firm = await known_firm(
            services, entered.firm_code, name=entered.firm_name, declared=entered.firm
        )
    known = firm.facts if firm else {}
    facts = facts_for(loaded.definition, entered.answers, known, entered.form, on=_today(services))
    stands = guide(loaded.definition, facts)
    planned = None
    if stands.situation is not None:
        planned = plan(
            loaded.definition,
            services.library.catalogue,
            facts,
            sha256=loaded.sha256,
            on=_today(services),
        )
    found = gaps(planned) if planned is not None else ()
    ahead = outlook(
        loaded.definition,
        services.library.catalogue,
        facts,
        stands,
        on=_today(services),
        calendar=services.calendar,
    )
    return Guided(firm=firm, guidance=stands, plan=planned, gaps=found, preview=ahead)


async def prepare(services: Services, actor: Actor, entered: Entered) -> ApplicationView:
    """A new draft. Answers must be possible ones; everything else may still be missing."""
    permissions.require(actor, Act.PREPARE)
    contents = await contents_of(services, actor, entered, before=None)
    async with services.store.begin() as session:
        return await kept.create_draft(
            session, contents, owner=actor.id, channel=_channel(actor), now=services.now()
        )


async def revise(
    services: Services, actor: Actor, draft: str, entered: Entered, *, expected: int
) -> ApplicationView:
    """The draft with new contents. Raises `version-conflict` if it was changed meanwhile."""
    permissions.require(actor, Act.PREPARE)
    seen = await draft_of(services, actor, draft)
    contents = await contents_of(services, actor, entered, before=seen)
    async with services.store.begin() as session:
        before = await _editable(session, actor, draft)
        found = await kept.update_draft(
            session, draft, contents, expected=expected, now=services.now()
        )
    return found or _conflict(before, expected)


async def hand_over(
    services: Services, actor: Actor, draft: str, *, expected: int | None
) -> ApplicationView:
    """From a virtual window to the clerks, who check and submit it with the applicant."""
    permissions.require(actor, Act.PREPARE)
    async with services.store.begin() as session:
        before = await _editable(session, actor, draft)
        if before.state is kept.ApplicationStatus.HANDED_OVER:
            return before
        found = await kept.hand_over(session, draft, expected=expected, now=services.now())
    return found or _conflict(before, expected)


async def draft_of(services: Services, actor: Actor, draft: str) -> ApplicationView:
    """A draft the actor may see. Raises `unknown-draft`."""
    permissions.require(actor, Act.PREPARE)
    async with services.store.reading() as session:
        return _visible(await kept.application(session, draft), actor)


async def submit(
    services: Services,
    actor: Actor,
    draft: str,
    sent: Sent,
    *,
    signature: Signature | None = None,
) -> Submitted:
    """Make a draft an application and start it; `signature` is how the promises were signed."""
    permissions.require(actor, Act.SUBMIT)
    before = await _submitted_before(services, actor, sent)
    if before is None:
        seen = await draft_of(services, actor, draft)
        if sent.expected is not None and seen.version != sent.expected:
            _conflict(seen, sent.expected)
        before = await _submit(
            services, actor, entered_of(seen), sent, draft=seen, signature=signature
        )
    return await _started(services, before)


async def submit_directly(
    services: Services,
    actor: Actor,
    entered: Entered,
    sent: Sent,
    *,
    signature: Signature | None = None,
) -> Submitted:
    """Take an application in at one go, without a draft before."""
    permissions.require(actor, Act.SUBMIT)
    before = await _submitted_before(services, actor, sent)
    if before is None:
        before = await _submit(services, actor, entered, sent, draft=None, signature=signature)
    return await _started(services, before)


async def submit_known(
    services: Services, actor: Actor, contents: Contents, sent: Sent
) -> Submitted:
    """Take in what our own programs have put together: registers have nothing to add to it."""
    before = await _submitted_before(services, actor, sent)
    if before is None:
        assessed = await assess(services, contents, actor=actor, owner=actor.id)
        await services.in_force.current()
        before = await _stored_once(
            services, actor, contents=contents, assessed=assessed, findings=(), sent=sent
        )
    return await _started(services, before)


async def _submitted_before(services: Services, actor: Actor, sent: Sent) -> ApplicationView | None:
    async with services.store.reading() as session:
        found = await kept.submitted_under(session, actor.id, sent.key)
    if found is not None and found.payload_sha256 != sent.payload:
        raise Refused(Code.KEY_REUSED, "该幂等键已用于另一内容的请求")
    return found


async def _submit(
    services: Services,
    actor: Actor,
    entered: Entered,
    sent: Sent,
    *,
    draft: ApplicationView | None,
    signature: Signature | None,
) -> ApplicationView:
    contents = await complete(services, actor, entered, before=draft)
    owner = draft.owner if draft else actor.id
    signed = signature or Signature()
    insisted = signed.insisted or contents.insisted
    signed = signed.model_copy(update={"insisted": insisted})
    assessed = await assess(services, contents, actor=actor, owner=owner, signature=signed)
    findings = await findings_of(services, contents, actor=actor, owner=owner)
    contents = contents.model_copy(
        update={"commitments": assessed.commitments, "insisted": insisted}
    )
    await services.in_force.current()
    return await _stored_once(
        services,
        actor,
        contents=contents,
        assessed=assessed,
        findings=findings,
        sent=sent,
        draft=draft,
    )


async def _stored_once(
    services: Services,
    actor: Actor,
    *,
    contents: Contents,
    assessed: Assessed,
    findings: tuple[Finding, ...],
    sent: Sent,
    draft: ApplicationView | None = None,
) -> ApplicationView:
    try:
        async with services.store.begin() as session:
            return await _store(
                services,
                session,
                actor,
                contents=contents,
                assessed=assessed,
                findings=findings,
                sent=sent,
                draft=draft,
            )
    except IntegrityError:
        # Two requests under one key met: the other one was first.
        found = await _submitted_before(services, actor, sent)
        if found is None:
            raise
        return found


async def _store(
    services: Services,
    session: WriteSession,
    actor: Actor,
    *,
    contents: Contents,
    assessed: Assessed,
    findings: tuple[Finding, ...],
    sent: Sent,
    draft: ApplicationView | None,
) -> ApplicationView:
    now = services.now()
    if draft is None:
        locked = await kept.create_draft(
            session, contents, owner=actor.id, channel=_channel(actor), now=now
        )
    else:
        locked = _visible(await kept.locked(session, draft.id), actor)
        if locked.version != draft.version:
            _conflict(locked, draft.version)
    day = local_day(now)
    number = bundle_number(day, await next_serial(session, "bundle", f"{day:%Y%m%d}"))
    started = BundleStarted(
        number=number,
        application=locked.id,
        calendar=services.calendar,
        overridden=await _reasons(session, contents),
        recused=await accounts_of_persons(session, persons_in(contents)),
        **{name: getattr(assessed, name) for name in _ASSESSED},
    )
    check(started)
    _log_corrected(number, contents)
    given = BundleInput(
        key=f"{actor.id}:{sent.key}", payload=sent.payload, actor=actor, started=started
    )
    return await kept.submit(
        session,
        locked.id,
        contents,
        kept.Submission(
            by=actor.id,
            at=now,
            number=number,
            query_code=f"{secrets.randbelow(QUERY_CODES):04d}",
            key=sent.key,
            payload=sent.payload,
            start=given.model_dump(mode="json"),
            findings=findings,
        ),
    )


async def _reasons(session: WriteSession, contents: Contents) -> dict[str, str]:
    """The reasons of overrides by their digests; the texts are kept beside."""
    said = {code: each.reason for code, each in contents.sharing.overrides.items()}
    await keep_texts(session, said.values())
    return {code: digest_of(reason) for code, reason in said.items()}


def _log_corrected(number: str, contents: Contents) -> None:
    """Which register values the applicant put right; both are kept with the application."""
    if contents.sharing.corrected:
        fields = sorted(contents.sharing.corrected)
        log.info("register_values_corrected", bundle=number, fields=fields)


async def _started(services: Services, application: ApplicationView) -> Submitted:
    """Start what was submitted. An engine that is away is asked again by `recovery.recover`."""
    async with services.store.reading() as session:
        start = await kept.start_of(session, application.id)
    state: Literal["registered", "registering"] = "registered"
    if start is not None:
        try:
            answer = await services.engine.start(BundleInput.model_validate(start))
        except EngineAway:
            log.warning("start_postponed", bundle=application.number)
            answer = Accepted(application.number or "")
        state = "registering" if isinstance(answer, Accepted) else "registered"
    return Submitted(
        number=application.number or "",
        query_code=application.query_code or "",
        application=application.id,
        state=state,
    )


async def _editable(session: WriteSession, actor: Actor, draft: str) -> ApplicationView:
    """The draft, locked. An agent's own drafts are out of the agent's hands once handed over."""
    found = _visible(await kept.locked(session, draft), actor)
    if found.state is kept.ApplicationStatus.HANDED_OVER and not _may_submit(actor):
        raise Problem(ApiCode.DRAFT_CLOSED, "草稿已移交综合窗口，不能再修改")
    return found


def _visible(found: ApplicationView | None, actor: Actor) -> ApplicationView:
    """One's own draft, or for clerks one that was handed over. Whether others exist is not told."""
    handed_over = kept.ApplicationStatus.HANDED_OVER
    if found is None or not (
        actor.id in {found.owner, found.submitted_by}
        or (_may_submit(actor) and found.state is handed_over)
    ):
        raise Problem(ApiCode.UNKNOWN_DRAFT)
    if found.state is kept.ApplicationStatus.SUBMITTED:
        raise Problem(ApiCode.DRAFT_SUBMITTED, details={"number": found.number or ""})
    return found


def _may_submit(actor: Actor) -> bool:
    return permissions.may(actor, Act.SUBMIT)


def _conflict(before: ApplicationView, expected: int | None) -> NoReturn:
    raise Refused(
        Code.VERSION_CONFLICT,
        "草稿已被他人更新，请看过最新内容再改",
        expected=expected or 0,
        current=before.version,
    )


def _channel(actor: Actor) -> str:
    own = {Role.VIRTUAL_WINDOW_AGENT: "virtual_window", Role.APPLICANT: "online"}
    return own.get(actor.role, "window")


def _today(services: Services) -> date:
    return local_day(services.now())
