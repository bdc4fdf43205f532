"""Sample pages of the department's desk and of handing documents out."""

from dataclasses import replace

from api.console import deadlines, words
from api.console.views.desk import (
    BulkForm,
    BulkPage,
    BulkRow,
    DeliveryForm,
    DeliveryRow,
    DocumentsPage,
    InboxPage,
    SavedLink,
    SavedViews,
    TaskRow,
)
from api.console.views.shared import (
    DeadlineView,
    FieldControl,
    FieldView,
    Filters,
    Link,
    Option,
    Pager,
    StatusView,
    Tab,
    Tone,
)
from definitions.language.roles import Role
from tests.support.console import parts
from tests.support.console.bundles import SOON
from tests.support.console.parts import BUNDLE_URL, TODAY, at, choice, frame, on, submission, text
from tests.support.console.tasks import COLLEAGUES

_MARK = StatusView("督办：已经超期，已提醒部门负责人", "✕", Tone.BAD)
_LAMP = StatusView("红牌", "!", Tone.BAD)


def task_rows() -> tuple[TaskRow, ...]:
    """From overdue to not started; fourteen, so that density can be judged."""
    dues: tuple[DeadlineView, ...] = (
        deadlines.running(due_on=on(23), today=TODAY, left=-1),
        deadlines.running(due_on=on(24), today=TODAY, left=0, closes_at=at(24, 17)),
        deadlines.running(due_on=on(25), today=TODAY, left=1),
        SOON,
        deadlines.running(due_on=on(4, 12), today=TODAY, left=8),
        deadlines.running(due_on=on(4, 12), today=TODAY, left=8, provisional=True),
        deadlines.paused("检验，预计 10 个工作日"),
    ) * 2
    firms = (
        parts.FIRM,
        "上海泖田生态农业有限公司",
        parts.LONG_FIRM,
        "上海佘山文化传播有限公司",
        "上海九亭智能装备有限公司",
        "上海车墩影视科技有限公司",
        "上海小昆山物流有限公司",
    ) * 2
    return tuple(
        TaskRow(
            f"T{i}",
            f"/console/tasks/T{i}",
            "税务信息变更" if i % 3 else "税务注销",
            firm,
            f"SJ-YJS-310117-202611{10 + i}-00{i:04d}",
            "复核补件" if i % 4 == 2 else "审查",
            words.TASK["claimed" if i % 2 else "ready"],
            due,
            "李国强" if i % 2 else "",
            None if i % 2 else submission(f"/console/tasks/T{i}/claim", 3),
            mark=_MARK if i == 0 else None,
            lamp=_LAMP if i in {2, 9} else None,
            why="等申请人，到 11月26日：补交布局图" if i == 6 else "",
            looking="王敏 正在查看" if i == 3 else "",
        )
        for i, (due, firm) in enumerate(zip(dues, firms, strict=True))
    )


def inbox() -> InboxPage:
    """A full morning."""
    filters = Filters(
        "/console/inbox",
        (
            choice(
                "due",
                "时限",
                (
                    Option("", "全部", chosen=True),
                    Option("overdue", "超期"),
                    Option("today", "今天到期"),
                ),
            ),
            choice(
                "matter", "事项", (Option("", "全部"), Option("TAX", "税务信息变更", chosen=True))
            ),
        ),
        (Link("税务信息变更", "/console/inbox"),),
    )
    tabs = (
        Tab("我的", "/console/inbox", current=True, count=12),
        Tab("可领取", "/console/inbox?view=ready", count=38),
        Tab("超期", "/console/inbox?view=overdue", count=2),
    )
    name = FieldView("name", "名称", max_length=30)
    links = (
        SavedLink(
            "今天到期", "/console/inbox?due=today", submission("/console/inbox/views/1/remove")
        ),
    )
    bulk = BulkForm(
        submission("/console/bulk"),
        (Option("begin", "开始办理"), Option("release", "放回待领")),
        FieldView("to", "交给", FieldControl.LIST, required=False, options=COLLEAGUES),
    )
    return InboxPage(
        frame("待办", "/console/inbox", role=Role.OFFICER, live="inbox"),
        tabs,
        filters,
        SavedViews(links, submission("/console/inbox/views"), "item=TAX", name),
        submission("/console/inbox/pull"),
        (),
        task_rows(),
        bulk,
        Pager("", "/console/inbox?after=T13"),
        "",
    )


def inbox_of_one_item() -> InboxPage:
    """Narrowed to one item, with its columns; forty rows, as a full page has."""
    page = inbox()
    cells = ("上海云间味道餐饮管理有限公司", "人民北路 100 号")
    rows = tuple(
        replace(row, id=f"{row.id}-{n}", cells=cells) for n in range(3) for row in page.rows
    )
    return replace(page, columns=("新名称", "新住所"), rows=rows[:40])


def bulk_result() -> BulkPage:
    """Two of three were taken; the third somebody else was quicker to take."""
    done = StatusView("已领取", "✓", Tone.OK)
    failed = StatusView("没有办成", "✕", Tone.BAD)
    rows = (
        BulkRow(f"税务信息变更 · {parts.FIRM}", "/console/tasks/T1", done, ""),
        BulkRow("税务注销 · 上海泖田生态农业有限公司", "/console/tasks/T2", done, ""),
        BulkRow(
            f"税务信息变更 · {parts.LONG_FIRM}",
            "/console/tasks/T3",
            failed,
            "这项待办已由他人领取",
        ),
    )
    return BulkPage(
        frame("成批领取的结果", "/console/bulk", role=Role.OFFICER, nav="/console/inbox"),
        2,
        rows,
        Link("回到待办", "/console/inbox?view=ready"),
    )


def inbox_empty() -> InboxPage:
    """Nothing to do, and where there is."""
    page = inbox()
    return replace(
        page,
        rows=(),
        bulk=None,
        saved=None,
        pager=Pager(),
        empty="没有待办。可领取 38 件，在“可领取”中。",
    )


def handing_out() -> DocumentsPage:
    """Three documents, one chosen."""
    rows = tuple(
        DeliveryRow(
            title,
            number,
            firm,
            Link(parts.NUMBER, BUNDLE_URL),
            on(23),
            f"/console/documents?document=D{i}",
            selected=i == 0,
        )
        for i, (title, number, firm) in enumerate(
            (
                ("营业执照", parts.USCC, parts.FIRM),
                ("食品经营许可证", "JY23101170041297", parts.LONG_FIRM),
                (
                    "准予注销登记通知书",
                    "（松）登记注准〔2026〕第 88 号",
                    "上海泖田生态农业有限公司",
                ),
            )
        )
    )
    selected = DeliveryForm(
        "营业执照正、副本",
        parts.FIRM,
        "/api/v1/documents/2",
        submission("/console/documents/D0/deliver", 2),
        (
            choice(
                "way",
                "送达方式",
                (
                    Option("counter", "窗口领取", chosen=True),
                    Option("post", "邮寄"),
                    Option("electronic", "电子送达", unavailable="申请人没有同意电子送达"),
                ),
            ),
            text("recipient", "领取人", "陆一鸣"),
            text("recipient_id", "领取人身份证后四位", hint="核对身份证原件"),
        ),
    )
    return DocumentsPage(
        frame("发证", "/console/documents"),
        Filters("/console/documents", (text("q", "申请人或文号"),)),
        rows,
        Pager(),
        selected,
    )


def handing_out_empty() -> DocumentsPage:
    """Nothing lies ready."""
    return replace(handing_out(), rows=(), selected=None)
