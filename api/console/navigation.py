"""The side navigation of each role (ui.md §3). Only places that exist are named."""

from collections.abc import Mapping
from types import MappingProxyType

from api.console.views.shared import NavItem
from definitions.language.roles import Role

_INTAKE = (("受理", "/console/"), ("草稿", "/console/drafts"))
_AHEAD = (("一键预查", "/console/precheck"),)
_CHECKUP = (("政策体检", "/console/checkup"),)
_AFTER_INTAKE = (
    ("待补材料", "/console/search?state=pending"),
    ("待办", "/console/inbox"),
    ("发证", "/console/documents"),
)
_DESK = (("待办", "/console/inbox"), ("已办", "/console/inbox?view=done"))
_ASKED = (("我方请求", "/console/inbox?view=asked"),)
_SEARCH = (("查询", "/console/search"),)
_BENEFITS = (("免申即享", "/console/benefits"),)
_OWN = (("设置", "/console/settings"),)
_RULES = ("事项", "/console/definitions")
_POLICIES = ("政策", "/console/policies")
_FACTS = ("数据", "/console/facts")
_TOLD = (("提醒", "/console/supervision/alerts"),)
_WATCH = (("督办", "/console/supervision"), *_TOLD, ("时限", "/console/supervision/limits"))

_PLACES: Mapping[Role, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        Role.WINDOW_CLERK: (*_INTAKE, *_AHEAD, *_CHECKUP, *_AFTER_INTAKE, *_SEARCH, *_OWN),
        Role.VIRTUAL_WINDOW_AGENT: (*_INTAKE, *_AHEAD),
        Role.OFFICER: (*_DESK, *_ASKED, *_TOLD, *_BENEFITS, *_SEARCH, *_OWN),
        Role.APPROVER: (
            *(*_DESK, *_ASKED, *_TOLD),
            ("督办", "/console/supervision/tasks"),
            *(*_BENEFITS, *_SEARCH, *_OWN),
        ),
        Role.SUPERVISOR: (*_WATCH, *_BENEFITS, *_SEARCH),
        Role.POLICY_OFFICER: (_RULES, _POLICIES, _FACTS, *_BENEFITS, *_SEARCH),
        Role.ADMINISTRATOR: (
            *_SEARCH,
            _RULES,
            _POLICIES,
            _FACTS,
            *_BENEFITS,
            ("日历", "/console/calendars"),
            ("对接", "/console/connections"),
        ),
    },
)


def navigation(role: Role, here: str, counts: Mapping[str, int]) -> tuple[NavItem, ...]:
    """`counts` maps an address to the work waiting there; `here` is the address of this page."""
    return tuple(
        NavItem(label=label, url=url, current=url == here, count=counts.get(url, 0))
        for label, url in _PLACES.get(role, ())
    )
