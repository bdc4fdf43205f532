"""公示: what anybody may see of a list, and how anybody may object to it."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta

from activities.store.benefits.cases import CaseKind, CaseView, open_case
from activities.store.benefits.entitlements import Move, move
from activities.store.benefits.keys import ActKey, case_opened
from activities.store.benefits.policies import policy_at
from activities.store.benefits.reading import EntryLine, entries, runs, tallies
from activities.store.benefits.reading_entitlement import entitlement_line
from activities.store.benefits.runs import RunView, run_view
from activities.store.desk.guessing import Bound, count_guess
from api.benefits.base import wake
from api.benefits.cases import file_case
from api.benefits.entries import written
from api.masking import masked_id, masked_person
from api.problems import too_many, wrong
from api.progress import masked
from api.sent import Sent
from api.services import Services
from definitions.benefits.entitlement import OBJECTABLE, Status
from definitions.benefits.report import Sum
from definitions.benefits.run import Phase
from definitions.errors import Code, Refused
from definitions.language.base import Value
from definitions.language.benefits import PolicyDefinition, Publicity, SubjectKind
from definitions.language.roles import Actor, Role
from definitions.rules.calendar import local_day

# Who is on a public list: those to be paid if nobody objects, and those about whom somebody has.
SHOWN = (Status.LISTED, Status.CONFIRMED, Status.OBJECTED)
_NAME, _CONTACT = 60, 60
# With what the key of its case begins; the act follows.
_OBJECTION = "objection:"


class PublicEntry(Value):
    """One line of a public list, with what the policy shows of it and nothing else."""

    entitlement: str
    name: str | None = None
    code: str | None = None
    fen: int | None = None
    reason: str | None = None


class PublicRun(Value):
    """A list in publicity, and the policy behind it."""

    run: RunView
    policy: PolicyDefinition


class Objection(Value):
    """What somebody brings forward against a list, or against one entry of it."""

    name: str
    contact: str
    reason: str
    entitlement: str | None = None


async def public_runs(services: Services) -> tuple[PublicRun, ...]:
    """The lists that are public today."""
    async with services.store.reading() as session:
        found = await runs(session, phases=(Phase.PUBLICITY,), limit=200)
        return tuple(
            [
                PublicRun(
                    run=line,
                    policy=(
                        await policy_at(session, line.state.policy, line.state.version)
                    ).definition,
                )
                for line in found
            ]
        )


async def public_run(services: Services, run: str) -> tuple[RunView, PolicyDefinition]:
    """One list in publicity. Raises `unknown-run` for every other, as if there were none."""
    async with services.store.reading() as session:
        found = await run_view(session, run)
        policy = (await policy_at(session, found.state.policy, found.state.version)).definition
    if found.state.phase is not Phase.PUBLICITY or policy.publicity is None:
        raise Refused(Code.UNKNOWN_RUN, "没有正在公示的这个名单")
    return found, policy


async def public_list(
    services: Services, run: str, *, after: str | None = None, limit: int = 50
) -> Sequence[PublicEntry]:
    """A page of it, masked as the policy says."""
    _, policy = await public_run(services, run)
    assert policy.publicity is not None
    async with services.store.reading() as session:
        found = await entries(session, run=run, statuses=SHOWN, after=after, limit=limit)
    return [shown(line, policy, policy.publicity) for line in found]


async def public_entry(services: Services, run: str, entitlement: str) -> PublicEntry:
    """One line of it. Raises `unknown-entitlement` for what is not on it."""
    _, policy = await public_run(services, run)
    assert policy.publicity is not None
    return shown(await _line(services, run, entitlement), policy, policy.publicity)


async def public_sum(services: Services, run: str) -> Sum:
    """How many are on it now, and what they are to get."""
    async with services.store.reading() as session:
        found = [each for each in await tallies(session, run) if each.status in SHOWN]
    return Sum(count=sum(each.count for each in found), fen=sum(each.fen for each in found))


async def raise_objection(
    services: Services, run: str, objection: Objection, *, address: str, sent: Sent
) -> CaseView:
    """异议: by anybody who says who they are and why. The entry waits until it is answered."""
    said = _checked(objection)
    async with services.store.begin() as session:
        wait = await count_guess(session, _bounds(address), services.now())
    if wait is not None:
        raise too_many(wait)
    state = (await public_run(services, run))[0].state
    assert state.publicity is not None
    if local_day(services.now()) > state.publicity.until:
        raise Refused(Code.NOT_IN_PUBLICITY, f"公示已于 {state.publicity.until:%Y-%m-%d} 结束")
    actor = Actor(id="objector", role=Role.APPLICANT)
    # Whoever objects has no account: the run and the key are all there is to tell them by.
    by = hashlib.sha256(f"{run} {sent.key}".encode()).hexdigest()[:24]
    key = ActKey(by="objector", key=by, payload=sent.payload)
    async with services.store.begin() as session:
        await case_opened(session, _OBJECTION, key)
        about = objection.entitlement
        line = await _line(services, run, about) if about is not None else None
        case = await open_case(
            session,
            kind=CaseKind.OBJECTION,
            run=run,
            subject=line.subject if line else None,
            entitlement=line.id if line else None,
            said=said,
            key=f"{_OBJECTION}{key.act}",
            by="objector",
        )
        if line is not None and line.status in OBJECTABLE:
            waits = Move(
                entitlement=line.id,
                to=Status.OBJECTED,
                why=CaseKind.OBJECTION,
                said={"case": case.id},
            )
            await move(
                session,
                [waits],
                actor=actor,
                act=key.act,
                now=services.now(),
                lenient=True,
            )
    filed = await file_case(services, case)
    await wake(services, run)
    return filed


async def _line(services: Services, run: str, entitlement: str) -> EntryLine:
    async with services.store.reading() as session:
        line = await entitlement_line(session, entitlement)
    if line.run != run or line.status not in SHOWN:
        raise Refused(Code.UNKNOWN_ENTITLEMENT, "公示名单里没有这一条", field="/entitlement")
    return line


def _checked(objection: Objection) -> dict[str, str]:
    name, contact = objection.name.strip(), objection.contact.strip()
    if not 0 < len(name) <= _NAME:
        raise wrong("/name", "required", f"请填写姓名或者单位名称（{_NAME} 字以内）")
    if not 0 < len(contact) <= _CONTACT:
        raise wrong("/contact", "required", f"请填写联系方式（{_CONTACT} 字以内），以便答复")
    return {"name": name, "contact": contact, "reason": written(objection.reason)}


def shown(line: EntryLine, policy: PolicyDefinition, publicity: Publicity) -> PublicEntry:
    """One line as anybody may see it."""
    shows, is_firm = set(publicity.shows), line.kind is SubjectKind.FIRM
    # Persons whatever the policy says: none is published that would not hide them.
    hidden = publicity.masked or not is_firm
    code = f"{line.code[:4]}{'*' * 10}{line.code[-4:]}" if is_firm else masked_id(line.code)
    name = masked(line.name) if is_firm else masked_person(line.name)
    return PublicEntry(
        entitlement=line.id,
        name=(name if hidden else line.name) if "name" in shows else None,
        code=(code if hidden else line.code) if "code" in shows else None,
        fen=line.fen if "amount" in shows else None,
        reason=policy.summary if "reason" in shows else None,
    )


def _bounds(address: str) -> tuple[Bound, ...]:
    return (Bound(subject=f"objections from {address}", count=20, within=timedelta(hours=1)),)
