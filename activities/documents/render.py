"""Printing a document: one template a kind, one base for all, escaped, strict about gaps.

A page is complete in itself: no script, no outside file, so that it can be kept and read for ever.
"""

from dataclasses import dataclass
from datetime import date, datetime

from jinja2 import Environment, PackageLoader, StrictUndefined

from activities.documents.content import (
    Content,
    Day,
    Intake,
    Lapse,
    Licence,
    Notice,
    Pending,
    Receipt,
    Refusal,
)
from definitions.rules.calendar import SHANGHAI, local_day

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
    Pending: "pending",
    Lapse: "lapse",
    Notice: "notice",
    Receipt: "receipt",
    Licence: "licence",
    Refusal: "refusal",
}


@dataclass(frozen=True, slots=True)
class Heading:
    """What a document gets when it is issued: its title, its number (文号), its day."""

    title: str
    number: str
    issued_at: datetime


def render(content: Content, heading: Heading) -> bytes:
    """The document as HTML. Raises ValueError for a refusal that lacks what the law asks of it."""
    if isinstance(content, Refusal):
        _lawful(content)
    template = _ENVIRONMENT.get_template(f"{_TEMPLATES[type(content)]}.html.j2")
    return template.render(content=content, case=content.case, heading=heading).encode()


def _lawful(refusal: Refusal) -> None:
    """Reasons, legal bases and remedies, or it does not exist (行政许可法 38)."""
    parts = {
        "reasons": [reason for reason in refusal.reasons if reason.strip()],
        "bases": refusal.case.bases,
        "remedies": refusal.case.remedies,
    }
    lacking = [name for name, values in parts.items() if not values]
    if lacking:
        msg = f"a refusal of {refusal.case.number} cannot be issued without {', '.join(lacking)}"
        raise ValueError(msg)


def _day(value: date | datetime | Day) -> str:
    """2026年11月24日, in Shanghai."""
    if isinstance(value, Day):
        value = value.on
    day = local_day(value) if isinstance(value, datetime) else value
    return f"{day.year}年{day.month}月{day.day}日"


def _moment(value: datetime) -> str:
    """2026年11月24日14时05分, in Shanghai."""
    return f"{_day(value)}{value.astimezone(SHANGHAI):%H时%M分}"


_ENVIRONMENT.filters |= {"day": _day, "moment": _moment}
