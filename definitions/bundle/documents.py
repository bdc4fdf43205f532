"""Which documents an application owes its applicant.

Each with its number from the moment it is due.

A document exists in law when it is decided and numbered; its file is made of the same facts a
moment later, or when somebody asks for it first (docs/decisions/0009).
"""

from collections.abc import Iterator
from datetime import datetime

from definitions.bundle.state import BundleState
from definitions.language.matters import DocumentDefinition, Template
from definitions.language.service import Series
from definitions.matter.state import (
    DocumentState,
    MaterialStatus,
    MatterState,
    MatterStatus,
    Result,
)
from definitions.rules.clocks import ClockKind
from definitions.rules.numbers import document_number
from definitions.rules.plan import PlannedMatter

WHOLE = "BUNDLE"
_LAPSING = frozenset({ClockKind.HOLD, ClockKind.SUPPLEMENT, ClockKind.CORRECTION, ClockKind.FILING})


def due_documents(state: BundleState, now: datetime) -> Iterator[DocumentState]:
    """Every document that is due and not there yet, in plan order."""
    if f"{state.number}.{WHOLE}.intake" not in state.documents:
        yield _paper(state, None, "intake", None, now)
    for planned in state.plan.matters:
        matter = state.matters[planned.key]
        for definition in expected(state, planned):
            if document_id(state, planned, definition) not in state.documents:
                yield _document(state, planned, definition, now)
        for template, about in _notices(state, planned, matter):
            if _paper_id(state, planned, template, about) not in state.documents:
                yield _paper(state, planned, template, about, now)


def _notices(
    state: BundleState, planned: PlannedMatter, matter: MatterState
) -> Iterator[tuple[Template, str | None]]:
    """The papers the house itself owes for what has happened, each with what it is about."""
    if planned.not_needed is None and _promised(state, planned):
        yield "commitment", None
    if any(clock.kind is ClockKind.SUPPLEMENT for clock in matter.clocks):
        yield "pending", None
    elif planned.examine is not None and matter.accepted_at is not None:
        yield "acceptance", None
    if matter.notice is not None:
        yield "correction", str(matter.notice.count)
    for procedure in matter.procedures:
        yield "procedure", procedure.id
        if procedure.until is not None:
            yield "procedure_end", procedure.id
    statutory = (c for c in matter.clocks if c.kind is ClockKind.STATUTORY)
    if any(clock.extensions for clock in statutory):
        yield "extension", None
    hearing = matter.hearing
    if hearing is not None and hearing.told_at is not None:
        yield "hearing_right", None
    if hearing is not None and hearing.on is not None:
        # A hearing put off is told again.
        yield "hearing_notice", f"{hearing.on:%Y%m%d%H%M}"
    yield from _endings(matter)


def _promised(state: BundleState, planned: PlannedMatter) -> bool:
    """Whether the applicant signed a promise for this matter, in whichever mode."""
    said = (state.materials[gate.code].status for gate in planned.gates)
    return planned.key in state.committed or MaterialStatus.PROMISED in said


def _endings(matter: MatterState) -> Iterator[tuple[Template, str | None]]:
    """What ended without the decision that was asked for is told in writing (§2.3 step 8)."""
    if matter.received_at is None and matter.status is not MatterStatus.LAPSED:
        return
    match matter.status:
        case MatterStatus.NOT_ACCEPTED:
            yield "not_accepted", None
        case MatterStatus.LAPSED:
            lapsed = any(c.expired and c.kind in _LAPSING for c in matter.clocks)
            yield ("lapse" if lapsed else "returned"), None
        case MatterStatus.WITHDRAWN:
            yield "withdrawal", None
        case MatterStatus.TERMINATED:
            yield "termination", None
        case MatterStatus.REVOKED:
            yield "revocation", None
        case _:
            pass


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


def _paper_id(
    state: BundleState, planned: PlannedMatter | None, template: Template, about: str | None
) -> str:
    name = f"{state.number}.{planned.key if planned else WHOLE}.{template}"
    return f"{name}-{about}" if about else name


def _paper(
    state: BundleState,
    planned: PlannedMatter | None,
    template: Template,
    about: str | None,
    now: datetime,
) -> DocumentState:
    """A paper of the house itself; what it is called and numbered by stands in the catalogue.

    收件凭证: every receipt gives one (上海市优化营商环境条例 25).
    """
    known = next((paper for paper in state.plan.papers if paper.template == template), None)
    said = known or Series(template=template, name=template, series=template)
    return DocumentState(
        id=_paper_id(state, planned, template, about),
        matter=planned.key if planned else None,
        kind=template,
        name=said.name,
        number=_number(state, said.series, now),
        series=said.series,
        template=template,
        wording=said.wording,
        counter=False,
        issued_at=now,
        about=about,
    )
