"""Building blocks of the sample pages: people, frames, fields, moments.

The case: on Tuesday 2026-11-24 a catering firm in Songjiang changes its name and its address.
"""

from datetime import UTC, date, datetime

from api.console import words
from api.console.navigation import navigation
from api.console.views.shared import (
    BasisView,
    Breadcrumb,
    FieldControl,
    FieldView,
    Frame,
    Live,
    Option,
    Submission,
    Viewer,
)
from definitions.language.roles import Role
from definitions.rules.calendar import SHANGHAI

FIRM = "上海云间味道餐饮管理有限公司"


LONG_FIRM = "上海长三角一体化绿色科技示范创新（松江）生物医药供应链管理服务有限责任公司"


USCC = "91310117MA1J4K7T4L"


NUMBER = "SJ-YJS-310117-20261119-000123"


SERVICE = "企业信息变更"


KEY = "01JDC3Z6V4S8W2Q7N9T5M1K0XB"


TODAY = date(2026, 11, 24)


BUNDLE_URL = f"/console/bundles/{NUMBER}"


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A moment in Shanghai, as the view models hold it: aware, UTC."""
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


NOW = at(24, 14, 20)


def on(day: int, month: int = 11) -> date:
    """A day of the sample year."""
    return date(2026, month, day)


def viewer(role: Role = Role.WINDOW_CLERK, here: str = "/console/") -> Viewer:
    """A person of that role with some work waiting."""
    clerk = role in {Role.WINDOW_CLERK, Role.VIRTUAL_WINDOW_AGENT}
    return Viewer(
        name="王晓燕" if clerk else "李国强",
        role=words.ROLE[role],
        department="松江区政务服务中心" if clerk else "松江区税务局",
        window="综合窗口 12 号" if clerk else "",
        nav=navigation(role, here, {"/console/inbox": 12, "/console/documents": 3}),
    )


def frame(
    title: str,
    here: str = "/console/",
    *,
    role: Role = Role.WINDOW_CLERK,
    nav: str = "",
    crumbs: tuple[Breadcrumb, ...] = (),
    live: str = "",
) -> Frame:
    """A frame around a page for a signed-in person."""
    return Frame(
        title=title,
        now_at=NOW,
        here=here,
        viewer=viewer(role, nav or here),
        crumbs=crumbs,
        live=Live("/api/v1/events", live) if live else None,
    )


def submission(action: str, version: int | None = None) -> Submission:
    """Where a form goes."""
    return Submission(action=action, key=KEY, version=version)


def text(
    name: str,
    label: str,
    value: str = "",
    *,
    hint: str = "",
    error: str = "",
    autocomplete: str = "off",
) -> FieldView:
    """A text field."""
    return FieldView(
        name=name, label=label, value=value, hint=hint, error=error, autocomplete=autocomplete
    )


def choice(
    name: str, label: str, options: tuple[Option, ...], *, required: bool = True
) -> FieldView:
    """One of several."""
    return FieldView(name, label, FieldControl.CHOICE, options=options, required=required)


def basis(law: str, article: str, says: str = "") -> BasisView:
    """A citation."""
    return BasisView(law, article, says)
