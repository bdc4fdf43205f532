"""How the versions of a service are shown: from rows of the store to one shape."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from activities.store.desk.definitions import (
    RELEASE,
    ProposalHead,
    ProposalView,
    PublicationHead,
    PublicationView,
)
from definitions.errors import Refused
from definitions.language.base import Value
from definitions.lifecycle.judging import CaseFile, Report
from definitions.loading import Library, Loaded


class Stage(StrEnum):
    """Where a version stands. A draft is a text that was kept nowhere; checked, nothing is wrong.

    `SUPERSEDED`: a later one holds now, or its own validity is over.
    """

    DRAFT = "draft"
    CHECKED = "checked"
    PROPOSED = "proposed"
    RETURNED = "returned"
    PUBLISHED = "published"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    RETIRED = "retired"


class Person(Value):
    """Who did something, by account."""

    id: str
    name: str


class TextHead(Value):
    """One version of a text: where it stands, and who brought it there. `reason`: of a return."""

    version: int
    name: str
    stage: Stage
    since: str
    until: str | None
    sha256: str
    shipped: bool
    note: str
    proposed_by: Person | None
    proposed_at: datetime
    decided_by: Person | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    retired_by: Person | None = None
    retired_at: datetime | None = None
    retired_why: str | None = None


class VersionHead(TextHead):
    """One version of a service."""

    service: str
    approved_by: Person | None = None
    published_at: datetime | None = None


class ServiceVersions(Value):
    """A service with its versions, the newest first; `in_force` is the one that holds now."""

    service: str
    name: str
    lead: str
    in_force: int | None
    versions: tuple[VersionHead, ...]


class VersionView(Value):
    """A version with its text as it was written, its cases, and what judging it came to."""

    head: VersionHead
    text: str
    cases: tuple[CaseFile, ...]
    report: Report

    @classmethod
    def of(cls, head: VersionHead, said: PublicationView | ProposalView) -> "VersionView":
        """The head with the texts that belong to it."""
        return cls(head=head, text=said.text, cases=said.cases, report=said.report)


def of_publication(
    each: PublicationHead, people: Mapping[str, Person], library: Library, now: datetime
) -> VersionHead:
    """A published version, and whether it is in force."""
    return VersionHead(
        service=each.service,
        version=each.version,
        name=each.name,
        stage=_stage(each, library, now),
        since=each.since,
        until=each.until,
        sha256=each.sha256,
        shipped=each.approved_by == RELEASE,
        note=each.note,
        proposed_by=people.get(each.proposed_by),
        proposed_at=each.proposed_at,
        approved_by=people.get(each.approved_by),
        published_at=each.published_at,
        decided_by=people.get(each.approved_by),
        decided_at=each.published_at,
        retired_by=people.get(each.retired_by or ""),
        retired_at=each.retired_at,
        retired_why=each.retired_why,
    )


def of_proposal(each: ProposalHead, people: Mapping[str, Person]) -> VersionHead:
    """A text that waits for a second person, or was returned."""
    return VersionHead(
        service=each.service,
        version=each.version,
        name=each.name,
        stage=Stage(each.state),
        since=each.since,
        until=each.until,
        sha256=each.sha256,
        shipped=False,
        note=each.note,
        proposed_by=people.get(each.proposed_by),
        proposed_at=each.proposed_at,
        decided_by=people.get(each.decided_by or ""),
        decided_at=each.decided_at,
        reason=each.reason,
    )


def of_service(
    service: str, heads: Sequence[VersionHead], library: Library, now: datetime
) -> ServiceVersions:
    """The versions under their service's name."""
    newest = heads[-1]
    known = [each.definition for each in library.services if each.definition.service == service]
    return ServiceVersions(
        service=service,
        name=newest.name,
        lead=known[-1].lead if known else "",
        in_force=in_force(service, library, now),
        versions=tuple(reversed(heads)),
    )


def in_force(service: str, library: Library, now: datetime) -> int | None:
    """The number of the version that new applications are handled under; None where none is."""
    try:
        return library.service(service, now).definition.version
    except Refused:
        return None


def _stage(each: PublicationHead, library: Library, now: datetime) -> Stage:
    if each.retired_at is not None and each.retired_at <= now:
        return Stage.RETIRED
    if in_force(each.service, library, now) == each.version:
        return Stage.IN_FORCE
    loaded = _known(each, library)
    if loaded is not None and loaded.definition.validity.begins > now:
        return Stage.PUBLISHED
    return Stage.SUPERSEDED


def _known(each: PublicationHead, library: Library) -> Loaded | None:
    return next((known for known in library.services if known.sha256 == each.sha256), None)
