"""What a matter comes to: grants told, handed out, refused, and taken back."""

from activities.documents.composing.sheet import Sheet, filled
from activities.documents.content.results import (
    Change,
    Field,
    Licence,
    Notice,
    Receipt,
    Refusal,
    Revocation,
    Undone,
)
from definitions.bundle.gaps import applicants, missing
from definitions.language.facts import FACTS_BY_NAME
from definitions.matter.events import MatterGranted, MatterRevoked

UNKNOWN = "以登记簿记载为准"

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
# Printed where the form asked for it: a permit is for a place, which need not be the firm's seat.
_PREMISES = (("shop_name", "店名"), ("shop_address", "经营场所"))
_ONLY_BUSINESS = frozenset({"类型", "经营范围"})
_RESULTS = frozenset({"notice", "licence", "receipt"})


def notice(sheet: Sheet) -> Notice:
    """A grant told in a letter."""
    return Notice(case=sheet.case(), changes=_changes(sheet), deemed=_deemed(sheet))


def receipt(sheet: Sheet) -> Receipt:
    """回执."""
    return Receipt(case=sheet.case())


def licence(sheet: Sheet) -> Licence:
    """A licence with the values after the change."""
    business = sheet.document.kind == "business_licence"
    firm, form = sheet.found.application.firm, sheet.form
    fields = [
        Field(label, value or UNKNOWN)
        for label, _, value in _face(sheet)
        if business or label not in _ONLY_BUSINESS
    ]
    more = [Field(label, filled(firm, fact) or "") for fact, label in _FACE_IF_KNOWN if business]
    more += [Field(label, filled(form, f) or "") for f, label in _PREMISES if not business]
    return Licence(
        case=sheet.case(),
        business=business,
        code=sheet.found.application.firm_code,
        fields=(*fields, *(field for field in more if field.value)),
        deemed=_deemed(sheet),
    )


def refusal(sheet: Sheet) -> Refusal:
    """不予决定书. Where a rule refused and nobody wrote a reason, the rule says it."""
    decision = sheet.matter.decision
    if decision is None:
        msg = f"{sheet.document.id} tells of a decision that was not made"
        raise LookupError(msg)
    reasons = sheet.said(decision.reasons)
    if decision.says:
        gaps = applicants(sheet.state, missing(sheet.state, sheet.planned))
        lacking = "、".join(gap.name for gap in sheet.gaps(gate.code for gate in gaps))
        reasons = (f"{decision.says}：{lacking}" if lacking else decision.says, *reasons)
    return Refusal(case=sheet.case(decision.bases), reasons=reasons)


def revocation(sheet: Sheet) -> Revocation:
    """撤销决定书 (行政许可法 69): every document of the result is taken back with it."""
    event, decision = sheet.last(MatterRevoked), sheet.matter.decision
    return Revocation(
        case=sheet.case(event.bases),
        decided_at=decision.at if decision else None,
        undone=tuple(
            Undone(name=each.name, number=each.number, issued_at=each.issued_at)
            for each in sheet.state.documents.values()
            if each.matter == sheet.planned.key and each.template in _RESULTS
        ),
        reasons=(*((event.says,) if event.says else ()), *sheet.said(event.reasons)),
    )


def _deemed(sheet: Sheet) -> bool:
    """Whether nobody decided before the old licence ran out (行政许可法 50)."""
    return any(event.deemed for event in sheet.events(MatterGranted))


def _face(sheet: Sheet) -> list[tuple[str, str | None, str | None]]:
    """Label, value before and value after the change, of every field on a licence's face."""
    application, form = sheet.found.application, sheet.form
    face: list[tuple[str, str | None, str | None]] = []
    for fact, label, field in _FACE:
        before = _labelled(fact, filled(application.firm, fact))
        if fact == "name":
            before = before or application.firm_name
        face.append((label, before, _labelled(fact, filled(form, field)) or before))
    return face


def _labelled(fact: str, value: str | None) -> str | None:
    """A listed value by its label; free text as it is."""
    known = FACTS_BY_NAME.get(fact)
    options = known.values if known else ()
    return next((option.label for option in options if option.value == value), value)


def _changes(sheet: Sheet) -> tuple[Change, ...]:
    return tuple(
        Change(label=label, before=before or UNKNOWN, after=after)
        for label, before, after in _face(sheet)
        if after is not None and after != before
    )
