"""Sample pages of supervision, and of limits with their working."""

from dataclasses import replace
from datetime import date

from api.console import deadlines, words
from api.console.views.clocks import ClockSheet, ClocksPage, DayLine, PublicClocksPage
from api.console.views.shared import (
    Breadcrumb,
    DeadlineView,
    ErrorView,
    FieldControl,
    FieldView,
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
    DigestPage,
    DigestRow,
    DigestSection,
    LeadRow,
    OfficerRow,
    OfficersPage,
    OutsidePage,
    OutsideRow,
    SupervisionPage,
    TaskActPage,
    TaskWatchPage,
    TaskWatchRow,
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


def _task(name: str, **more: object) -> TaskWatchRow:
    given = {
        "url": "/console/tasks/x",
        "task": name,
        "matter": "税务信息变更",
        "applicant": parts.FIRM,
        "number": parts.NUMBER,
        "organ": "区税务局",
        "status": words.TASK["claimed"],
        "holder": "李国强",
        "since": at(16, 9, 5),
        "deadline": deadlines.running(due_on=on(23), today=parts.TODAY, left=-1),
        "limit": "承诺办结时限 5 个工作日",
        "notes": (),
        "told": "今天 09:00 已提醒部门负责人（第 3 次）",
        "acts": (Link("催办", "/console/x"), Link("改派", "/console/y")),
        **more,
    }
    return TaskWatchRow(**given)  # type: ignore[arg-type]


TASKS = TaskWatchPage(
    _frame("超期待办", f"{HERE}/tasks"),
    TABS,
    Filters(
        f"{HERE}/tasks",
        (choice("level", "提醒", (Option("0", "全部"), Option("1", "已提醒"))),),
    ),
    "已经超过期限、还没有办的待办，超期最久的在前。",
    (
        _task(
            "审查",
            notes=(
                "等其他部门（11月20日起，预计到11月25日）：等绿化市容局意见",
                "征求意见：区绿化市容局还没有答复，11月23日到期，已超期",
                "11月23日 16:20 周建平 催办：请今天答复",
            ),
            status=words.TASK["waiting"],
        ),
        _task("核查", holder="无人领取", status=words.TASK["ready"], told="", acts=()),
    ),
    Pager("", f"{HERE}/tasks?after=x"),
    "没有超期的待办。",
)
"""One that waits for others and was urged, one that nobody has taken."""


def task_act() -> TaskActPage:
    """改派, without a reason."""
    message = "请写明改派的理由"
    return TaskActPage(
        _frame("改派", f"{HERE}/tasks", ErrorView("reasons", message)),
        Link("审查 · 税务信息变更", parts.BUNDLE_URL),
        parts.FIRM,
        (Pair("在谁手上", "区税务局，李国强"), Pair("时限", "承诺办结时限 5 个工作日")),
        ("等其他部门（11月20日起）：等绿化市容局意见",),
        submission(f"{HERE}/tasks/x/assign"),
        (
            choice("to", "改派给", (Option("a", "王敏（经办人）"), Option("b", "赵强（审批人）"))),
            FieldView("reasons", "理由", FieldControl.LONG_TEXT, error=message, max_length=500),
        ),
        "提交改派",
    )


def officers() -> OfficersPage:
    """Two officers."""
    heads = ("在办", "超期", "等待", "本周办结")
    rows = (("李国强", (12, 1, 2, 9)), ("王敏", (0, 0, 0, 0)))
    return OfficersPage(
        _frame("人员", f"{HERE}/officers"),
        TABS,
        Filters(f"{HERE}/officers", ()),
        heads,
        tuple(
            OfficerRow(
                "区税务局",
                name,
                "经办人",
                tuple(Count(head, n, "") for head, n in zip(heads, ns, strict=True)),
            )
            for name, ns in rows
        ),
        Pager("", f"{HERE}/officers?after=x"),
    )


def outside() -> OutsidePage:
    """A department with one conspicuous officer, and a lead of each kind."""
    heads = ("办结", "受理即办结", "非办公时间", "成批办结")

    def row(organ: str, name: str) -> OutsideRow:
        return OutsideRow(
            organ,
            name,
            tuple(
                Count(head, n, f"{HERE}/outside?sign=x" if n else "")
                for head, n in zip(heads, (120, 2, 1, 0), strict=True)
            ),
        )

    def lead(sign: str, says: str, matter: Link | None) -> LeadRow:
        firm = parts.LONG_FIRM if matter else ""
        return LeadRow(at(23, 22, 41), "区税务局", "李国强", sign, says, matter, firm)

    link = Link("决定 · 税务信息变更", parts.BUNDLE_URL)
    return OutsidePage(
        _frame("体外循环线索", f"{HERE}/outside"),
        TABS,
        "仅为线索，须由督办人员核实；不作为认定体外办理的依据。",
        ("受理即办结：受理后 10 分钟以内作出决定", "非办公时间：休息日"),
        Filters(f"{HERE}/outside", (), (Link("李国强", f"{HERE}/outside"),)),
        heads,
        (row("区税务局", ""), row("", "李国强")),
        (
            lead("受理即办结", "受理后 3 分钟作出决定", link),
            lead("成批办结", "22:31–22:41 办结 24 件", None),
        ),
        Pager("", f"{HERE}/outside?after=x"),
    )


def digest() -> DigestPage:
    """A morning with something in it."""
    row = DigestRow(
        "/console/x",
        "审查 · 税务信息变更",
        parts.NUMBER,
        "区税务局",
        "李国强",
        "2026-11-23",
        "等其他部门（11月20日起）；提醒过 3 次",
    )
    return DigestPage(
        _frame("每日督办摘要", f"{HERE}/digest"),
        TABS,
        Filters(f"{HERE}/digest", ()),
        "全部部门",
        on(24),
        at(24, 8, 30),
        (Pair("超期", "21 件"), Pair("今天到期", "0 件"), Pair("提醒", "承办人 1 · 督办 0")),
        (
            DigestSection("超期", 21, (row,) * 20, "没有超期的待办。"),
            DigestSection("今天到期", 0, (), "今天没有到期的待办。"),
        ),
        "",
    )


def digest_missing() -> DigestPage:
    """None of that day."""
    return replace(
        digest(), day=None, made_at=None, figures=(), sections=(), missing="没有做成摘要：休息日。"
    )
