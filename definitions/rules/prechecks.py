"""Pre-check (智能预审): what the rules find in an application before anybody looks at it."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal

from definitions.language.base import Basis, Value
from definitions.language.checks import (
    Age,
    Amount,
    Apart,
    Coded,
    Day,
    Interval,
    Phrases,
    Precheck,
    Same,
    ScopePhrase,
    Severity,
    Share,
    Wording,
)
from definitions.language.limits import Unit
from definitions.language.service import ServiceDefinition
from definitions.rules.calendar import BeyondCalendar, Calendar, working_days_between
from definitions.rules.codes import person_id_fault, uscc_fault
from definitions.rules.conditions import Fact, Facts, holds
from definitions.rules.scopes import found

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY_IN_WORDS = re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日")
_BETWEEN_NAMES = re.compile(r"[、，,；;。/\s]+")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
# What a test comes to: None rests; else whether it is kept, and what people should see of it.
Kept = tuple[bool, tuple[str, ...]] | None


class Finding(Value):
    """One thing found: by which rule, how grave, where (a fact or a material), and what to do.

    `details` is what was found there: the days counted, the phrases meant.
    """

    rule: str
    severity: Severity
    at: str
    says: str
    remedy: str
    details: tuple[str, ...] = ()
    basis: Basis | None = None

    @property
    def pointer(self) -> str:
        """The place as a JSON pointer into an application."""
        kind, dot, name = self.at.partition(".")
        match kind:
            case _ if not dot:
                return f"/materials/{self.at}"
            case "answer":
                return f"/answers/{name}"
            case "firm":
                return f"/firm/{name}"
            case _:
                return f"/form/{name}"


class _Known(Value):
    """What the tests may look at besides the rule itself."""

    facts: Mapping[str, Fact]
    on: date
    calendar: Calendar | None
    phrases: tuple[ScopePhrase, ...]


def precheck(
    definition: ServiceDefinition,
    facts: Facts,
    *,
    on: date,
    calendar: Calendar | None = None,
    phrases: tuple[ScopePhrase, ...] = (),
) -> tuple[Finding, ...]:
    """Every finding, in the order of the rules. What is not known finds nothing.

    Rules in working days rest without a calendar, those over a business scope without phrases.
    """
    return examined(definition.checks, facts, on=on, calendar=calendar, phrases=phrases)


def examined(
    checks: Iterable[Precheck],
    facts: Facts,
    *,
    on: date,
    calendar: Calendar | None = None,
    phrases: tuple[ScopePhrase, ...] = (),
) -> tuple[Finding, ...]:
    """As `precheck`, by these rules."""
    known = _Known.model_construct(facts=facts, on=on, calendar=calendar, phrases=phrases)
    return tuple(
        Finding(
            rule=check.id,
            severity=check.severity,
            at=check.at,
            says=check.says,
            remedy=check.remedy,
            details=kept[1],
            basis=check.basis,
        )
        for check in checks
        if holds(check.when, facts) is True and _given(check, known)
        if (kept := _judged(check, known)) is not None and not kept[0]
    )


def _given(check: Precheck, known: _Known) -> bool:
    kept = (True, ()) if check.given is None else _interval(check.given, known)
    return kept is not None and kept[0]


def _judged(check: Precheck, known: _Known) -> Kept:
    if check.holds is not None:
        truth = holds(check.holds, known.facts)
        return None if truth is None else (truth, ())
    for name, judge in _JUDGES.items():
        test = getattr(check, name)
        if test is not None:
            return judge(test, known)
    return None


def _interval(test: Interval, known: _Known) -> Kept:
    since, until = _day(test.since, known), _day(test.until, known)
    if since is None or until is None:
        return None
    if test.at_most_years is not None and until > _years_after(since, test.at_most_years):
        return False, (f"{since} 至 {until}",)
    days = _days(since, until, test.unit, known.calendar)
    if days is None:
        return None
    fits = (test.at_least is None or days >= test.at_least) and (
        test.at_most is None or days <= test.at_most
    )
    unit = "个工作日" if test.unit is Unit.WORKING_DAY else "日"
    return fits, (f"{since} 至 {until}，{days} {unit}",)


def _days(since: date, until: date, unit: Unit, calendar: Calendar | None) -> int | None:
    if unit is Unit.CALENDAR_DAY:
        return (until - since).days
    with suppress(BeyondCalendar):
        return None if calendar is None else working_days_between(since, until, calendar)
    return None


def _years_after(day: date, years: int) -> date:
    year = day.year + years
    if year > date.max.year:
        return date.max
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def _share(test: Share, known: _Known) -> Kept:
    part, whole = _number(test.part, known), _number(test.whole, known)
    if part is None or whole is None or whole <= 0:
        return None
    has, wants = part * test.denominator, whole * test.numerator
    return (has > wants if test.strictly else has >= wants), (f"{part}／{whole}",)


def _same(test: Same, known: _Known) -> Kept:
    said = [known.facts.get(name) for name in test.facts]
    if any(each is None or isinstance(each, tuple) for each in said):
        return None
    different = {_plain(str(each)) for each in said}
    return (len(different) == (len(said) if test.differ else 1)), ()


def _apart(test: Apart, known: _Known) -> Kept:
    said = [known.facts.get(name) for name in test.facts]
    texts = [each for each in said if isinstance(each, str)]
    if len(texts) < len(said):
        return None
    names = [set(_BETWEEN_NAMES.split(text)) - {""} for text in texts]
    every = [name for each in names for name in each]
    shared = sorted({name for name in every if every.count(name) > 1})
    return not shared, tuple(shared)


def _amount(test: Amount, known: _Known) -> Kept:
    number = _number(test.fact, known)
    than = _number(test.than, known) if isinstance(test.than, str) else test.than
    if number is None or than is None:
        return None
    return {
        "more": number > than,
        "less": number < than,
        "at_least": number >= than,
        "at_most": number <= than,
        "equal": number == than,
    }[test.comparison], (f"{number}，对照 {than}",)


def _wording(test: Wording, known: _Known) -> Kept:
    said = known.facts.get(test.fact)
    if not isinstance(said, str):
        return None
    text = _plain(said)
    missing = [word for word in test.contains if _plain(word) not in text]
    there = [word for word in test.lacks if _plain(word) in text]
    ends = not test.ends or text.endswith(tuple(_plain(end) for end in test.ends))
    left = text
    for word in test.without:
        left = left.replace(_plain(word), "", 1)
    fits = not missing and not there and ends
    return fits and len(left) >= test.leaves, tuple(there)


def _phrases(test: Phrases, known: _Known) -> Kept:
    said = known.facts.get(test.fact)
    if not isinstance(said, str):
        return None
    besides = known.facts.get(test.besides) if test.besides else ""
    if not isinstance(besides, str):
        return None
    named = found(said, test.none_of, known.phrases, besides=besides)
    return None if named is None else (not named, named)


def _coded(test: Coded, known: _Known) -> Kept:
    said = known.facts.get(test.fact)
    if not isinstance(said, str):
        return None
    fault = uscc_fault(said) if test.code == "uscc" else person_id_fault(said)
    return fault is None, (fault,) if fault else ()


def _age(test: Age, known: _Known) -> Kept:
    said = known.facts.get(test.fact)
    if not isinstance(said, str) or person_id_fault(said) is not None:
        return None
    born = date(int(said[6:10]), int(said[10:12]), int(said[12:14]))
    had_birthday = (known.on.month, known.on.day) >= (born.month, born.day)
    age = known.on.year - born.year - (not had_birthday)
    return age >= test.at_least, (f"{age} 周岁",)


_JUDGES: Mapping[str, Callable[..., Kept]] = {
    "interval": _interval,
    "share": _share,
    "same": _same,
    "apart": _apart,
    "amount": _amount,
    "wording": _wording,
    "phrases": _phrases,
    "coded": _coded,
    "age": _age,
}


def _day(said: Day, known: _Known) -> date | None:
    if isinstance(said, date):
        return said
    if said == "today":
        return known.on
    written = known.facts.get(said)
    if not isinstance(written, str):
        return None
    parts = written.split("-") if _DAY.fullmatch(written) else None
    in_words = _DAY_IN_WORDS.findall(written)
    if parts is None and in_words:
        parts = list(in_words[-1])
    try:
        return date(*(int(part) for part in parts)) if parts else None
    except ValueError:
        return None


def _number(name: str, known: _Known) -> Decimal | None:
    said = known.facts.get(name)
    if isinstance(said, str):
        said = said.replace(",", "")
        return Decimal(said) if _NUMBER.fullmatch(said) else None
    return Decimal(said) if isinstance(said, int) and not isinstance(said, bool) else None


def _plain(text: str) -> str:
    """As people read it: spaces and full-width forms make no difference."""
    return "".join(unicodedata.normalize("NFKC", text).split())
