"""The tabs of 督办: what each post may look at."""

from api.console.views.shared import (
    Breadcrumb,
    FieldControl,
    FieldView,
    Option,
    Tab,
)
from definitions.language.roles import Actor
from definitions.language.service import Department
from definitions.rules.permissions import Act, may

HERE = "/console/supervision"
ALERTS, TASKS, LIMITS = f"{HERE}/alerts", f"{HERE}/tasks", f"{HERE}/limits"
OFFICERS, OUTSIDE, DIGEST = f"{HERE}/officers", f"{HERE}/outside", f"{HERE}/digest"
# By the act that lets one look: everybody who works is told of what is his own.
_TABS = (
    ("概览", HERE, Act.ALLOW_SECOND_NOTICE),
    ("提醒", ALERTS, None),
    ("超期待办", TASKS, Act.ASSIGN),
    ("时限", LIMITS, Act.ALLOW_SECOND_NOTICE),
    ("等申请人", f"{HERE}/applicants", Act.ALLOW_SECOND_NOTICE),
    ("停表", f"{HERE}/suspended", Act.ALLOW_SECOND_NOTICE),
    ("承诺", f"{HERE}/promises", Act.ALLOW_SECOND_NOTICE),
    ("人员", OFFICERS, Act.ASSIGN),
    ("体外循环", OUTSIDE, Act.ASSIGN),
    ("每日摘要", DIGEST, Act.ASSIGN),
    ("信用", f"{HERE}/credits", Act.ALLOW_SECOND_NOTICE),
)


def home(actor: Actor) -> str:
    """Where 督办 begins for this person."""
    return HERE if may(actor, Act.ALLOW_SECOND_NOTICE) else TASKS


def crumbs(actor: Actor) -> tuple[Breadcrumb, ...]:
    """The way here."""
    return (Breadcrumb("督办", home(actor)),)


def tabs(here: str, actor: Actor) -> tuple[Tab, ...]:
    """Those this person may open; none where there is only one."""
    found = [(label, url) for label, url, act in _TABS if act is None or may(actor, act)]
    if len(found) == 1:
        return ()
    return tuple(Tab(label, url, current=url == here) for label, url in found)


def organs(every: tuple[Department, ...], chosen: str) -> FieldView:
    """Which department's."""
    return FieldView(
        "department",
        "机关",
        FieldControl.CHOICE,
        required=False,
        options=(
            Option("", "全部"),
            *(Option(each.code, each.name, chosen=each.code == chosen) for each in every),
        ),
    )
