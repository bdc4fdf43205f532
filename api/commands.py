"""From a request to an act on a running application. Used by routes and console alike.

Texts that people write are stored first and travel as digests. Whether an act is lawful is decided
by the core inside the workflow; here only what the core cannot know is checked.
"""

from collections.abc import Sequence

from activities.store.desk.texts import keep_texts
from activities.store.desk.uploads import uploads
from activities.store.reading.materials import check_task
from activities.store.reading.matters import matter
from activities.store.reading.scope import Scope
from activities.store.reading.timeline import acted
from api.engine import Accepted
from api.problems import Fault, Problem
from api.sent import Sent
from api.services import Services
from definitions.bundle.commands import (
    ClaimTask,
    Command,
    CompleteTask,
    DeliverDocument,
    FileApplication,
    RaiseObjection,
    ReleaseTask,
    SupplyMaterial,
    WithdrawBundle,
)
from definitions.bundle.decide import Asked
from definitions.errors import Code, Refused
from definitions.language.base import Basis
from definitions.language.roles import Actor
from definitions.matter.state import FileRef, Outcome, Reason
from definitions.rules import permissions
from definitions.rules.numbers import bundle_of_task, is_bundle_number
from definitions.rules.permissions import Act as Permission
from workflows.messages import Act, Receipt

Answer = Receipt | Accepted


async def claim_task(services: Services, actor: Actor, task: str, sent: Sent) -> Answer:
    """Take a task."""
    return await _act(services, actor, _bundle_of_task(task), ClaimTask(task=task), sent)


async def release_task(services: Services, actor: Actor, task: str, sent: Sent) -> Answer:
    """Put a task back."""
    return await _act(services, actor, _bundle_of_task(task), ReleaseTask(task=task), sent)


async def complete_task(
    services: Services,
    actor: Actor,
    task: str,
    sent: Sent,
    *,
    outcome: Outcome,
    reasons: Sequence[str] = (),
    bases: Sequence[Basis] = (),
) -> Answer:
    """Complete a task, with the texts of its reasons and the law it rests on."""
    number = _bundle_of_task(task)
    _check_bases(services, bases)
    said = await _reasons(services, reasons)
    command = CompleteTask(task=task, outcome=outcome, reasons=said, bases=tuple(bases))
    return await _act(services, actor, number, command, sent)


async def supply_material(
    services: Services,
    actor: Actor,
    number: str,
    material: str,
    sent: Sent,
    *,
    files: Sequence[str],
) -> Answer:
    """Hand in a pending material by the ids of its uploads."""
    permissions.require(actor, Permission.SUPPLY)
    refs = await _files(services, files)
    return await _act(services, actor, number, SupplyMaterial(material=material, files=refs), sent)


async def check_material(
    services: Services,
    actor: Actor,
    number: str,
    material: str,
    sent: Sent,
    *,
    outcome: Outcome,
    reasons: Sequence[str] = (),
) -> Answer:
    """Accept or send back a supplied material: completes the task that was opened to check it."""
    async with services.store.reading() as session:
        found = await check_task(session, _number(number), material)
        done = await acted(session, number, _key(actor, sent))
    if found is None:
        raise Refused(Code.MATERIAL_NOT_AWAITED, "这份材料没有等待核对的补交")
    task, version = found
    if done is None and sent.expected not in {None, version}:
        raise Refused(
            Code.VERSION_CONFLICT,
            "内容已被他人更新，请看过最新内容再办",
            expected=sent.expected or 0,
            current=version,
        )
    # The task belongs to this very hand-in, so the material's version has done its work.
    anyone = sent.model_copy(update={"expected": None})
    return await complete_task(services, actor, task, anyone, outcome=outcome, reasons=reasons)


async def file_application(
    services: Services, actor: Actor, number: str, key: str, sent: Sent
) -> Answer:
    """Apply within the window that is open."""
    return await _act(services, actor, number, FileApplication(matter=key), sent)


async def raise_objection(
    services: Services, actor: Actor, number: str, key: str, sent: Sent, *, objection: str
) -> Answer:
    """Object during publicity. A department takes objections to its own matters only."""
    permissions.require(actor, Permission.OBJECT)
    if not permissions.may(actor, Permission.READ_ALL):
        async with services.store.reading() as session:
            own = await matter(session, number, key, Scope(department=actor.department or ""))
        if own is None:
            raise Refused(Code.UNKNOWN_BUNDLE, f"没有办件 {number}")
    (said,) = await _reasons(services, [objection])
    return await _act(services, actor, number, RaiseObjection(matter=key, objection=said), sent)


async def deliver_document(
    services: Services, actor: Actor, document: str, sent: Sent, *, by_post: bool = False
) -> Answer:
    """Hand a paper document out."""
    command = DeliverDocument(document=document, way="post" if by_post else "counter")
    number = bundle_of_task(document)
    if not is_bundle_number(number):
        raise Refused(Code.UNKNOWN_DOCUMENT, "没有这份文书")
    return await _act(services, actor, number, command, sent)


async def withdraw_bundle(services: Services, actor: Actor, number: str, sent: Sent) -> Answer:
    """Withdraw what is not decided yet."""
    return await _act(services, actor, number, WithdrawBundle(), sent)


async def _act(
    services: Services, actor: Actor, number: str, command: Command, sent: Sent
) -> Answer:
    asked = Asked(key=_key(actor, sent), actor=actor, command=command, expected=sent.expected)
    return await services.engine.act(_number(number), Act(payload=sent.payload, asked=asked))


def _key(actor: Actor, sent: Sent) -> str:
    """Keys are the caller's own: two people may use the same."""
    return f"{actor.id}:{sent.key}"


def _number(number: str) -> str:
    if not is_bundle_number(number):
        raise Refused(Code.UNKNOWN_BUNDLE, f"没有办件 {number}")
    return number


def _bundle_of_task(task: str) -> str:
    number = bundle_of_task(task)
    if not is_bundle_number(number):
        raise Refused(Code.UNKNOWN_TASK, "没有这项待办")
    return number


async def _reasons(services: Services, bodies: Sequence[str]) -> tuple[Reason, ...]:
    said = [body.strip() for body in bodies if body.strip()]
    if not said:
        return ()
    async with services.store.begin() as session:
        return tuple(Reason(text=digest) for digest in await keep_texts(session, said))


async def _files(services: Services, files: Sequence[str]) -> tuple[FileRef, ...]:
    async with services.store.reading() as session:
        found = await uploads(session, files)
    missing = [
        Fault(pointer=f"/files/{index}", rule="upload", message="文件没有上传成功，请重新上传")
        for index, file in enumerate(files)
        if file not in found
    ]
    if missing:
        raise Problem(Code.INVALID, missing[0].message, errors=missing)
    return tuple(found[file].ref for file in dict.fromkeys(files))


def _check_bases(services: Services, bases: Sequence[Basis]) -> None:
    laws = {law.key for law in services.library.catalogue.laws}
    faults = [
        Fault(pointer=f"/bases/{index}/law", rule="law", message=f"依据目录没有“{basis.law}”")
        for index, basis in enumerate(bases)
        if basis.law not in laws
    ]
    if faults:
        raise Problem(Code.INVALID, faults[0].message, errors=faults)
