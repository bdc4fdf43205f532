"""Sample pages of supervision, and of limits with their working."""

from dataclasses import replace
from datetime import date

from api.console import deadlines, words
from api.console.views.clocks import ClockSheet, ClocksPage, DayLine, PublicClocksPage
from api.console.views.shared import (
    Breadcrumb,
    DeadlineView,
    ErrorView,
    Filters,
    Frame,
    Link,
    Option,
    Pager,
    Pair,
    Tab,
)
from api.console.views.supervision import (
    Count,
    CreditRow,
    CreditsPage,
    DepartmentRow,
    SupervisionPage,
    WatchedRow,
    WatchPage,
)
from definitions.language.roles import Role
from definitions.rules.calendar import SATURDAY
from tests.support.console import bundles, parts
from tests.support.console.parts import at, choice, on, submission

HERE = "/console/supervision"
TABS = (Tab("概览", HERE, current=True), Tab("时限", f"{HERE}/limits"))


def _frame(title: str, here: str = HERE, *errors: ErrorView) -> Frame:
    plain = parts.frame(title, here, role=Role.SUPERVISOR, crumbs=(Breadcrumb("督办", HERE),))
    return Frame(title, plain.now_at, here, viewer=plain.viewer, crumbs=plain.crumbs, errors=errors)


def _lines(first: date, last: date) -> list[DayLine]:
    """The days from one to the other, weekends left out of the count."""
    found: list[DayLine] = []
    nth = 0
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        counts = day.weekday() < SATURDAY and day > first
        nth += counts
        kind = "工作日" if day.weekday() < SATURDAY else "周末"
        note = "" if counts else "起算当日，不计" if day == first else "不计"
        found.append(DayLine(day, kind, nth if counts else None, note))
    return found


def _sheet() -> ClockSheet:
    lines = _lines(on(19), on(27))
    last = replace(lines[-1], note="到期日，24:00 止，窗口 17:00 止", last=True)
    return ClockSheet(
        "承诺办结时限",
        "税务信息变更",
        bundles.SOON,
        (
            Pair("依据", "《优化营商环境条例》第三十六条第二款"),
            Pair("期限", "6 个工作日"),
            Pair("起算", "2026-11-19 受理，当日不计"),
            Pair("到期日", "2026-11-27（周五）"),
        ),
        (*lines[:-1], last),
    )


def clocks() -> ClocksPage:
    """One limit of one matter."""
    bundle, matter = Link(parts.NUMBER, parts.BUNDLE_URL), Link("税务信息变更", parts.BUNDLE_URL)
    return ClocksPage(
        parts.frame("税务信息变更：时限怎样算"), bundle, matter, "区税务局", (_sheet(),)
    )


def public_clocks() -> PublicClocksPage:
    """The applicant's."""
    frame = Frame("期限是怎样算的", parts.NOW, "/progress")
    return PublicClocksPage(frame, parts.NUMBER, "/progress", (_sheet(), _sheet()))


def supervision() -> SupervisionPage:
    """Two departments; zeros open nothing."""
    heads = ("在办", "超期", "今天到期", "1–3 日", "4–10 日", "停表")
    rows = (("区税务局", (41, 1, 2, 9, 20, 3)), ("区市场监管局", (63, 0, 0, 4, 31, 0)))
    return SupervisionPage(
        _frame("督办"),
        TABS,
        tuple(Count(head, n, f"{HERE}/limits") for n, head in enumerate(heads)),
        heads,
        tuple(
            DepartmentRow(
                name, tuple(Count(h, n, f"{HERE}/limits") for h, n in zip(heads, ns, strict=True))
            )
            for name, ns in rows
        ),
    )


def _row(matter: str, deadline: DeadlineView, **more: object) -> WatchedRow:
    given = {
        "url": parts.BUNDLE_URL,
        "matter": matter,
        "applicant": parts.LONG_FIRM,
        "number": parts.NUMBER,
        "organ": "区税务局",
        "status": words.MATTER["reviewing"],
        "deadline": deadline,
        "limit": "承诺办结时限 5 个工作日",
        "stuck": "审查，李国强",
        "since": on(20),
        "notes": (),
        "acts": (),
        **more,
    }
    return WatchedRow(**given)  # type: ignore[arg-type]


WATCH = WatchPage(
    _frame("时限", f"{HERE}/limits"),
    TABS,
    Filters(
        f"{HERE}/limits",
        (choice("department", "机关", (Option("", "全部"), Option("tax", "区税务局"))),),
        (Link("区税务局", f"{HERE}/limits"),),
    ),
    "机关应当守的时限，最急的在前。",
    (
        _row("税务信息变更", deadlines.running(due_on=on(23), today=parts.TODAY, left=-1)),
        _row(
            "食品经营许可",
            bundles.SOON,
            stuck="等申请人",
            since=None,
            notes=("检验，11月20日开始，告知 10 个工作日",),
            acts=(Link("批准再次补正告知", "/console/x"), Link("展期", "/console/y")),
        ),
    ),
    Pager("", f"{HERE}/limits?after=x"),
    "没有超期的事项。",
)
"""One late with an officer, one waiting for the applicant."""


def credit_records() -> CreditsPage:
    """One to be repaired, whose reason was missing; one that was."""
    message = "请写明修复的理由"
    rows = [
        CreditRow(
            id=f"c{n}",
            firm=parts.FIRM,
            uscc=parts.USCC,
            bundle=Link(parts.NUMBER, parts.BUNDLE_URL),
            matter="户外招牌设置",
            organ="区绿化市容局",
            mode="告知承诺",
            grade=words.CREDIT["public_record"],
            recorded_at=at(20, 9, 0),
            repaired=repaired,
            repair=None if repaired else submission(f"{HERE}/credits/x/SIGN/repair"),
            error="" if repaired else message,
        )
        for n, repaired in enumerate(("", "11月23日 周建平 修复：已经整改"))
    ]
    frame = _frame("信用", f"{HERE}/credits", ErrorView("reason-c0", message))
    return CreditsPage(frame, TABS, tuple(rows), Pager())
