"""What a posted materials page says: files, ways to do without, what lies on the counter."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from activities.store.desk.applications import MaterialGiven
from api.console.request import Posted, Visit
from api.console.taking.papers import HOLD, NONE, PAPER, PENDING, choices_for
from api.console.taking.standing import Standing, is_brought
from api.problems import Problem
from api.uploads import take_upload
from definitions.language.materials import Source
from definitions.rules.plan import PlannedMaterial

_COUNT = re.compile(r"[0-9]{1,3}")


@dataclass(slots=True)
class Handed:
    """The materials as they are now, and what is wrong with them, by material."""

    materials: dict[str, MaterialGiven]
    committed: tuple[str, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)
    arrived: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def taken(self) -> int:
        """How many files were stored."""
        return sum(len(files) for files in self.arrived.values())


async def handed(visitor: Visit, at: Standing, posted: Posted) -> Handed:
    """Everything that was posted, kept as far as it can be. Uploads are stored here."""
    errors: dict[str, str] = {}
    arrived = await _uploaded(visitor, at, posted, errors)
    return put(at, posted, arrived, errors)


def put(
    at: Standing, posted: Posted, arrived: Mapping[str, list[str]], errors: dict[str, str]
) -> Handed:
    """What was posted on top of the draft, with the files that have arrived."""
    now = Handed(dict(at.draft.materials), at.draft.committed, errors, arrived)
    removed = set(posted.all("remove"))
    for material in at.materials:
        files = at.draft.materials.get(material.code, MaterialGiven()).files
        kept = (*(f for f in files if f not in removed), *arrived.get(material.code, ()))
        _take(at, posted, material, kept, now)
    now.committed = _committed(at, posted, now)
    return now


def missing(at: Standing) -> Mapping[str, str]:
    """Materials neither brought nor left for later."""
    return {
        material.code: f"请上传“{material.name}”，或者选一种容缺方式" for material in at.undecided
    }


async def _uploaded(
    visitor: Visit, at: Standing, posted: Posted, errors: dict[str, str]
) -> Mapping[str, list[str]]:
    known = {m.code for m in at.materials if m.waived_by is None and m.produced_by is None}
    found: dict[str, list[str]] = {}
    for name, upload in posted.files:
        code = name.removeprefix("file.")
        if code not in known:
            continue
        try:
            kept = await take_upload(visitor.services, visitor.actor, upload)
        except Problem as problem:
            errors[code] = f"“{upload.filename}”没有存下：{problem.detail}"
        else:
            found.setdefault(code, []).append(kept.id)
    return found


def _take(
    at: Standing, posted: Posted, material: PlannedMaterial, files: tuple[str, ...], now: Handed
) -> None:
    code = material.code
    if not is_brought(material):
        if material.source is Source.SYSTEM and (files or code in now.materials):
            now.materials[code] = MaterialGiven(files=files)
        return
    before = at.draft.materials.get(code)
    counted = dict(_counted(posted, code, now.errors))
    if files:
        now.materials[code] = (before or MaterialGiven()).model_copy(
            update={"received": True, "files": files, **counted}
        )
        return
    modes = _modes(at, posted, material)
    if NONE in modes:
        now.errors.setdefault(
            code, f"申请人不用容缺的，请先上传“{material.name}”；所填内容已存在草稿里"
        )
    later = NONE not in modes and bool(modes or (before and not before.received))
    # Without files and not for later it is still open; what was typed about it stays.
    now.materials[code] = MaterialGiven(received=not later).model_copy(update=counted)


def _modes(at: Standing, posted: Posted, material: PlannedMaterial) -> set[str]:
    return {
        posted.one(choice.field)
        for choice in choices_for(at, material)
        if posted.one(choice.field) in {HOLD, PENDING, NONE}
    }


def _committed(at: Standing, posted: Posted, now: Handed) -> tuple[str, ...]:
    """Matters with gaps that are all left for later as 容缺受理: a matter has one way only."""
    found = []
    for matter in at.needed:
        gaps = [
            (material, choice, posted.one(choice.field, _before(at, matter.key)))
            for material in at.materials
            if is_brought(material)
            and not now.materials.get(material.code, MaterialGiven()).received
            for choice in choices_for(at, material)
            if choice.matter.key == matter.key
        ]
        wants = [gap for gap in gaps if gap[2] == PENDING and not gap[1].closed]
        if wants and len(wants) == len(gaps):
            found.append(matter.key)
        elif wants:
            others = "、".join(f"“{m.name}”" for m, _, mode in gaps if mode != PENDING)
            now.errors[wants[0][0].code] = (
                f"“{matter.name}”的待补材料要用同一种方式：{others}不是容缺受理，请改成一致"
            )
    return tuple(found)


def _before(at: Standing, matter: str) -> str:
    return PENDING if matter in at.draft.committed else HOLD


def _counted(posted: Posted, code: str, errors: dict[str, str]) -> Iterator[tuple[str, str | int]]:
    paper = posted.one(f"form.{code}")
    if paper in PAPER:
        yield "paper", paper
    for name, label in (("copies", "份数"), ("pages", "页数")):
        said = posted.one(f"{name}.{code}").strip()
        if _COUNT.fullmatch(said):
            yield name, int(said)
        elif said:
            errors[code] = f"{label}应为数字，现为“{said}”"
        elif posted.has(f"{name}.{code}"):
            yield name, 0
