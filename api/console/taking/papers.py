"""One set of materials as a page: brought, spared, or left for later, and in which way."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from activities.store.desk.applications import MaterialGiven
from activities.store.desk.uploads import UploadView
from api.console import words
from api.console.taking.drafts import head
from api.console.taking.standing import Standing, gating, is_brought
from api.console.taking.words import LAPSE, basis_view, limit_words
from api.console.views.intake import MaterialsPage
from api.console.views.materials import (
    GapView,
    MaterialRow,
    MatterModes,
    ModeView,
    WaiverView,
)
from api.console.views.shared import FieldControl, FieldView, FileRow, Frame, Option, StatusView
from api.services import Services
from definitions.language.limits import Limit, Unit
from definitions.language.materials import Source
from definitions.matter.state import MaterialStatus
from definitions.rules.calendar import add_calendar_days, add_working_days
from definitions.rules.plan import PlannedGate, PlannedMaterial, PlannedMatter

ACCEPT = "application/pdf,image/jpeg,image/png,image/tiff"
HOLD, PENDING, NONE = "hold", "accept_pending", "none"
PAPER = {"original": "原件", "copy": "复印件"}
_COMES = StatusView("办理中产生", "–", words.MATERIAL[MaterialStatus.WAIVED].tone)
_MADE = replace(words.MATERIAL[MaterialStatus.SATISFIED], label="系统生成")
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Choices:
    """How a matter may do without a material: `closed` says why 容缺受理 is not open."""

    matter: PlannedMatter
    gate: PlannedGate
    closed: str
    day: date

    @property
    def field(self) -> str:
        """The name of the choice in the form."""
        return field_of(self.matter.key, self.gate.code)


def field_of(matter: str, code: str) -> str:
    """The name of the choice of a matter's way to do without a material."""
    return f"mode.{matter}.{code}"


def choices_for(at: Standing, material: PlannedMaterial) -> tuple[Choices, ...]:
    """The matters that wait for this material, and what is open in each."""
    return tuple(
        Choices(matter, gate, _closed(matter, gate, material), at.day)
        for matter, gate in gating(at.plan, material.code)
    )


def largest(services: Services) -> str:
    """The bound of one file, as people say it."""
    return f"{services.largest_upload // _MIB} MB"


def materials_page(
    services: Services,
    at: Standing,
    frame: Frame,
    uploads: Mapping[str, UploadView],
    errors: Mapping[str, str],
) -> MaterialsPage:
    """The page. `errors` by material."""
    rows = tuple(_row(services, at, m, uploads, errors.get(m.code, "")) for m in at.materials)
    tones = [row.status for row in rows]
    return MaterialsPage(
        frame=frame,
        draft=head(at, "materials"),
        rows=tuple(sorted(rows, key=_urgency)),
        received=tones.count(words.MATERIAL[MaterialStatus.SATISFIED]) + tones.count(_MADE),
        waived=tones.count(words.MATERIAL[MaterialStatus.WAIVED]),
        pending=tones.count(words.MATERIAL[MaterialStatus.PENDING]),
        accept=ACCEPT,
        largest=largest(services),
    )


def gaps_of(services: Services, at: Standing, *, only_committed: bool) -> tuple[GapView, ...]:
    """What is still to come, as the applicant is told: which matter waits, how, until when."""
    return tuple(
        gap
        for material in at.materials
        if is_brought(material) and not at.draft.materials.get(material.code, _OPEN).received
        for gap in _gaps(services, at, material, only_committed=only_committed)
    )


def file_rows(
    given: MaterialGiven | None, uploads: Mapping[str, UploadView]
) -> tuple[FileRow, ...]:
    """The files of a material."""
    return tuple(
        FileRow(
            id=name,
            name=uploads[name].name if name in uploads else name,
            url=f"/api/v1/files/{name}",
            size=uploads[name].size if name in uploads else 0,
            pages=None,
            status=words.FILE["kept" if name in uploads else "failed"],
        )
        for name in (given.files if given else ())
    )


_OPEN = MaterialGiven()


def _row(
    services: Services,
    at: Standing,
    material: PlannedMaterial,
    uploads: Mapping[str, UploadView],
    error: str,
) -> MaterialRow:
    given = at.draft.materials.get(material.code)
    choices = choices_for(at, material)
    brought = is_brought(material)
    return MaterialRow(
        code=material.code,
        name=material.name,
        main=material.main,
        standard=material.standard,
        status=_status(material, given),
        used_by=tuple(choice.matter.name for choice in choices),
        files=file_rows(given, uploads),
        fields=tuple(_counter(material.code, given)) if brought else (),
        waiver=_waiver(services, material),
        modes=tuple(_modes(services, at, choice, given) for choice in choices)
        if brought and not (given and given.files)
        else (),
        error=error,
        comes_from=_comes_from(at, material),
    )


def _urgency(row: MaterialRow) -> int:
    """What needs a hand first, what is spared last."""
    if row.comes_from or row.waiver:
        return 2
    return 0 if row.modes or row.error else 1


def _status(material: PlannedMaterial, given: MaterialGiven | None) -> StatusView:
    if material.produced_by is not None:
        return _COMES
    if material.waived_by is not None:
        return words.MATERIAL[MaterialStatus.WAIVED]
    if given and given.files:
        return words.MATERIAL[MaterialStatus.SATISFIED]
    if material.source is Source.SYSTEM:
        return _MADE
    return words.MATERIAL[MaterialStatus.PENDING]


def _waiver(services: Services, material: PlannedMaterial) -> WaiverView | None:
    if material.waived_by is None or material.waived_basis is None:
        return None
    return WaiverView(material.waived_by, basis_view(services, material.waived_basis))


def _comes_from(at: Standing, material: PlannedMaterial) -> str:
    if material.produced_by is None or at.plan is None:
        return ""
    matter = at.plan.matter(material.produced_by)
    return f"由“{matter.name if matter else material.produced_by}”的结果产生，不用交。"


def _counter(code: str, given: MaterialGiven | None) -> Iterator[FieldView]:
    kept = given or MaterialGiven()
    options = tuple(
        Option(value, label, chosen=(kept.paper or "original") == value)
        for value, label in PAPER.items()
    )
    yield FieldView(f"form.{code}", "形式", FieldControl.CHOICE, options=options)
    for name, label, value in (("copies", "份", kept.copies or 1), ("pages", "页", kept.pages)):
        yield FieldView(f"{name}.{code}", label, value=str(value or ""), max_length=3)


# ── ways to do without ────────────────────────────────────────


def _closed(matter: PlannedMatter, gate: PlannedGate, material: PlannedMaterial) -> str:
    """Why 容缺受理 is not open; empty where it is."""
    if matter.instant:
        return "即办件，当场办结，不受理缺件"
    if matter.accept_pending is None:
        return "这一事项不适用，材料不齐的不予受理"
    if gate.tolerable is None:
        return "主审要件，没有它审查无从开始" if material.main else "不在可以容缺的材料清单上"
    return ""


def _modes(
    services: Services, at: Standing, choice: Choices, given: MaterialGiven | None
) -> MatterModes:
    left = given is not None and not given.received
    committed = choice.matter.key in at.draft.committed
    hold = choice.matter.hold
    rule = choice.matter.accept_pending
    pending = ModeView(
        Option(PENDING, "容缺受理", chosen=left and committed, unavailable=choice.closed),
        effect="先审后补，补齐前不发证" + _later(choice, PENDING),
        due_on=_due_on(services, choice, PENDING),
        basis=basis_view(services, rule.basis) if rule and not choice.closed else None,
    )
    holding = ModeView(
        Option(HOLD, "容缺收件", chosen=left and not (committed and not choice.closed)),
        effect="先存材料，补齐后才受理" + _later(choice, HOLD),
        due_on=_due_on(services, choice, HOLD),
        basis=basis_view(services, hold.basis),
    )
    modes = (pending, holding, ModeView(Option(NONE, "不用容缺"), "材料到齐后再提交"))
    return MatterModes(choice.matter.name, choice.field, modes)


def _limit(choice: Choices, mode: str) -> Limit:
    if mode == HOLD:
        return choice.matter.hold.limit
    return Limit(days=choice.gate.tolerable or 1, unit=Unit.WORKING_DAY)


def _until(choice: Choices, mode: str) -> str:
    """The limit in words, with what it is counted from."""
    begun = "受理" if mode == PENDING else "收件"
    return f"{begun}后 {limit_words(_limit(choice, mode))}"


def _later(choice: Choices, mode: str) -> str:
    """When it is due, where that is not a day yet."""
    return f"，{_until(choice, mode)}内补齐" if choice.matter.needs else ""


def _due_on(services: Services, choice: Choices, mode: str) -> date | None:
    """The last day; not known yet where the matter begins only after another one."""
    if choice.matter.needs:
        return None
    limit = _limit(choice, mode)
    add = add_working_days if limit.unit is Unit.WORKING_DAY else add_calendar_days
    return add(choice.day, limit.days, services.calendar)


def _gaps(
    services: Services, at: Standing, material: PlannedMaterial, *, only_committed: bool
) -> Iterator[GapView]:
    for choice in choices_for(at, material):
        rule = choice.matter.accept_pending
        committed = choice.matter.key in at.draft.committed and not choice.closed
        if only_committed and not committed:
            continue
        mode = PENDING if committed else HOLD
        lapse = rule.lapse if committed and rule else choice.matter.hold.lapse
        yield GapView(
            material=material.name,
            matter=choice.matter.name,
            mode=words.MODE[mode],
            due_on=_due_on(services, choice, mode),
            consequence=LAPSE[lapse],
            due=f"{_until(choice, mode)}内",
        )
