"""Which documents an application owes its applicant.

A pure list of orders, made one by one by activities.
"""

from typing import Literal

from definitions.bundle.state import BundleState
from definitions.language.base import Value
from definitions.language.matters import DocumentDefinition
from definitions.matter.state import MatterState, MatterStatus, Result
from definitions.rules.clocks import ClockKind
from definitions.rules.plan import PlannedMatter

WHOLE = "BUNDLE"


class DocumentOrder(Value):
    """One document to be made. `id` is unique for ever, so that making it twice makes one."""

    id: str
    matter: str | None
    kind: str
    name: str
    series: str
    template: Literal["notice", "licence", "receipt", "refusal", "intake", "pending", "lapse"]
    counter: bool
    wording: str


def orders(state: BundleState) -> tuple[DocumentOrder, ...]:
    """Every document due by now that is not made yet, in plan order."""
    due = [_intake(state)]
    for planned in state.plan.matters:
        matter = state.matters[planned.key]
        due += _pending_notice(state, planned, matter)
        due += expected(state, planned)
        due += _lapse_notice(state, planned, matter)
    return tuple(order for order in due if order.id not in state.documents)


def expected(state: BundleState, planned: PlannedMatter) -> tuple[DocumentOrder, ...]:
    """The documents of the matter's result; nothing before its decision."""
    result = state.matters[planned.key].result
    if result is Result.GRANTED:
        return tuple(_order(state, planned, document) for document in planned.documents)
    if result is Result.REFUSED and planned.refusal is not None:
        return (_order(state, planned, planned.refusal),)
    return ()


def _order(
    state: BundleState, planned: PlannedMatter, document: DocumentDefinition
) -> DocumentOrder:
    return DocumentOrder(
        id=f"{state.number}.{planned.key}.{document.kind}",
        matter=planned.key,
        kind=document.kind,
        name=document.name,
        series=document.series,
        template=document.template,
        counter=document.delivery == "counter",
        wording=document.wording,
    )


def _intake(state: BundleState) -> DocumentOrder:
    """收件凭证: every receipt gives one (上海市优化营商环境条例 25)."""
    return DocumentOrder(
        id=f"{state.number}.{WHOLE}.intake",
        matter=None,
        kind="intake",
        name="收件凭证",
        series="松政服收",
        template="intake",
        counter=False,
        wording="收件不等于受理。",
    )


def _pending_notice(
    state: BundleState, planned: PlannedMatter, matter: MatterState
) -> list[DocumentOrder]:
    """容缺受理通知书, where the matter was accepted with papers pending."""
    if not any(clock.kind is ClockKind.SUPPLEMENT for clock in matter.clocks):
        return []
    return [_own(state, planned, "pending", "容缺受理通知书")]


def _lapse_notice(
    state: BundleState, planned: PlannedMatter, matter: MatterState
) -> list[DocumentOrder]:
    """A lapse is told in writing (domain.md §2.3 step 8)."""
    if matter.status is not MatterStatus.LAPSED:
        return []
    return [_own(state, planned, "lapse", "退件告知书")]


def _own(
    state: BundleState,
    planned: PlannedMatter,
    template: Literal["pending", "lapse"],
    name: str,
) -> DocumentOrder:
    return DocumentOrder(
        id=f"{state.number}.{planned.key}.{template}",
        matter=planned.key,
        kind=template,
        name=name,
        series="松政服告",
        template=template,
        counter=False,
        wording="",
    )
