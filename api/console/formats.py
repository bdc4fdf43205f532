"""How values are written on screens and documents (ui.md §6), in Shanghai time only."""

from datetime import date, datetime

from markupsafe import Markup, escape

from api import masking
from definitions.language.base import SHANGHAI
from definitions.language.limits import Unit

UNKNOWN = "未提供"

_WEEKDAYS = "一二三四五六日"
_UNITS = {Unit.WORKING_DAY: "工作日", Unit.CALENDAR_DAY: "自然日"}
_KILO = 1024
_ID_LENGTH = 18
_MOBILE_LENGTH = 11


def local(value: date | datetime) -> date:
    """The day in Shanghai. A naive datetime is a mistake of the caller, not a time zone."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            msg = "naive datetime in a view"
            raise ValueError(msg)
        return value.astimezone(SHANGHAI).date()
    return value


def day(value: date | datetime, now: datetime) -> str:
    """11月27日（周五）; in another year 2027年1月4日（周一）."""
    on = local(value)
    year = "" if on.year == local(now).year else f"{on.year}年"
    return f"{year}{on.month}月{on.day}日（周{_WEEKDAYS[on.weekday()]}）"


def short_day(value: date | datetime, now: datetime) -> str:
    """11月27日; in another year 2027年1月4日."""
    on = local(value)
    year = "" if on.year == local(now).year else f"{on.year}年"
    return f"{year}{on.month}月{on.day}日"


def long_day(value: date | datetime) -> str:
    """2026年11月24日, as documents write it."""
    on = local(value)
    return f"{on.year}年{on.month}月{on.day}日"


def iso_day(value: date | datetime) -> str:
    """2026-11-24, for tables."""
    return local(value).isoformat()


def weekday(value: date) -> str:
    """周二."""
    return f"周{_WEEKDAYS[value.weekday()]}"


def clock(value: datetime) -> str:
    """14:05."""
    local(value)
    return value.astimezone(SHANGHAI).strftime("%H:%M")


def moment(value: datetime, now: datetime) -> str:
    """今天 14:02, else 11月20日 14:02."""
    if local(value) == local(now):
        return f"今天 {clock(value)}"
    return f"{short_day(value, now)} {clock(value)}"


def long_moment(value: datetime) -> str:
    """2026年11月24日14:40, as documents write it."""
    return f"{long_day(value)}{clock(value)}"


def unit(value: Unit) -> str:
    """工作日 or 自然日: never just 天."""
    return _UNITS[value]


def masked_id(value: str) -> str:
    """310***********1234; a shorter number keeps its ends only."""
    if not value:
        return UNKNOWN
    if len(value) >= _ID_LENGTH:
        return f"{value[:3]}{'*' * (len(value) - 7)}{value[-4:]}"
    return f"{value[:1]}{'*' * max(len(value) - 2, 1)}{value[-1:]}"


def masked_phone(value: str) -> str:
    """138****5678."""
    if not value:
        return UNKNOWN
    if len(value) == _MOBILE_LENGTH:
        return f"{value[:3]}****{value[-4:]}"
    return value


def masked_name(value: str) -> str:
    """张*; of a firm the beginning and the legal form stay readable."""
    return masking.masked_name(value) if value else UNKNOWN


def code(value: str) -> Markup:
    """A code grouped by fours for the eye; copied, it has no spaces (the gaps are margins)."""
    if not value:
        return Markup(escape(UNKNOWN))  # noqa: S704 - escaped
    parts = [value] if "-" in value else [value[i : i + 4] for i in range(0, len(value), 4)]
    inner = Markup().join(Markup("<span>{}</span>").format(part) for part in parts)
    return Markup('<span class="code">{}</span>').format(inner)


def size(value: int) -> str:
    """312 kB, 4.1 MB."""
    if value < _KILO:
        return f"{value} B"
    if value < _KILO * _KILO:
        return f"{value // _KILO} kB"
    return f"{value / _KILO / _KILO:.1f} MB"


def known(value: str) -> str:
    """未提供 for what is not known, not "-"."""
    return value or UNKNOWN
