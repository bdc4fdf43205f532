"""What several documents say: whose it is, on what basis, until when, which papers."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Citation:
    """A legal basis as it is printed: the law's full title and the article."""

    law: str
    article: str
    says: str | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """Whom the document is for; `agent` is who applied in the firm's name.

    `agent_id` is masked already: a document goes through many hands.
    """

    name: str
    code: str
    agent: str | None = None
    agent_id: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What every document says: whose it is, about what, by which organ, on what basis."""

    bundle: str
    service: str
    situation: str
    subject: str
    number: str | None
    organ: str
    phone: str
    hall: str
    applicant: Party
    received_at: datetime
    query_code: str | None = None
    accepted_at: datetime | None = None
    wording: str = ""
    counter: bool = False
    bases: tuple[Citation, ...] = ()
    remedies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """One line of a list of materials."""

    name: str
    source: str
    files: int
    state: str


@dataclass(frozen=True, slots=True)
class Day:
    """A last day; `provisional` where its holidays are not published yet.

    `on` is None where there is none to be told: a special procedure stops the limit (`stopped`), or
    no calendar that is published reaches so far.
    """

    on: date | None
    provisional: bool = False
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """One limit: what it is called, how long it is, and when it ends.

    `pausable`: special procedures are not counted in it.
    """

    name: str
    length: str
    last: Day
    basis: Citation | None = None
    pausable: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """A missing paper and what it must be like when it comes."""

    name: str
    standard: str


@dataclass(frozen=True, slots=True)
class Owed:
    """A paper that did not come in time, and how far it came."""

    name: str
    state: str
