"""Papers: handing in what is owed, putting right what came in, handing out what was issued."""

from definitions.bundle.commands import (
    AllowSecondNotice,
    CompleteTask,
    CorrectOnTheSpot,
    DeliverDocument,
    SupplyMaterial,
)
from definitions.bundle.gaps import examines, still_owed
from definitions.bundle.state import BundleState
from definitions.bundle.targets import own
from definitions.errors import Code, Refused
from definitions.language.roles import Actor, Role
from definitions.matter.events import (
    DocumentDelivered,
    Event,
    FormCorrected,
    MaterialRejected,
    MaterialReplaced,
    MaterialSupplied,
    SecondNoticeAllowed,
    SupplementNoticed,
)
from definitions.matter.state import (
    BEFORE_ACCEPTANCE,
    IN_HAND,
    MaterialState,
    MaterialStatus,
    MatterState,
    MatterStatus,
    PromiseStatus,
)
from definitions.matter.values import Point
from definitions.rules.clocks import Clock
from definitions.rules.permissions import Act, reaches, require
from definitions.rules.plan import PlannedMatter


def supply(state: BundleState, command: SupplyMaterial, actor: Actor) -> tuple[Event, ...]:
    """Hand in a paper that is owed. What was not asked for, waived or given is not taken (31)."""
    require(actor, Act.SUPPLY)
    material = state.materials.get(command.material)
    if material is None:
        raise Refused(Code.UNKNOWN_MATERIAL, f"本件没有材料 {command.material}")
    if not command.files:
        raise Refused(Code.FILES_MISSING, "请先上传材料文件", field="/files")
    users = [p for p in state.plan.matters if p.gate(material.code) is not None]
    wanted = [p for p in users if not state.matters[p.key].is_over]
    planned = next(m for m in state.plan.materials if m.code == material.code)
    if not wanted and any(state.matters[p.key].status is MatterStatus.LAPSED for p in users):
        raise Refused(
            Code.SUPPLEMENT_LATE,
            f"补交“{planned.name}”的期限已过，本事项已经退件",
            material=material.code,
        )
    if not _awaited(state, material, wanted) or not wanted or planned.produced_by is not None:
        raise Refused(
            Code.MATERIAL_NOT_AWAITED,
            f"“{planned.name}”现在不需要补交",
            status=material.status,
        )
    # At the counter the clerk looks at the paper; what an organ has already accepted without it, or
    # asked for itself, that organ checks itself.
    theirs = any(_organ_looks(p, state.matters[p.key]) for p in wanted)
    checked = actor.role is Role.WINDOW_CLERK and not theirs
    return (MaterialSupplied(material=material.code, files=command.files, checked=checked),)


def correct(state: BundleState, command: CorrectOnTheSpot, actor: Actor) -> tuple[Event, ...]:
    """当场更正 (行政许可法 32(1)(3)): only before every matter concerned is accepted."""
    require(actor, Act.CORRECT)
    waiting = BEFORE_ACCEPTANCE | {MatterStatus.PLANNED, MatterStatus.TO_FILE}
    theirs = [
        planned for planned in state.plan.matters if reaches(actor, Act.CORRECT, planned.department)
    ]
    if not theirs:
        raise Refused(Code.FORBIDDEN, "这个事项由其他部门办理", act=Act.CORRECT)
    if command.material is not None:
        if not any(planned.gate(command.material) for planned in theirs):
            raise Refused(
                Code.UNKNOWN_MATERIAL,
                f"本部门的事项不需要材料 {command.material}",
                field="/material",
            )
        return _replace(state, command, waiting)
    if command.field is None or command.becomes is None:
        raise Refused(Code.INVALID, "请写明更正哪一栏、更正为什么", field="/field")
    if not any(state.matters[p.key].status in BEFORE_ACCEPTANCE for p in theirs):
        raise Refused(Code.NOT_CORRECTABLE, "各事项均已受理，不能再当场更正")
    return (FormCorrected(field=command.field, was=command.was, becomes=command.becomes),)


def notice(
    state: BundleState,
    planned: PlannedMatter,
    matter: MatterState,
    command: CompleteTask,
    clock: Clock,
) -> tuple[Event, ...]:
    """一次性告知: every point at once; a second notice repeats unmet points only."""
    if not command.points:
        raise Refused(Code.REASONS_MISSING, "请逐项写明要补正的材料和内容", field="/points")
    for index, point in enumerate(command.points):
        _check_point(state, planned, matter, point, index)
    came = {MaterialStatus.SATISFIED, MaterialStatus.SUPPLIED}
    rejected = tuple(
        MaterialRejected(material=point.material, reasons=(point.defect,))
        for point in command.points
        if state.materials[point.material].status in came
    )
    # What the first notice named and has not come is still owed.
    named = {point.material for point in command.points}
    before = matter.notice.points if matter.notice else ()
    owed = still_owed(state, frozenset(point.material for point in before))
    kept = tuple(p for p in before if p.material in owed and p.material not in named)
    told = SupplementNoticed(matter=matter.key, points=(*kept, *command.points), clock=clock)
    return (*rejected, told)


def allow_second_notice(
    state: BundleState, command: AllowSecondNotice, actor: Actor
) -> tuple[Event, ...]:
    """A supervisor lets new points be asked; not telling everything once is a fault (72(4))."""
    _, matter = own(state, command.matter, actor, Act.ALLOW_SECOND_NOTICE)
    if matter.notice is None or matter.status is not MatterStatus.SUPPLEMENTING:
        raise Refused(Code.SECOND_NOTICE, "本事项没有正在进行的补正", status=matter.status)
    if matter.overridden:
        return ()
    return (SecondNoticeAllowed(matter=matter.key, reason=command.reason),)


def deliver(state: BundleState, command: DeliverDocument, actor: Actor) -> tuple[Event, ...]:
    """Hand a paper document out."""
    require(actor, Act.DELIVER)
    document = state.documents.get(command.document)
    if document is None:
        raise Refused(Code.UNKNOWN_DOCUMENT, "没有这份文书")
    if not document.counter or document.delivered_at is not None:
        raise Refused(Code.NOT_DELIVERABLE, f"“{document.name}”已送达，不需要再发")
    return (DocumentDelivered(document=document.id, way=command.way),)


def _awaited(state: BundleState, material: MaterialState, wanted: list[PlannedMatter]) -> bool:
    if material.status in {MaterialStatus.PENDING, MaterialStatus.REFUSED}:
        return True
    # What was promised is shown when the promise has to be put right.
    promises = (state.matters[planned.key].promise for planned in wanted)
    return material.status is MaterialStatus.PROMISED and any(
        promise is not None
        and promise.status is PromiseStatus.RECTIFYING
        and material.code in promise.materials
        for promise in promises
    )


def _organ_looks(planned: PlannedMatter, matter: MatterState) -> bool:
    return matter.status in IN_HAND or matter.is_followed or examines(planned, matter)


def _replace(
    state: BundleState, command: CorrectOnTheSpot, waiting: frozenset[MatterStatus]
) -> tuple[Event, ...]:
    material = state.materials.get(command.material or "")
    if material is None:
        raise Refused(Code.UNKNOWN_MATERIAL, f"本件没有材料 {command.material}", field="/material")
    if not command.files:
        raise Refused(Code.FILES_MISSING, "请先上传更正后的文件", field="/files")
    users = [p for p in state.plan.matters if p.gate(material.code) is not None]
    settled = any(
        state.matters[p.key].status not in waiting and not state.matters[p.key].is_terminal
        for p in users
    )
    if settled or material.status is not MaterialStatus.SATISFIED:
        raise Refused(
            Code.NOT_CORRECTABLE,
            "这份材料已经用于受理，或者还没有收到，不能当场更正",
            field="/material",
        )
    return (MaterialReplaced(material=material.code, files=command.files),)


def _check_point(
    state: BundleState, planned: PlannedMatter, matter: MatterState, point: Point, index: int
) -> None:
    field = f"/points/{index}/material"
    material = state.materials.get(point.material)
    known = next((m for m in state.plan.materials if m.code == point.material), None)
    if material is None or known is None or planned.gate(point.material) is None:
        raise Refused(Code.UNKNOWN_MATERIAL, f"本事项不需要材料 {point.material}", field=field)
    not_theirs = {MaterialStatus.WAIVED, MaterialStatus.PROMISED}
    if material.status in not_theirs or known.produced_by is not None:
        raise Refused(
            Code.NOT_ASKABLE,
            f"“{known.name}”已免交或者由其他部门产生，不得要求申请人提交",
            field=field,
        )
    first = matter.notice
    if first is not None and not matter.overridden and point.material not in first.materials:
        raise Refused(
            Code.SECOND_NOTICE,
            f"“{known.name}”没有在第一次补正告知中写明，不得再要求；确有必要的，由督办人员批准",
            field=field,
        )
