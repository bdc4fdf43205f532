"""Sample pages of the public guide, made from the published services."""

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

from api.console.fill import guide as fill
from api.console.views.guide import (
    GuideCheckPage,
    GuidePage,
    GuideServicePage,
    GuideSituationPage,
)
from api.console.views.intake import AnsweredView, BlockerView
from api.console.views.shared import Breadcrumb, ErrorView, FieldView, Frame, Link
from api.services import Services
from definitions.loading import Loaded
from tests.support.console import intake, parts
from tests.support.shipped import shipped

LIBRARY = shipped()
# What the filling looks at; the rest of the services would only be in the way here.
SERVICES = cast("Services", SimpleNamespace(library=LIBRARY, now=lambda: parts.NOW))
HOME = Breadcrumb("办事指南", fill.URL)


def loaded(service: str = "restaurant_opening") -> Loaded:
    """A service as it is on the sample day."""
    return LIBRARY.service(service, parts.NOW)


def frame(title: str) -> Frame:
    """Around a page for anybody."""
    return Frame(title, parts.NOW, fill.URL, crumbs=(HOME,))


def overview(sought: str = "") -> GuidePage:
    """The list, or what was found."""
    names = dict.fromkeys(each.definition.service for each in LIBRARY.services)
    rows = [fill.service_row(loaded(name).definition, sought.split()) for name in names]
    found = tuple(row for row in rows if row is not None)
    return GuidePage(
        frame=replace(frame("办事指南"), crumbs=()),
        words=FieldView("q", "找一件事", value=sought, required=False),
        services=found,
        found=sum(len(group.links) for row in found for group in row.groups),
    )


def service() -> GuideServicePage:
    """One service."""
    return fill.service_page(SERVICES, frame("开办餐馆"), loaded())


def situation(service: str = "restaurant_opening") -> GuideSituationPage:
    """Its first situation."""
    found = loaded(service).definition.situations[0]
    return fill.situation_page(SERVICES, frame(found.name), loaded(service), found)


def step() -> GuideCheckPage:
    """A question of the check that was left open."""
    asked = intake.guidance()
    wrong = ErrorView(asked.question.name, "请选一项")
    return GuideCheckPage(
        frame=replace(frame("自己查一查"), errors=(wrong,)),
        action="/guide/company_change/check",
        question=replace(asked.question, error="请选一项"),
        hidden=(("changes", "name"), ("changes", "address"), ("asked", asked.question.name)),
        count=asked.count,
        answered=(AnsweredView("办哪些变更", "名称、住所", "/guide/company_change/check"),),
        blockers=(
            BlockerView("迁往外省市", "迁入地登记机关", "向迁入地申请", parts.basis("条例", "27")),
        ),
        unknown=("登记材料正在诉讼中（人民法院：终结后再申请）",),
        situation=None,
        preview=asked.preview,
        restart_url="/guide/company_change/check",
    )


def done() -> GuideCheckPage:
    """Everything answered: the list to print."""
    page = step()
    return replace(
        page,
        frame=replace(page.frame, title="准备清单", errors=()),
        question=None,
        blockers=(),
        situation=Link("多事项合并变更", "/guide/company_change/BG-YX-22"),
    )
