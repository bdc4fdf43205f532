"""Printing a document: one template a kind, one base for all, escaped, strict about gaps.

A page is complete in itself: no script, no outside file, so that it can be kept and read for ever.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from jinja2 import Environment, PackageLoader, StrictUndefined

from activities.documents.content.common import Citation, Day
from activities.documents.content.ending import Lapse, Returned, Termination, Withdrawal
from activities.documents.content.every import Content
from activities.documents.content.handling import (
    Extension,
    HearingNotice,
    HearingRight,
    ProcedureEnd,
    ProcedureStart,
)
from activities.documents.content.receipt import (
    Acceptance,
    Commitment,
    Correction,
    Intake,
    NotAccepted,
    Pending,
)
from activities.documents.content.results import Licence, Notice, Receipt, Refusal, Revocation
from definitions.language.base import SHANGHAI
from definitions.rules.calendar import local_day

_ENVIRONMENT = Environment(
    loader=PackageLoader("activities.documents"),
    autoescape=True,
    undefined=StrictUndefined,
    auto_reload=False,
    trim_blocks=True,
    lstrip_blocks=True,
)

_TEMPLATES: dict[type[Content], str] = {
    Intake: "intake",
    Commitment: "commitment",
    NotAccepted: "not_accepted",
    Correction: "correction",
    Acceptance: "acceptance",
    Pending: "pending",
    ProcedureStart: "procedure",
    ProcedureEnd: "procedure_end",
    Extension: "extension",
    HearingRight: "hearing_right",
    HearingNotice: "hearing_notice",
    Notice: "notice",
    Receipt: "receipt",
    Licence: "licence",
    Refusal: "refusal",
    Revocation: "revocation",
    Lapse: "lapse",
    Returned: "returned",
    Termination: "termination",
    Withdrawal: "withdrawal",
}


@dataclass(frozen=True, slots=True)
class Heading:
    """What a document gets when it is issued: its title, its number (文号), its day."""

    title: str
    number: str
    issued_at: datetime


def render(content: Content, heading: Heading) -> bytes:
    """The document as HTML. Raises ValueError where it lacks what the law asks of it."""
    _lawful(content)
    if isinstance(content, Commitment):
        heading = replace(heading, title=content.title)
    template = _ENVIRONMENT.get_template(f"{_TEMPLATES[type(content)]}.html.j2")
    return template.render(content=content, case=content.case, heading=heading).encode()


def printed(name: str, heading: Heading, content: object) -> bytes:
    """A page of the same make that is no document: it has no number, and nobody keeps it."""
    return (
        _ENVIRONMENT.get_template(f"{name}.html.j2")
        .render(content=content, heading=heading)
        .encode()
    )


def _lawful(content: Content) -> None:
    """What turns somebody down carries reasons, bases and remedies, or it does not exist.

    行政许可法 38(2), 55(3), 72(7); a supplement notice its points, each with what is wrong (32);
    an extension its reason (42).
    """
    case = content.case
    parts: dict[str, Sequence[str | Citation]]
    match content:
        case Refusal() | NotAccepted() | Revocation():
            reasons = _written(content.reasons)
            parts = {"reasons": reasons, "bases": case.bases, "remedies": case.remedies}
        case Returned() | Extension() | HearingRight():
            parts = {"reasons": _written(content.reasons)}
        case Correction():
            parts = {"points": _written(point.defect for point in content.points)}
        case _:
            return
    lacking = [name for name, values in parts.items() if not values]
    if lacking:
        msg = f"a paper of {case.number} cannot be issued without {', '.join(lacking)}"
        raise ValueError(msg)


def _written(texts: Iterable[str]) -> list[str]:
    return [text for text in texts if text.strip()]


def _day(value: date | datetime | Day) -> str:
    """2026年11月24日, in Shanghai; of a last day that is not known, why."""
    if isinstance(value, Day):
        if value.on is None:
            stopped = "特别程序结束后顺延"
            return stopped if value.stopped else "当年放假安排尚未公布，公布后按上列日数推算"
        value = value.on
    day = local_day(value) if isinstance(value, datetime) else value
    return f"{day.year}年{day.month}月{day.day}日"


def _moment(value: datetime) -> str:
    """2026年11月24日14时05分, in Shanghai."""
    return f"{_day(value)}{value.astimezone(SHANGHAI):%H时%M分}"


_ENVIRONMENT.filters |= {"day": _day, "moment": _moment}
