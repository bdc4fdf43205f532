"""政策体检报告: the check-up on paper. It is no decision; nothing is numbered, sealed or kept."""

from dataclasses import dataclass, field
from datetime import date, datetime

from activities.documents.render import Heading, printed


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One policy: its name, what it comes to, and why, a sentence each."""

    name: str
    number: str
    organ: str
    amount: str
    says: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportPart:
    """Policies that come to the same: 可享, 差一点, and so on."""

    title: str
    lines: tuple[ReportLine, ...]


@dataclass(frozen=True, slots=True)
class ReportSource:
    """Who said something, and of which day it is."""

    name: str
    as_of: date | None


@dataclass(frozen=True, slots=True)
class CheckUpReport:
    """Who was looked at, on which day, by whose facts.

    `query_code` opens the subject's own page: only on what the window hands out.
    """

    name: str
    code: str
    on: date
    made_at: datetime
    summary: str
    parts: tuple[ReportPart, ...]
    sources: tuple[ReportSource, ...]
    query_code: str = field(default="", repr=False)


def render_report(report: CheckUpReport) -> bytes:
    """The report as an HTML page for A4."""
    heading = Heading(title="政策体检报告", number="", issued_at=report.made_at)
    return printed("checkup", heading, report)
