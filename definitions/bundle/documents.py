"""Which documents an application owes its applicant.

Each with its number from the moment it is due.

A document exists in law when it is decided and numbered; its file is made of the same facts a
moment later, or when somebody asks for it first (docs/decisions/0009).
"""

from collections.abc import Iterator
from datetime import datetime

from definitions.bundle.state import BundleState
from definitions.language.matters import DocumentDefinition, Template
from definitions.matter.state import DocumentState, MatterStatus, Result
from definitions.rules.clocks import ClockKind
from definitions.rules.numbers import document_number
from definitions.rules.plan import PlannedMatter

WHOLE = "BUNDLE"


def due_documents(state: BundleState, now: datetime) -> Iterator[DocumentState]:
    """Every document that is due and not there yet, in plan order."""
    if f"{state.number}.{WHOLE}.intake" not in state.documents:
        yield _intake(state, now)
    for planned in state.plan.matters:
        matter = state.matters[planned.key]
        # 容缺受理通知书, where the matter was accepted with papers pending.
        if any(clock.kind is ClockKind.SUPPLEMENT for clock in matter.clocks):
            yield from _own(state, planned, "pending", "容缺受理通知书", now)
        for definition in expected(state, planned):
            if document_id(state, planned, definition) not in state.documents:
                yield _document(state, planned, definition, now)
        # A lapse is told in writing (domain.md §2.3 step 8).
        if matter.status is MatterStatus.LAPSED:
            yield from _own(state, planned, "lapse", "退件告知书", now)


def expected(state: BundleState, planned: PlannedMatter) -> tuple[DocumentDefinition, ...]:
    """The documents of the matter's result; nothing before its decision."""
    result = state.matters[planned.key].result
    if result is Result.GRANTED:
        return planned.documents
    if result is Result.REFUSED and planned.refusal is not None:
        return (planned.refusal,)
    return ()


def document_id(state: BundleState, planned: PlannedMatter, document: DocumentDefinition) -> str:
    """Unique for ever, so that making it twice makes one."""
    return f"{state.number}.{planned.key}.{document.kind}"


def _document(
    state: BundleState, planned: PlannedMatter, document: DocumentDefinition, now: datetime
) -> DocumentState:
    return DocumentState(
        id=document_id(state, planned, document),
        matter=planned.key,
        kind=document.kind,
        name=document.name,
        number=_number(state, document.series, now),
        series=document.series,
        template=document.template,
        wording=document.wording,
        counter=document.delivery == "counter",
        issued_at=now,
    )


def _number(state: BundleState, series: str, now: datetime) -> str:
    before = sum(document.series == series for document in state.documents.values())
    return document_number(state.number, series, now, before=before)


def _intake(state: BundleState, now: datetime) -> DocumentState:
    """收件凭证: every receipt gives one (上海市优化营商环境条例 25)."""
    return DocumentState(
        id=f"{state.number}.{WHOLE}.intake",
        matter=None,
        kind="intake",
        name="收件凭证",
        number=_number(state, "松政服收", now),
        series="松政服收",
        template="intake",
        wording="收件不等于受理。",
        counter=False,
        issued_at=now,
    )


def _own(
    state: BundleState, planned: PlannedMatter, kind: Template, name: str, now: datetime
) -> Iterator[DocumentState]:
    """A notice the window itself owes, whatever the definition says."""
    if f"{state.number}.{planned.key}.{kind}" in state.documents:
        return
    yield DocumentState(
        id=f"{state.number}.{planned.key}.{kind}",
        matter=planned.key,
        kind=kind,
        name=name,
        number=_number(state, "松政服告", now),
        series="松政服告",
        template=kind,
        wording="",
        counter=False,
        issued_at=now,
    )
