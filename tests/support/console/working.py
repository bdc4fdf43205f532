"""Sample pages of how somebody works: settings, absences, a return with its reasons."""

from dataclasses import replace

from api.console.views.acts import ActPage, FaultField
from api.console.views.shared import (
    Breadcrumb,
    FieldControl,
    FieldView,
    Link,
    Option,
    Pair,
    StatusView,
    Tone,
)
from api.console.views.working import AbsenceRow, AbsencesPage, SettingsPage
from definitions.language.roles import Role
from tests.support.console import parts
from tests.support.console.parts import BUNDLE_URL, frame, on, submission
from tests.support.console.tasks import COLLEAGUES


def settings() -> SettingsPage:
    """Everything set."""
    fields = (
        FieldView("at_most", "手上最多几件", FieldControl.NUMBER, "20", max_length=3),
        FieldView("shift_from", "班次从", FieldControl.TIME, "09:00", required=False),
        FieldView("shift_until", "班次到", FieldControl.TIME, "17:00", required=False),
        FieldView(
            "skills",
            "熟悉的事项、待办",
            FieldControl.CHECKS,
            hint="“领取下一件”先分这些",
            required=False,
            options=(Option("1", "税务信息变更", chosen=True), Option("2", "税务注销")),
        ),
    )
    return SettingsPage(
        frame("设置", "/console/settings", role=Role.OFFICER),
        submission("/console/settings"),
        fields,
        (Pair("事项", "本部门全部事项"), Pair("密级", "一般")),
    )


def absences() -> AbsencesPage:
    """One runs, one is over."""
    rows = (
        AbsenceRow(
            "李国强",
            "王敏",
            on(23),
            on(27),
            "年休假",
            StatusView("代办中", "◐", Tone.INFO),
            submission("/console/absences/ab-1/end"),
        ),
        AbsenceRow(
            "赵一凡", "李国强", on(2), on(3), "出差", StatusView("已结束", "○", Tone.IDLE), None
        ),
    )
    fields = (
        FieldView("substitute", "由谁代办", FieldControl.CHOICE, options=COLLEAGUES[1:]),
        FieldView("since", "从哪天", FieldControl.DATE),
        FieldView("until", "到哪天（含当天）", FieldControl.DATE),
        FieldView("reason", "事由"),
    )
    return AbsencesPage(
        frame("请假、代办", "/console/absences", role=Role.OFFICER),
        rows,
        submission("/console/absences"),
        fields,
    )


def absences_empty() -> AbsencesPage:
    """Nobody is away."""
    return replace(absences(), rows=())


def task_return() -> ActPage:
    """退回 with two reasons, the second one not said in words yet."""

    def point(number: int, fault: str, error: str) -> FaultField:
        name = f"point.{number}"
        return FaultField(
            number,
            FieldView(
                f"{name}.fault",
                "哪类问题",
                FieldControl.LIST,
                options=(Option("mismatch", fault, chosen=True),),
            ),
            FieldView(
                f"{name}.place",
                "哪份材料、哪个字段",
                FieldControl.LIST,
                required=False,
                options=(Option("", "整件", chosen=True), Option("material:M1", "章程修正案")),
            ),
            FieldView(f"{name}.says", "说明", FieldControl.LONG_TEXT, error=error),
        )

    return ActPage(
        frame(
            "退回",
            "/console/tasks/T1/acts/return",
            role=Role.OFFICER,
            crumbs=(Breadcrumb("待办", "/console/inbox"),),
        ),
        bundle=Link(parts.NUMBER, BUNDLE_URL),
        matter=Link("税务信息变更 · 审查", "/console/tasks/T1"),
        applicant=parts.FIRM,
        effects=(Pair("退给谁", "退给综合窗口，完善后再送来"), Pair("时限", "照常计算")),
        basis=(),
        submission=submission("/console/tasks/T1/acts/return", 4),
        fields=(),
        upload=None,
        button="退回",
        danger=True,
        accept="",
        largest="",
        points=(point(1, "前后不一致", ""), point(2, "缺少内容", "第 2 项：请写明问题和怎样改")),
    )
