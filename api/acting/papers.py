"""Papers: handing in, checking, putting right on the spot, handing out."""

from collections.abc import Sequence

from activities.store.reading.materials import check_task
from activities.store.reading.timeline import acted
from api.acting.base import (
    Answer,
    act,
    checked_number,
    files_of,
    key_of,
    require_part,
)
from api.acting.correcting import corrected
from api.acting.tasks import complete_task
from api.sent import Sent
from api.services import Services
from definitions.bundle.commands import CorrectOnTheSpot, DeliverDocument, SupplyMaterial
from definitions.errors import Code, Refused
from definitions.language.roles import Actor
from definitions.matter.tasks import Outcome
from definitions.rules import permissions
from definitions.rules.numbers import bundle_of_task, is_bundle_number
from definitions.rules.permissions import Act as Permission


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
    refs = await files_of(services, actor, files)
    return await act(services, actor, number, SupplyMaterial(material=material, files=refs), sent)


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
        found = await check_task(session, checked_number(number), material)
        done = await acted(session, number, key_of(actor, sent))
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


async def correct_on_the_spot(
    services: Services,
    actor: Actor,
    number: str,
    sent: Sent,
    *,
    field: str | None = None,
    value: str | None = None,
    material: str | None = None,
    files: Sequence[str] = (),
) -> Answer:
    """当场更正: a field of the form gets another value, or a paper that came in other files."""
    permissions.require(actor, Permission.CORRECT)
    await require_part(services, actor, number)
    if material is not None:
        refs = await files_of(services, actor, files)
        command = CorrectOnTheSpot(material=material, files=refs)
    else:
        was, becomes = await corrected(services, actor, number, sent, field=field, value=value)
        command = CorrectOnTheSpot(field=field, was=was, becomes=becomes)
    return await act(services, actor, number, command, sent)


async def deliver_document(
    services: Services, actor: Actor, document: str, sent: Sent, *, by_post: bool = False
) -> Answer:
    """Hand a paper document out."""
    command = DeliverDocument(document=document, way="post" if by_post else "counter")
    number = bundle_of_task(document)
    if not is_bundle_number(number):
        raise Refused(Code.UNKNOWN_DOCUMENT, "没有这份文书")
    return await act(services, actor, number, command, sent)
