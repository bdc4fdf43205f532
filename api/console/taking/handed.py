"""What a posted materials page says: files, ways to do without, what lies on the counter."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from activities.store.desk.applications import MaterialGiven
from api.console import words
from api.console.request import Posted, Visit
from api.console.taking.gaps import COMMITTED, NONE, Choices, choices_for, chosen_way
from api.console.taking.papers import PAPER
from api.console.taking.standing import Standing, is_brought
from api.problems import Problem
from api.uploads import take_upload
from definitions.language.materials import Source
from definitions.language.pending import Mode
from definitions.rules.plan import PlannedMaterial

_COUNT = re.compile(r"[0-9]{1,3}")


@dataclass(slots=True)
class Handed:
    """The materials as they are now, and what is wrong with them, by material."""

    materials: dict[str, MaterialGiven]
    committed: tuple[str, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)
    arrived: Mapping[str, list[str]] = field(default_factory=dict)
    overrides: Mapping[str, str] = field(default_factory=dict)

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
    ways: dict[tuple[str, str], tuple[Choices, str]] = {}
    for material in at.materials:
        files = at.draft.materials.get(material.code, MaterialGiven()).files
        kept = (*(f for f in files if f not in removed), *arrived.get(material.code, ()))
        said = _said(at, posted, material, now) if is_brought(material) else ()
        _take(at, posted, material, kept, now, said)
        ways |= {(material.code, choice.matter.key): (choice, way) for choice, way in said}
    now.committed = _committed(at, ways, now)
    now.overrides = dict(_overrides(at, posted))
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


def _said(
    at: Standing, posted: Posted, material: PlannedMaterial, now: Handed
) -> tuple[tuple[Choices, str], ...]:
    """For each matter the way that was chosen; empty where nothing was. Closed ways are faults."""
    found = []
    for choice in choices_for(at, material):
        said = posted.one(choice.field)
        closed = next((why for mode, why in choice.closed.items() if mode == said), "")
        if closed:
            name = words.MODE[said]
            now.errors[material.code] = f"“{material.name}”不能用{name}：{closed}"
        known = said == NONE or choice.way(said) is not None
        found.append((choice, said if known else ""))
    return tuple(found)


def _take(  # noqa: PLR0917 - one material as it was posted
    at: Standing,
    posted: Posted,
    material: PlannedMaterial,
    files: tuple[str, ...],
    now: Handed,
    said: tuple[tuple[Choices, str], ...],
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
            update={"received": True, "promised": False, "files": files, **counted}
        )
        return
    chosen = {way for _, way in said if way}
    if NONE in chosen:
        now.errors.setdefault(
            code, f"申请人不用容缺的，请先上传“{material.name}”；所填内容已存在草稿里"
        )
    promised = Mode.INFORM_COMMIT in chosen
    if promised and len(chosen) > 1:
        now.errors[code] = f"“{material.name}”在各事项里要一致：都用告知承诺，或者都不用"
    later = NONE not in chosen and bool(chosen or (before and not before.received))
    if not chosen and later and before is not None:
        promised = before.promised
    # Without files and not for later it is still open; what was typed about it stays.
    now.materials[code] = MaterialGiven(
        received=not later, promised=later and promised and len(chosen) <= 1
    ).model_copy(update=counted)


def _committed(
    at: Standing, ways: Mapping[tuple[str, str], tuple[Choices, str]], now: Handed
) -> tuple[str, ...]:
    """Matters with gaps that are all left for later in the same way: a matter has one way only."""
    found = []
    for matter in at.needed:
        gaps = [
            (choice.material, _way(at, choice, said))
            for (code, key), (choice, said) in ways.items()
            if key == matter.key and not now.materials[code].received
            if not now.materials[code].promised
        ]
        wants = [gap for gap in gaps if gap[1] in COMMITTED]
        if wants and len({way for _, way in gaps}) == 1:
            found.append(matter.key)
        elif wants:
            name = words.MODE[wants[0][1]]
            others = "、".join(f"“{m.name}”" for m, way in gaps if way != wants[0][1])
            now.errors[wants[0][0].code] = (
                f"“{matter.name}”的待补材料要用同一种方式：{others}不是{name}，请改成一致"
            )
    return tuple(found)


def _overrides(at: Standing, posted: Posted) -> Iterator[tuple[str, str]]:
    """The papers asked for although sharing should bring them, with the reasons."""
    for material in at.materials:
        name = f"override.{material.code}"
        before = at.draft.sharing.overrides.get(material.code)
        reason = posted.one(name).strip() if posted.has(name) else before.reason if before else ""
        if reason and (before is not None or material.waived_by is not None):
            yield material.code, reason


def _way(at: Standing, choice: Choices, said: str) -> str:
    """What was chosen now, else before, else that papers are held."""
    before = chosen_way(at, choice, at.draft.materials.get(choice.material.code))
    return said or before or Mode.HOLD


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
