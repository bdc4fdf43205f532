"""View models of the legal acts around a matter: what stands, what is open, and each act's form."""

from dataclasses import dataclass

from api.console.views.shared import (
    BasisView,
    DeadlineView,
    FieldView,
    Frame,
    Link,
    Option,
    Pair,
    StatusView,
    Submission,
)


@dataclass(frozen=True, slots=True)
class UploadField:
    """Files that go with an act. `name` is the form field and the id its error links to.

    `kept` were taken with a form that failed: they are sent again by id.
    """

    name: str
    label: str
    hint: str = ""
    error: str = ""
    required: bool = True
    kept: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class PointField:
    """A material that a notice may name: to be ticked, and what is wrong with it.

    `why_not` says why it cannot be asked for; it stays on the page.
    """

    code: str
    material: str
    standard: str
    status: StatusView
    chosen: bool
    defect: FieldView
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class ActLink:
    """An act that is open on a matter now; `hint` says what it is for."""

    label: str
    url: str
    hint: str


@dataclass(frozen=True, slots=True)
class NoticedPoint:
    """One point of a notice that went out: what was wrong, and whether it has come in."""

    material: str
    defect: str
    status: StatusView


@dataclass(frozen=True, slots=True)
class StandingView:
    """What stands beside the ordinary way of a matter: notice, procedure, hearing, promise."""

    id: str
    title: str
    status: StatusView | None
    deadline: DeadlineView | None
    facts: tuple[Pair, ...]
    points: tuple[NoticedPoint, ...] = ()
    files: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class CorrectRow:
    """Something that may be put right on the spot, as it stands."""

    label: str
    value: str
    url: str


@dataclass(frozen=True, slots=True)
class CorrectPage:
    """当场更正: the form's fields and the papers, each with a way to put it right."""

    frame: Frame
    bundle: Link
    applicant: str
    effects: tuple[Pair, ...]
    fields: tuple[CorrectRow, ...]
    papers: tuple[CorrectRow, ...]


@dataclass(frozen=True, slots=True)
class FaultField:
    """One reason of a return as it is asked: what kind, in which paper or field, in words."""

    number: int
    fault: FieldView
    place: FieldView
    says: FieldView


@dataclass(frozen=True, slots=True)
class ActPage:
    """One legal act as a page: what it does, on what basis, and its form.

    `effects` are told before anything is asked: what stops, what goes on, who learns of it.
    `points` are asked one by one; there may always be one more.
    """

    frame: Frame
    bundle: Link
    matter: Link
    applicant: str
    effects: tuple[Pair, ...]
    basis: tuple[BasisView, ...]
    submission: Submission
    fields: tuple[FieldView, ...]
    upload: UploadField | None
    button: str
    danger: bool
    accept: str
    largest: str
    points: tuple[FaultField, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One organ that was asked: how far it is, by when, what it says."""

    organ: str
    status: StatusView
    deadline: DeadlineView | None
    says: str
    url: str = ""
    files: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestView:
    """What others were asked about a matter; `withdraw_url` is empty once all have answered."""

    id: str
    title: str
    question: str
    facts: tuple[Pair, ...]
    answers: tuple[AnswerRow, ...]
    files: tuple[Link, ...] = ()
    withdraw_url: str = ""
