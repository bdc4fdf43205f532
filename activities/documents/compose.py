"""From the register's rows to what one document says. Pure: the same rows give the same document.

Words that come from law (limits, bases, remedies, wording) come from the plan; here is only how
they are put together.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from pydantic import TypeAdapter

from activities.documents.content import (
    Case,
    Change,
    Citation,
    Content,
    Day,
    Field,
    Gap,
    Intake,
    Lapse,
    Licence,
    Linked,
    Notice,
    Paper,
    Party,
    Pending,
    Receipt,
    Refusal,
)
from activities.documents.reading import Found
from activities.store.tables.register import Document, Matter
from definitions.bundle.rows import ClockRow
from definitions.language.base import Basis
from definitions.language.facts import FACTS_BY_NAME
from definitions.language.limits import Limit, Unit
from definitions.language.materials import Source
from definitions.language.matters import Lapse as LapseRule
from definitions.language.roles import WINDOW
from definitions.language.service import Catalogue
from definitions.matter.events import BundleStarted, TakenIn
from definitions.matter.state import MaterialStatus, Reason
from definitions.rules.calendar import Calendar, local_day
from definitions.rules.clocks import Clock, ClockKind, due
from definitions.rules.plan import PlannedMaterial, PlannedMatter

HALL = "上海市松江区政务服务中心综合窗口"
HOTLINE = "12345"
UNKNOWN = "以登记簿记载为准"

# Whether it is accepted must be told within five working days of receipt (行政许可法 32(1)(4)).
ACCEPTANCE = Limit(days=5)

_BASES = TypeAdapter(tuple[Basis, ...])
_REASONS = TypeAdapter(tuple[Reason, ...])
_CLOCKS = TypeAdapter(tuple[ClockRow, ...])

_SOURCES = {
    Source.SYSTEM: "系统生成",
    Source.E_LICENCE: "电子证照",
    Source.SHARED: "数据共享",
    Source.APPLICANT: "申请人提交",
}
_UNITS = {Unit.WORKING_DAY: "个工作日", Unit.CALENDAR_DAY: "日（自然日）"}

# What a register knows, what it is called on the licence, and the form's field that changes it.
_FACE = (
    ("name", "名称", "new_name"),
    ("kind", "类型", "new_kind"),
    ("legal_representative", "法定代表人", "new_legal_representative_name"),
    ("address", "住所", "new_address"),
    ("scope", "经营范围", "new_scope"),
)
# Printed where the register tells them; this service changes neither.
_FACE_IF_KNOWN = (("capital", "注册资本"), ("founded_on", "成立日期"))
_OWED = frozenset({MaterialStatus.PENDING, MaterialStatus.REFUSED, MaterialStatus.SUPPLIED})
_ONLY_BUSINESS = frozenset({"类型", "经营范围"})


class Composer:
    """Composes documents with the organs' and laws' names of `catalogue`, where there is one."""

    def __init__(self, catalogue: Catalogue | None = None) -> None:
        departments = catalogue.departments if catalogue else ()
        laws = catalogue.laws if catalogue else ()
        self._names = {department.code: department.name for department in departments}
        self._phones = {department.code: department.phone for department in departments}
        # On paper a law is cited by its title alone, without the number of its promulgation.
        self._titles = {law.key: law.title.partition("（")[0] for law in laws}

    def compose(self, document: Document, found: Found) -> Content:
        """What the document says. Raises LookupError where the register lacks what it must say."""
        if document.template == "intake":
            return self._intake(document, found)
        matter = found.matters.get(document.matter or "")
        if matter is None:
            msg = f"the register does not hold matter {document.matter} of {found.bundle.number}"
            raise LookupError(msg)
        content: Content
        match document.template:
            case "pending":
                content = self._pending(document, found, matter)
            case "lapse":
                content = self._lapse(document, found, matter)
            case "notice":
                content = Notice(self._case(document, found, matter), _changes(found))
            case "receipt":
                content = Receipt(self._case(document, found, matter))
            case "licence":
                content = self._licence(document, found, matter)
            case "refusal":
                content = self._refusal(document, found, matter)
            case unknown:
                msg = f"no template {unknown}"
                raise LookupError(msg)
        return content

    def _case(
        self,
        document: Document,
        found: Found,
        matter: Matter | None,
        bases: Iterable[Basis] | None = None,
    ) -> Case:
        bundle, application = found.bundle, found.application
        organ = matter.department if matter else WINDOW
        if bases is None:
            bases = _BASES.validate_python(matter.bases) if matter else ()
        return Case(
            bundle=bundle.number,
            service=bundle.name,
            situation=bundle.situation_name,
            subject=matter.name if matter else bundle.name,
            number=matter.number if matter else None,
            organ=matter.department_name if matter else self._names.get(WINDOW, HALL),
            phone=self._phones.get(organ, HOTLINE),
            applicant=Party(
                name=application.firm_name,
                code=application.firm_code,
                agent=_text(application.form, "agent_name"),
            ),
            received_at=(matter.received_at if matter else None) or bundle.started_at,
            accepted_at=matter.accepted_at if matter else None,
            wording=document.wording,
            counter=document.counter,
            bases=tuple(self._cited(basis) for basis in bases),
            remedies=tuple(matter.remedies) if matter else (),
        )

    def _cited(self, basis: Basis) -> Citation:
        return Citation(
            law=self._titles.get(basis.law, basis.law), article=basis.article, says=basis.says
        )

    def _intake(self, document: Document, found: Found) -> Intake:
        started = _started(found)
        matters = [planned for planned in started.plan.matters if planned.not_needed is None]
        taken = {each.code: each for each in started.materials}
        names = {planned.key: planned.name for planned in matters}
        clock = Clock(kind=ClockKind.HOLD, limit=ACCEPTANCE, started_at=found.bundle.started_at)
        return Intake(
            case=self._case(document, found, None),
            receiver=found.receiver or self._names.get(WINDOW, HALL),
            query_code=found.application.query_code,
            papers=tuple(
                _paper(planned, taken.get(planned.code), names)
                for planned in started.plan.materials
            ),
            linked=tuple(
                Linked(
                    name=planned.name,
                    organ=planned.department_name,
                    limit=_limit(planned.promised),
                    after=tuple(names[edge.matter] for edge in planned.needs),
                )
                for planned in matters
            ),
            told_by=_last_day(clock, started.calendar),
        )

    def _pending(self, document: Document, found: Found, matter: Matter) -> Pending:
        started, accepted = _started(found), found.pending.get(matter.key)
        planned = _planned(started, matter.key)
        if accepted is None or planned.accept_pending is None:
            msg = f"{matter.key} of {found.bundle.number} was not accepted with papers pending"
            raise LookupError(msg)
        clocks = {clock.kind: clock for clock in accepted.clocks}
        bases = (planned.accept_pending.basis, *planned.bases)
        return Pending(
            case=self._case(document, found, matter, bases),
            gaps=tuple(
                Gap(name=material.name, standard=material.standard)
                for material in started.plan.materials
                if material.code in accepted.missing
            ),
            due=_last_day(clocks[ClockKind.SUPPLEMENT], started.calendar),
            decided_by=_last_day(clocks[ClockKind.PROMISED], started.calendar),
            withdrawn=planned.accept_pending.lapse is LapseRule.DEEMED_WITHDRAWN,
        )

    def _lapse(self, document: Document, found: Found, matter: Matter) -> Lapse:
        planned, lapsed = _planned(_started(found), matter.key), found.lapsed.get(matter.key)
        clocks = _CLOCKS.validate_python(matter.clocks)
        clock = next((c for c in clocks if lapsed is not None and c.kind == lapsed.clock), None)
        if lapsed is None or clock is None:
            msg = f"{matter.key} of {found.bundle.number} has not lapsed"
            raise LookupError(msg)
        theirs = [material for material in found.materials if matter.key in material.gates]
        return Lapse(
            case=self._case(document, found, matter, _lapse_bases(planned, lapsed.clock)),
            clock=lapsed.clock,
            due=Day(local_day(clock.due_at - timedelta(seconds=1))),
            withdrawn=lapsed.lapse is LapseRule.DEEMED_WITHDRAWN,
            missing=tuple(m.name for m in theirs if m.status in _OWED),
            returned=tuple(
                Paper(name=m.name, source=_SOURCES[Source(m.source)], files=len(m.files), state="")
                for m in theirs
                if m.files
            ),
        )

    def _licence(self, document: Document, found: Found, matter: Matter) -> Licence:
        business = document.kind == "business_licence"
        firm = found.application.firm
        fields = [
            Field(label, value or UNKNOWN)
            for label, _, value in _face(found)
            if business or label not in _ONLY_BUSINESS
        ]
        known = [Field(label, _text(firm, fact) or "") for fact, label in _FACE_IF_KNOWN]
        return Licence(
            case=self._case(document, found, matter),
            business=business,
            code=found.application.firm_code,
            fields=(*fields, *(field for field in known if field.value and business)),
        )

    def _refusal(self, document: Document, found: Found, matter: Matter) -> Refusal:
        bases = _BASES.validate_python(matter.reason_bases)
        reasons = _REASONS.validate_python(matter.reasons)
        return Refusal(
            case=self._case(document, found, matter, bases),
            reasons=tuple(
                found.remarks[reason.text] for reason in reasons if reason.text in found.remarks
            ),
        )


def _started(found: Found) -> BundleStarted:
    if found.started is None:
        msg = f"the register does not hold the start of {found.bundle.number}"
        raise LookupError(msg)
    return found.started


def _planned(started: BundleStarted, key: str) -> PlannedMatter:
    planned = started.plan.matter(key)
    if planned is None:
        msg = f"the plan of {started.number} has no matter {key}"
        raise LookupError(msg)
    return planned


def _lapse_bases(planned: PlannedMatter, clock: ClockKind) -> tuple[Basis, ...]:
    if clock is ClockKind.SUPPLEMENT and planned.accept_pending is not None:
        return (planned.accept_pending.basis,)
    if clock is ClockKind.FILING and planned.filing is not None:
        return (planned.filing.basis,)
    return (planned.hold.basis,)


def _last_day(clock: Clock, calendar: Calendar) -> Day:
    ends = due(clock, calendar)
    return Day(on=ends.day, provisional=ends.provisional)


def _limit(limit: Limit) -> str:
    return f"{limit.days}{_UNITS[limit.unit]}"


def _paper(planned: PlannedMaterial, taken: TakenIn | None, names: Mapping[str, str]) -> Paper:
    return Paper(
        name=planned.name,
        source=_SOURCES[planned.source],
        files=len(taken.files) if taken else 0,
        state=_taken(planned, taken, names),
    )


def _taken(planned: PlannedMaterial, taken: TakenIn | None, names: Mapping[str, str]) -> str:
    if planned.produced_by is not None:
        return f"不用提交，取自“{names.get(planned.produced_by, planned.produced_by)}”的结果"
    match taken.status if taken else MaterialStatus.PENDING:
        case MaterialStatus.WAIVED:
            return f"免交，核验方式：{planned.waived_by}" if planned.waived_by else "免交"
        case MaterialStatus.SATISFIED:
            return "已收"
        case MaterialStatus.SUPPLIED:
            return "已收，待核对"
        case MaterialStatus.PENDING | MaterialStatus.REFUSED:
            return "未收，待补"


def _text(values: Mapping[str, object], name: str) -> str | None:
    """A text that was filled in; None where there is none."""
    value = values.get(name)
    return value.strip() or None if isinstance(value, str) else None


def _face(found: Found) -> list[tuple[str, str | None, str | None]]:
    """Label, value before and value after the change, of every field on a licence's face."""
    firm, form = found.application.firm, found.application.form
    face: list[tuple[str, str | None, str | None]] = []
    for fact, label, field in _FACE:
        before = _labelled(fact, _text(firm, fact))
        if fact == "name":
            before = before or found.application.firm_name
        face.append((label, before, _labelled(fact, _text(form, field)) or before))
    return face


def _labelled(fact: str, value: str | None) -> str | None:
    """A listed value by its label; free text as it is."""
    known = FACTS_BY_NAME.get(fact)
    options = known.values if known else ()
    return next((option.label for option in options if option.value == value), value)


def _changes(found: Found) -> tuple[Change, ...]:
    return tuple(
        Change(label=label, before=before or UNKNOWN, after=after)
        for label, before, after in _face(found)
        if after is not None and after != before
    )
