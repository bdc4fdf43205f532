"""Case numbers (domain.md §8.3): the application's own, and each matter's 办件编号 derived from it.

One application has at most one matter of an item, so the application's daily serial makes the
matter's number unique as well: no second counter, and the number is the same however often it is
computed.
"""

import re
from datetime import date, datetime

from definitions.rules.calendar import local_day

DIVISION = "310117"
_NUMBER = re.compile(rf"SJ-YJS-{DIVISION}-([0-9]{{8}})-([0-9]{{6,}})")


def bundle_number(day: date, serial: int) -> str:
    """The application's number, which is also its workflow id."""
    return f"SJ-YJS-{DIVISION}-{day:%Y%m%d}-{serial:06d}"


def is_bundle_number(text: str) -> bool:
    """Whether this has the form of an application's number."""
    return _NUMBER.fullmatch(text) is not None


def matter_number(bundle: str, item: str) -> str:
    """办件编号.

    实施编码 (31) + yyyymmdd + serial, 43 signs up to the 9,999th application of a day.
    """
    found = _NUMBER.fullmatch(bundle)
    if found is None:
        return f"{item}-{bundle}"
    return f"{item}{found[1]}{int(found[2]):04d}"


def document_number(bundle: str, series: str, issued_at: datetime, *, before: int) -> str:
    """文号: the organ's series, the year of issue, and the application's own day and serial.

    Unique without a counter: the day and serial name the application, `before` counts its earlier
    documents of the series. Numbers of one series are therefore not consecutive.
    """
    found = _NUMBER.fullmatch(bundle)
    own = f"{found[1][2:]}{int(found[2]):06d}" if found else bundle
    more = f"-{before + 1}" if before else ""
    return f"{series}〔{local_day(issued_at).year}〕{own}{more}号"


def bundle_of_task(task: str) -> str:
    """The application a task's or document's id belongs to."""
    return task.partition(".")[0]
