"""View models of the pages that belong to nobody's case: sign-in, search, help, errors."""

from dataclasses import dataclass

from api.console.views.shared import (
    DeadlineView,
    FieldView,
    Filters,
    Frame,
    Link,
    Pager,
    StatusView,
    Submission,
)


@dataclass(frozen=True, slots=True)
class SignInPage:
    """`next_url` is where the person wanted to go; `parked` is what they had typed, sealed."""

    frame: Frame
    submission: Submission
    account: FieldView
    password: FieldView
    next_url: str
    parked: str = ""


@dataclass(frozen=True, slots=True)
class ResumePage:
    """After an ended session: the form that was not taken, to be sent again by its sender."""

    frame: Frame
    action: str
    fields: tuple[tuple[str, str], ...]
    back_url: str


@dataclass(frozen=True, slots=True)
class BundleRow:
    """An application in a list."""

    number: str
    url: str
    service: str
    applicant: str
    status: StatusView
    deadline: DeadlineView | None
    holder: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """`searched` tells "nothing found" from "nothing asked yet"."""

    frame: Frame
    filters: Filters
    rows: tuple[BundleRow, ...]
    pager: Pager
    searched: bool


@dataclass(frozen=True, slots=True)
class KeyHelp:
    """A key and what it does here."""

    keys: tuple[str, ...]
    does: str


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """Keys that work in the same place."""

    title: str
    keys: tuple[KeyHelp, ...]


@dataclass(frozen=True, slots=True)
class KeysPage:
    """Help for the keyboard, with the switch for single keys (WCAG 2.1.4)."""

    frame: Frame
    groups: tuple[KeyGroup, ...]
    preferences: Submission


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What went wrong, what was kept, what to do. `reference` lets the log be found."""

    frame: Frame
    message: str
    kept: str
    reference: str
    ways: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class NotFoundPage:
    """Nothing under this address, or nothing this person may see: the page does not tell which."""

    frame: Frame
    message: str
    ways: tuple[Link, ...]
