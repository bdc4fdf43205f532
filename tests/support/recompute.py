"""Recompute limits from the page that shows them: standard library only, nothing of the engine.

`python recompute.py page.html` reads each limit's facts (start, length, what was not counted, what
was added) and, of each day, only whether the calendar rests; it counts again by itself, as a clerk
with a pencil would, and says where it comes to something else than the page.
"""

import re
import sys
from dataclasses import dataclass, field
from datetime import date, timedelta
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

DAY = timedelta(days=1)
DATE = re.compile(r"\d{4}-\d\d-\d\d")
WORKED = {"工作日", "调休上班"}
STOPPED, UNDECIDED = "计时已停", "未定"
SATURDAY = 5


@dataclass
class Sheet:
    """What the page says of one limit."""

    name: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)

    def all(self, label: str) -> list[str]:
        """Every fact of that label."""
        return [value for name, value in self.facts if name == label]

    def one(self, label: str) -> str:
        """The fact of that label."""
        return next(iter(self.all(label)), "")


@dataclass
class Verdict:
    """What the page said, what was reckoned, and every disagreement."""

    name: str
    said: str
    reckoned: str
    faults: list[str]

    @property
    def agrees(self) -> bool:
        """Whether nothing was found."""
        return not self.faults


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[Sheet] = []
        self._text = ""
        self._label = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "section" and dict(attrs).get("class") == "clock":
            self.sheets.append(Sheet())
        elif tag == "tr" and self.sheets:
            self.sheets[-1].rows.append([])
        if tag in {"h2", "dt", "dd", "td"}:
            self._text = ""

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if not self.sheets:
            return
        sheet, said = self.sheets[-1], self._text.strip()
        if tag == "h2":
            sheet.name = said
        elif tag == "dt":
            self._label = said
        elif tag == "dd":
            sheet.facts.append((self._label, said))
        elif tag == "td":
            sheet.rows[-1].append(said)


def check(html: str) -> list[Verdict]:
    """A verdict for each limit of the page."""
    reader = _Reader()
    reader.feed(html)
    return [_verdict(sheet) for sheet in reader.sheets]


def _verdict(sheet: Sheet) -> Verdict:
    rows = [row for row in sheet.rows if row]
    faults = list(_odd(rows))
    rests = {_date(row[0]): row[1] not in WORKED for row in rows}
    counted: dict[date, int] = {}
    reckoned = _reckon(sheet, rests, counted)
    ends = {STOPPED: max(rests) - DAY, UNDECIDED: max(rests)}.get(reckoned)
    until = ends or date.fromisoformat(reckoned)
    faults += _paused_wrongly(sheet, {day: rest for day, rest in rests.items() if day <= until})
    told = [_date(each) for each in sheet.all("已告知")]
    if told and DATE.match(reckoned):
        reckoned = max(reckoned, told[0].isoformat())
    said = sheet.one("到期日")
    if not said.startswith(reckoned):
        faults.append(f"到期日：页面写 {said}，复算为 {reckoned}")
    for row in rows:
        day, nth = _date(row[0]), re.search(r"\d+", row[2])
        if nth is not None and counted.get(day) != int(nth[0]):
            faults.append(f"{day}：页面写第 {nth[0]} 日，复算为 {counted.get(day, '不计')}")
        elif nth is None and counted.get(day):
            faults.append(f"{day}：页面不计，复算为第 {counted[day]} 日")
    if DATE.match(reckoned) and rows and _date(rows[-1][0]).isoformat() != reckoned:
        faults.append(f"末行是 {rows[-1][0]}，复算到 {reckoned}")
    return Verdict(sheet.name, said, reckoned, faults)


def _reckon(sheet: Sheet, rests: dict[date, bool], counted: dict[date, int]) -> str:
    start = _date(sheet.one("起算"))
    total = sum(_number(each) for each in (sheet.one("期限"), *sheet.all("延长")))
    working = "工作日" in sheet.one("期限")
    pauses = [_pause(said) for said in sheet.all("暂停")]
    day, found = start, 0
    if total == 0:
        counted[start] = 0
    while found < total:
        day += DAY
        if day not in rests:
            return UNDECIDED
        if any(until is None and day > since for since, until in pauses):
            return STOPPED
        paused = any(until is not None and since < day <= until for since, until in pauses)
        if working and (rests[day] or paused):
            continue
        found += 1
        counted[day] = found
    if not working and "不顺延" not in sheet.one("期限"):
        while rests.get(day, False):
            day += DAY
            if day not in rests:
                return UNDECIDED
    return day.isoformat()


def _odd(rows: list[list[str]]) -> list[str]:
    """Days that cannot be what the page calls them, and days left out."""
    found = []
    days = [_date(row[0]) for row in rows]
    for before, after in pairwise(days):
        if after - before != DAY and after != days[-1]:
            found.append(f"{before} 之后缺日")
    for day, row in zip(days, rows, strict=True):
        weekend = day.weekday() >= SATURDAY
        if row[0].split()[1] != "周" + "一二三四五六日"[day.weekday()]:
            found.append(f"{day} 不是 {row[0].split()[1]}")
        if (weekend and row[1] == "工作日") or (not weekend and row[1] in {"周末", "调休上班"}):
            found.append(f"{day} 不会是{row[1]}")
    return found


def _paused_wrongly(sheet: Sheet, rests: dict[date, bool]) -> list[str]:
    found = []
    for said in sheet.all("暂停"):
        since, until = _pause(said)
        if until is None:
            continue
        days = sum(not rest and since < day <= until for day, rest in rests.items())
        told = re.search(r"其间 (\d+) 个", said)
        if told is None or int(told[1]) != days:
            found.append(f"暂停：页面写“{said}”，复算为 {days} 个工作日")
    return found


def _pause(said: str) -> tuple[date, date | None]:
    days = [date.fromisoformat(each) for each in DATE.findall(said)]
    return days[0], days[1] if len(days) > 1 else None


def _date(said: str) -> date:
    found = DATE.search(said)
    if found is None:
        message = f"没有日期：{said}"
        raise ValueError(message)
    return date.fromisoformat(found[0])


def _number(said: str) -> int:
    found = re.match(r"(\d+) 个", said)
    if found is None:
        message = f"没有日数：{said}"
        raise ValueError(message)
    return int(found[1])


def main() -> int:
    """Check the pages named on the command line."""
    verdicts = [v for name in sys.argv[1:] for v in check(Path(name).read_text(encoding="utf-8"))]
    for verdict in verdicts:
        found = "一致" if verdict.agrees else "；".join(verdict.faults)
        sys.stdout.write(f"{verdict.name}：{verdict.reckoned} {found}\n")
    return 0 if verdicts and all(verdict.agrees for verdict in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
