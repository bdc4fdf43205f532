"""One document to be composed: what it is about, as things stood when it was issued."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from activities.documents.composing.house import House
from activities.documents.content.common import Case, Day, Gap, Paper, Party, Term
from activities.documents.moments import Moment, corrected
from activities.documents.reading import Found
from activities.store.tables.register import Document
from definitions.bundle.state import BundleState
from definitions.language.base import Basis
from definitions.language.limits import Limit, Unit
from definitions.language.materials import Source
from definitions.language.roles import WINDOW
from definitions.matter.events import OfMatter
from definitions.matter.state import MaterialStatus, MatterState
from definitions.matter.values import Reason
from definitions.rules.clocks import Clock, ClockKind, due
from definitions.rules.numbers import matter_number
from definitions.rules.plan import PlannedMaterial, PlannedMatter

E = TypeVar("E", bound=OfMatter)

_SOURCES = {
    Source.SYSTEM: "系统生成",
    Source.E_LICENCE: "电子证照",
    Source.SHARED: "数据共享",
    Source.APPLICANT: "申请人提交",
}
_UNITS = {Unit.WORKING_DAY: "个工作日", Unit.CALENDAR_DAY: "日（自然日）"}
_OFFICE = (ClockKind.PROMISED, ClockKind.STATUTORY)
_ID_LENGTH = 15


@dataclass(frozen=True, slots=True, repr=False)
class Sheet:
    """The document's row, what was found for it, its moment, and the house that issues it.

    No repr: the whole of an application, with what is personal in it, belongs into no log.
    """

    document: Document
    found: Found
    moment: Moment
    house: House

    @property
    def state(self) -> BundleState:
        """The application at the issue."""
        return self.moment.state

    @property
    def planned(self) -> PlannedMatter:
        """The plan of the document's matter. Raises LookupError where it has none."""
        planned = self.state.plan.matter(self.document.matter or "")
        if planned is None:
            msg = f"the plan of {self.state.number} has no matter {self.document.matter}"
            raise LookupError(msg)
        return planned

    @property
    def matter(self) -> MatterState:
        """The document's matter at the issue."""
        return self.state.matters[self.planned.key]

    @property
    def form(self) -> Mapping[str, object]:
        """The form with what was put right at the counter before the issue."""
        return corrected(self.moment, self.found.application.form, self.found.texts)

    def case(self, bases: Iterable[Basis] | None = None) -> Case:
        """What every document says; `bases` where they are not the matter's own."""
        state, house, application = self.state, self.house, self.found.application
        planned = self.planned if self.document.matter else None
        matter = self.matter if planned else None
        if bases is None:
            bases = planned.bases if planned else ()
        form = self.form
        return Case(
            bundle=state.number,
            service=state.plan.name,
            situation=state.plan.situation.name,
            subject=planned.name if planned else state.plan.name,
            number=matter_number(state.number, planned.item) if planned else None,
            organ=planned.department_name if planned else house.hall,
            phone=house.phone(planned.department if planned else WINDOW),
            hall=house.hall,
            applicant=Party(
                name=application.firm_name,
                code=application.firm_code,
                agent=filled(form, "agent_name"),
                agent_id=masked(filled(form, "agent_id")),
            ),
            received_at=(matter.received_at if matter else None) or state.started_at,
            query_code=application.query_code,
            accepted_at=matter.accepted_at if matter else None,
            wording=self.document.wording,
            counter=self.document.counter,
            bases=tuple(house.cited(basis) for basis in bases),
            remedies=planned.remedies if planned else (),
        )

    def events(self, kind: type[E]) -> tuple[E, ...]:
        """What of that kind had happened to the document's matter."""
        return self.moment.of(kind, self.planned.key)

    def last(self, kind: type[E]) -> E:
        """The event the document tells of. Raises LookupError where there is none."""
        found = self.events(kind)
        if not found:
            msg = f"{self.document.id} tells of a {kind.__name__} that did not happen"
            raise LookupError(msg)
        return found[-1]

    def said(self, reasons: Iterable[Reason]) -> tuple[str, ...]:
        """What people wrote. Raises LookupError for a text that is not there.

        A document that leaves out one of its reasons would say something else.
        """
        digests = [reason.text for reason in reasons]
        gone = [digest for digest in digests if digest not in self.found.texts]
        if gone:
            msg = f"{self.document.id} must quote what the register does not hold: {gone[0]}"
            raise LookupError(msg)
        return tuple(self.found.texts[digest] for digest in digests)

    def day(self, clock: Clock) -> Day:
        """The last day of a limit, by the calendar that was in force."""
        ends = due(clock, self.state.calendar)
        return Day(on=ends.day, provisional=ends.provisional, stopped=ends.stopped)

    def term(self, clock: Clock) -> Term:
        """A limit as it is told."""
        basis = clock.limit.basis
        return Term(
            name=clock.name or "办理时限",
            length=length(clock.limit.model_copy(update={"days": clock.days})),
            last=self.day(clock),
            basis=self.house.cited(basis) if basis else None,
            pausable=clock.pausable,
        )

    def terms(self) -> tuple[Term, ...]:
        """The office's own limits for deciding: the promised one, then the law's."""
        clocks = self.matter.clocks
        return tuple(self.term(c) for kind in _OFFICE for c in clocks if c.kind is kind)

    def material(self, code: str) -> PlannedMaterial:
        """The material of that code. Raises LookupError."""
        found = next((m for m in self.state.plan.materials if m.code == code), None)
        if found is None:
            msg = f"the plan of {self.state.number} has no material {code}"
            raise LookupError(msg)
        return found

    def gaps(self, codes: Iterable[str]) -> tuple[Gap, ...]:
        """Missing papers with what they must be like."""
        missing = (self.material(code) for code in codes)
        return tuple(Gap(name=each.name, standard=each.standard) for each in missing)

    def papers(self) -> tuple[Paper, ...]:
        """The papers of the document's matter."""
        return tuple(self.paper(self.material(gate.code)) for gate in self.planned.gates)

    def returned(self) -> tuple[Paper, ...]:
        """Those of them of which files came in."""
        return tuple(paper for paper in self.papers() if paper.files)

    def paper(self, planned: PlannedMaterial) -> Paper:
        """One material as it stood."""
        material = self.state.materials.get(planned.code)
        return Paper(
            name=planned.name,
            source=_SOURCES[planned.source],
            files=len(material.files) if material else 0,
            state=self._standing(planned, material.status if material else MaterialStatus.PENDING),
        )

    def _standing(self, planned: PlannedMaterial, status: MaterialStatus) -> str:
        if planned.produced_by is not None:
            names = {matter.key: matter.name for matter in self.state.plan.matters}
            return f"不用提交，取自“{names.get(planned.produced_by, planned.produced_by)}”的结果"
        match status:
            case MaterialStatus.WAIVED:
                return f"免交，核验方式：{planned.waived_by}" if planned.waived_by else "免交"
            case MaterialStatus.SATISFIED:
                return "已收"
            case MaterialStatus.SUPPLIED:
                return "已收，待核对"
            case MaterialStatus.PROMISED:
                return "不用提交，由承诺代替"
            case MaterialStatus.REFUSED:
                return "不符合要求，待补"
            case MaterialStatus.PENDING:
                return "未收，待补"


def length(limit: Limit) -> str:
    """How long a limit is, with the kind of its days."""
    return f"{limit.days}{_UNITS[limit.unit]}" if limit.days else "当日"


def filled(values: Mapping[str, object], name: str) -> str | None:
    """A text that was filled in; None where there is none."""
    value = values.get(name)
    return value.strip() or None if isinstance(value, str) else None


def masked(number: str | None) -> str | None:
    """310***********1234; of a shorter number both ends only."""
    if number is None:
        return None
    start, end = (3, 4) if len(number) >= _ID_LENGTH else (1, 1)
    return f"{number[:start]}{'*' * max(len(number) - start - end, 1)}{number[-end:]}"
