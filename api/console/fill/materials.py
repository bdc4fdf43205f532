"""Materials of a running application: their state, their files, and which forms are open."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from activities.store.reading.bundles import BundleView
from activities.store.reading.materials import MaterialView
from activities.store.reading.tasks import TaskView
from api.console import formats, words
from api.console.fill.matters import bundle_url, in_order
from api.console.fill.seen import Seen, last_day
from api.console.request import submission
from api.console.views.materials import StoredMaterial
from api.console.views.shared import FileRow, Submission
from definitions.language.materials import Source
from definitions.language.pending import Mode
from definitions.matter.state import TERMINAL, MaterialStatus
from definitions.matter.tasks import TaskKind
from definitions.rules.permissions import Act

_OPEN = frozenset({MaterialStatus.PENDING, MaterialStatus.REFUSED})
_UNTIL: Mapping[str, str] = {
    Mode.ISSUE_THEN_SUPPLY: "前补交",
    Mode.INFORM_COMMIT: "前整改并补交",
    words.CORRECTION: "前补正",
}
_SOURCE = {
    Source.SYSTEM: "系统生成",
    Source.E_LICENCE: "电子证照",
    Source.SHARED: "数据共享",
    Source.APPLICANT: "申请人提交",
}


def stored(
    seen: Seen,
    bundle: BundleView,
    tasks: Sequence[TaskView],
    *,
    codes: Sequence[str] | None = None,
    typed: Mapping[str, str] = MappingProxyType({}),
) -> tuple[StoredMaterial, ...]:
    """The materials, all or those of these codes, in plan order.

    `typed` is what was written into a check and could not be taken.
    """
    return tuple(
        replace(_stored(seen, bundle, material, tasks), typed=typed.get(material.code, ""))
        for material in bundle.materials
        if codes is None or material.code in codes
    )


def awaited(bundle: BundleView) -> tuple[str, ...]:
    """The codes of what the applicant still owes, or has brought and nobody has checked."""
    return tuple(
        material.code
        for material in bundle.materials
        if (material.status == MaterialStatus.SUPPLIED or _is_owed(material))
        and material.produced_by is None
        and _wanted(bundle, material)
    )


def can_supply(seen: Seen, bundle: BundleView, material: MaterialView) -> bool:
    """Whether this person may hand it in now."""
    return (
        seen.may(Act.SUPPLY)
        and _is_owed(material)
        and material.produced_by is None
        and _wanted(bundle, material)
    )


def borne(seen: Seen, mode: str | None, due_at: datetime | None, matters: Sequence[str]) -> str:
    """How a gap is borne, until when, and what that means: each mode in its own words."""
    if mode is None:
        return ""
    until = ""
    if due_at is not None:
        until = f"，{formats.day(last_day(due_at), seen.now)}{_UNTIL.get(mode, '前补齐')}"
    held = f"：{'、'.join(matters)}" if mode == Mode.ACCEPT_PENDING and matters else ""
    effect = "补齐前不发证" if held else words.EFFECT[mode]
    return f"{words.MODE[mode]}{until}；{effect}{held}"


def file_url(number: str, code: str, file: str) -> str:
    """Where a stored file is read."""
    return f"/api/v1/bundles/{number}/materials/{code}/files/{file}"


def _stored(
    seen: Seen, bundle: BundleView, material: MaterialView, tasks: Sequence[TaskView]
) -> StoredMaterial:
    names = {matter.key: matter.name for matter in in_order(bundle)}
    running = [key for key in material.gates if not _ended(bundle, key)]
    here = f"{bundle_url(bundle.number)}/materials/{material.code}"
    supply = can_supply(seen, bundle, material)
    return StoredMaterial(
        code=material.code,
        name=material.name,
        status=words.MATERIAL[material.status],
        form=_SOURCE[Source(material.source)],
        copies=0,
        pages=0,
        files=_files(bundle.number, material),
        mode=borne(seen, material.mode, material.due_at, [names.get(k, k) for k in running]),
        remark=_remark(material, names),
        waived_by=material.waived_by or "",
        supply=submission(f"{here}/supply", material.version) if supply else None,
        check=_check(seen, material, tasks, f"{here}/check"),
    )


def _remark(material: MaterialView, names: dict[str, str]) -> str:
    if material.produced_by is not None and material.status == MaterialStatus.PENDING:
        maker = names.get(material.produced_by, material.produced_by)
        return f"由“{maker}”产生，不用申请人提交"
    if material.status == MaterialStatus.REFUSED and material.reasons:
        return f"退回原因：{'；'.join(material.reasons)}"
    return f"要求：{material.standard}" if material.status == MaterialStatus.PENDING else ""


def _check(
    seen: Seen, material: MaterialView, tasks: Sequence[TaskView], action: str
) -> Submission | None:
    """Open while the check is nobody's, or this person's own."""
    if material.status != MaterialStatus.SUPPLIED:
        return None
    for task in tasks:
        of_it = task.kind is TaskKind.CHECK and task.material == material.code
        free = task.completed_at is None and task.assignee in {None, seen.actor.id}
        if of_it and free and seen.may_work(task):
            return submission(action, material.version)
    return None


def _files(number: str, material: MaterialView) -> tuple[FileRow, ...]:
    return tuple(
        FileRow(
            id=file.id,
            name=file.name or f"{material.name}（系统文书）",
            url=file_url(number, material.code, file.id),
            size=file.size,
            pages=None,
            status=words.FILE["kept"],
        )
        for file in material.files
    )


def _ended(bundle: BundleView, key: str) -> bool:
    return any(m.key == key and m.status in TERMINAL for m in in_order(bundle))


def _is_owed(material: MaterialView) -> bool:
    """Still to come; what a promise stands for only where the promise has to be put right."""
    to_mend = material.status == MaterialStatus.PROMISED and material.due_at is not None
    return material.status in _OPEN or to_mend


def _wanted(bundle: BundleView, material: MaterialView) -> bool:
    """Some matter that runs still needs it, or a promise behind a result that is out."""
    return material.mode is not None or any(not _ended(bundle, key) for key in material.gates)
