"""One set of materials as a page: brought, spared, or left for later, and in which way."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from activities.store.desk.applications import MaterialGiven
from activities.store.desk.uploads import UploadView
from api.console import words
from api.console.taking.drafts import head
from api.console.taking.gaps import choices_for, modes
from api.console.taking.standing import Standing, is_brought
from api.console.views.intake import MaterialsPage
from api.console.views.materials import MaterialRow, WaiverView
from api.console.views.shared import FieldControl, FieldView, FileRow, Frame, Option, StatusView
from api.console.wording import basis_view
from api.services import Services
from api.sharing import may_override
from definitions.language.materials import Source
from definitions.matter.state import MaterialStatus
from definitions.rules.plan import PlannedMaterial

ACCEPT = "application/pdf,application/ofd,.ofd,image/jpeg,image/png,image/tiff"
PAPER = {"original": "原件", "copy": "复印件"}
_COMES = StatusView("办理中产生", "–", words.MATERIAL[MaterialStatus.WAIVED].tone)
_MADE = replace(words.MATERIAL[MaterialStatus.SATISFIED], label="系统生成")
_MIB = 1024 * 1024


def largest(services: Services) -> str:
    """The bound of one file, as people say it."""
    return f"{services.largest_upload // _MIB} MB"


def materials_page(
    services: Services,
    at: Standing,
    frame: Frame,
    uploads: Mapping[str, UploadView],
    errors: Mapping[str, str],
    *,
    overrides: bool,
) -> MaterialsPage:
    """The page. `errors` by material; `overrides`: whether this person may ask for more."""
    rows = tuple(
        _row(services, at, m, uploads, errors.get(m.code, ""), overrides=overrides)
        for m in at.materials
    )
    tones = [row.status for row in rows]
    return MaterialsPage(
        frame=frame,
        draft=head(at, "materials"),
        rows=tuple(sorted(rows, key=_urgency)),
        received=tones.count(words.MATERIAL[MaterialStatus.SATISFIED]) + tones.count(_MADE),
        waived=tones.count(words.MATERIAL[MaterialStatus.WAIVED]),
        pending=tones.count(words.MATERIAL[MaterialStatus.PENDING]),
        accept=ACCEPT,
        papers_url=f"{at.url}/papers" if at.definition.prepared else "",
        largest=largest(services),
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


def _row(
    services: Services,
    at: Standing,
    material: PlannedMaterial,
    uploads: Mapping[str, UploadView],
    error: str,
    *,
    overrides: bool,
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
        modes=modes(services, at, material) if brought and not (given and given.files) else (),
        error=error,
        comes_from=_comes_from(at, material),
        override=_override(services, at, material) if overrides else None,
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
    if given and given.promised:
        return words.MATERIAL[MaterialStatus.PROMISED]
    if material.source is Source.SYSTEM:
        return _MADE
    return words.MATERIAL[MaterialStatus.PENDING]


def _waiver(services: Services, material: PlannedMaterial) -> WaiverView | None:
    if material.waived_by is None or material.waived_basis is None:
        return None
    return WaiverView(material.waived_by, basis_view(services, material.waived_basis))


def _override(services: Services, at: Standing, material: PlannedMaterial) -> FieldView | None:
    """Where the reason is written for asking for a paper that sharing fails to bring."""
    given = at.draft.sharing.overrides.get(material.code)
    waived = material.waived_by is not None and may_override(services, at.draft.sharing)
    if given is None and not waived:
        return None
    return FieldView(
        f"override.{material.code}",
        "共享失败、仍要申请人提交的理由",
        value=given.reason if given else "",
        hint="理由随申请留存；清空即恢复免交",
        required=False,
    )


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
