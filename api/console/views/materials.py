"""View models of materials: received, waived, pending, and which mode is open in which matter."""

from dataclasses import dataclass
from datetime import date, datetime

from api.console.views.shared import (
    BasisView,
    FieldView,
    FileRow,
    Option,
    StatusView,
    Submission,
)


@dataclass(frozen=True, slots=True)
class WaiverView:
    """免交: why it is not asked for, and how the applicant may object where that is open."""

    by: str
    basis: BasisView
    objection: Option | None = None


@dataclass(frozen=True, slots=True)
class ModeView:
    """One way to do without a material: what it means, until when, what follows, or why not.

    `due` is said where the day is not known yet; `conditions` are those a promise stands for.
    """

    option: Option
    effect: str
    due_on: date | None = None
    basis: BasisView | None = None
    due: str = ""
    consequence: str = ""
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MatterModes:
    """The ways in one matter; `field` is the name of the choice in the form.

    Doing without any way is always open: `voluntary` is that choice.
    """

    matter: str
    field: str
    modes: tuple[ModeView, ...]
    voluntary: Option


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """One material of the draft. `fields` are about the papers: kind, copies, pages.

    `comes_from` says what makes it, where nobody brings it; `override` takes the reason for asking
    for it although sharing should bring it.
    """

    code: str
    name: str
    main: bool
    standard: str
    status: StatusView
    used_by: tuple[str, ...]
    files: tuple[FileRow, ...] = ()
    fields: tuple[FieldView, ...] = ()
    waiver: WaiverView | None = None
    modes: tuple[MatterModes, ...] = ()
    error: str = ""
    comes_from: str = ""
    override: FieldView | None = None


@dataclass(frozen=True, slots=True)
class GapView:
    """One missing material of a commitment. `due` is said where its day is not known yet.

    `conditions` are those whose fulfilment is promised instead of proved.
    """

    material: str
    matter: str
    mode: str
    due_on: date | None
    consequence: str
    due: str = ""
    basis: BasisView | None = None
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CommitmentView:
    """承诺书: the gaps, their limits and consequences; signed by the applicant.

    `authority` is asked of an agent, who may promise only with express authority.
    """

    title: str
    applicant: str
    agent: str
    gaps: tuple[GapView, ...]
    clauses: tuple[str, ...]
    paper_url: str
    signature: FieldView
    authority: FieldView | None
    signed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredMaterial:
    """A material of a running application, with what may be done to it now.

    `mode` says how its gap is borne, until when and what that means; `supply`, `check` are open
    forms or None; `typed` is what was written into the check and could not be taken.
    """

    code: str
    name: str
    status: StatusView
    form: str
    copies: int
    pages: int
    files: tuple[FileRow, ...] = ()
    mode: str = ""
    remark: str = ""
    waived_by: str = ""
    supply: Submission | None = None
    check: Submission | None = None
    typed: str = ""
