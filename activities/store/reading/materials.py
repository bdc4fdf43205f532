"""Materials of an application with their files, and the lists of what is still awaited."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select, true, tuple_

from activities.store.desk.texts import texts
from activities.store.desk.uploads import uploads
from activities.store.engine import ReadSession
from activities.store.reading.matters import MatterView
from activities.store.reading.scope import Read, Scope, covered, of_department, unconcerned
from activities.store.tables.desk import Application
from activities.store.tables.register import Bundle, Material, Matter, Task
from definitions.matter.state import MaterialStatus
from definitions.matter.tasks import TaskKind
from definitions.matter.values import FileRef, Reason


class FileView(FileRef):
    """A stored file with the name it came in under; a document made here has none."""

    name: str = ""


class MaterialView(Read):
    """One material. `reasons` are why it was sent back."""

    code: str
    position: int
    name: str
    source: str
    main: bool
    standard: str
    status: str
    version: int
    waived_by: str | None
    produced_by: str | None
    mode: str | None
    due_at: datetime | None
    files: tuple[FileView, ...]
    reasons: tuple[str, ...]
    gates: tuple[str, ...]
    changed_at: datetime


class AwaitedMaterial(Read):
    """A gap that runs against a limit, wherever it is."""

    bundle: str
    code: str
    name: str
    status: str
    mode: str | None
    due_at: datetime | None
    service_name: str
    firm_name: str
    gates: tuple[str, ...]


async def materials_of(
    session: ReadSession, number: str, matters: Collection[MatterView], scope: Scope
) -> tuple[MaterialView, ...]:
    """Materials in plan order; a department reads those its own matters' decisions need.

    Whoever reads all, but not every matter, reads none that is for those others alone.
    """
    rows = list(
        await session.scalars(
            select(Material).where(Material.bundle == number).order_by(Material.position)
        )
    )
    if scope.department is not None:
        gates = {code for matter in matters for code in matter.gates}
        rows = [row for row in rows if row.code in gates]
    elif scope.is_bounded:
        keys = {matter.key for matter in matters}
        rows = [row for row in rows if not row.gates or keys.intersection(row.gates)]
    files = {row.code: [FileRef.model_validate(file) for file in row.files] for row in rows}
    reasons = {row.code: [Reason.model_validate(r).text for r in row.reasons] for row in rows}
    names = await uploads(session, (file.id for each in files.values() for file in each))
    said = await texts(session, (digest for each in reasons.values() for digest in each))
    return tuple(
        MaterialView(
            **{
                n: getattr(row, n)
                for n in MaterialView.model_fields
                if n not in {"files", "reasons"}
            },
            files=tuple(
                FileView(**dict(file), name=names[file.id].name if file.id in names else "")
                for file in files[row.code]
            ),
            reasons=tuple(said.get(digest, "") for digest in reasons[row.code]),
        )
        for row in rows
    )


async def awaited(
    session: ReadSession, scope: Scope, *, after: tuple[datetime, str, str] | None, limit: int
) -> Sequence[AwaitedMaterial]:
    """Materials that a limit runs for, the nearest first."""
    query = (
        select(Material, Bundle.name, Application.firm_name)
        .join(Bundle, Bundle.number == Material.bundle)
        .join(Application, Application.id == Bundle.application)
        .where(
            Material.mode.is_not(None),
            _owed(),
            _awaited_by(scope),
            unconcerned(scope, Material.bundle),
        )
    )
    place = tuple_(Material.due_at, Material.bundle, Material.code)
    if after is not None:
        query = query.where(place > after)
    found = await session.execute(
        query.order_by(Material.due_at, Material.bundle, Material.code).limit(limit)
    )
    return [
        AwaitedMaterial(
            bundle=row.bundle,
            code=row.code,
            name=row.name,
            status=row.status,
            mode=row.mode,
            due_at=row.due_at,
            service_name=service_name,
            firm_name=firm_name,
            gates=tuple(row.gates),
        )
        for row, service_name, firm_name in found
    ]


def _owed() -> ColumnElement[bool]:
    """Not what a promise stands for, but where the promise has to be put right."""
    return or_(Material.status != MaterialStatus.PROMISED, Material.due_at.is_not(None))


def _awaited_by(scope: Scope) -> ColumnElement[bool]:
    """Materials that a decision of the scope's department waits for."""
    if scope.department is None and not scope.is_bounded:
        return true()
    return exists().where(
        Matter.bundle == Material.bundle,
        func.jsonb_exists(Material.gates, Matter.key),
        of_department(scope, Matter.department),
        covered(scope, Matter.item, Matter.confidentiality),
    )


async def check_task(session: ReadSession, number: str, code: str) -> tuple[str, int] | None:
    """The latest check of a supplied material, and the material's version."""
    found = (
        await session.execute(
            select(Task.id, Material.version)
            .join(Material, (Material.bundle == Task.bundle) & (Material.code == Task.material))
            .where(Task.bundle == number, Task.material == code, Task.kind == TaskKind.CHECK)
            .order_by(Task.opened_at.desc(), Task.version.desc())
            .limit(1)
        )
    ).first()
    return (found[0], found[1]) if found else None
