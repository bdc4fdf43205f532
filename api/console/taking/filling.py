"""The merged form as a page: what is known with its source, what is open, every fault at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.console.request import Posted
from api.console.taking.drafts import head
from api.console.taking.standing import Standing
from api.console.taking.words import fact_words, field_words, source_view
from api.console.views.intake import ConflictView, FieldGroup, FormPage
from api.console.views.shared import (
    ErrorView,
    FieldControl,
    FieldView,
    Frame,
    Option,
    SourceView,
)
from api.firms import DECLARED
from definitions.language.facts import FACTS_BY_NAME
from definitions.language.questions import FieldKind, FormField
from definitions.rules.forms import Fault

SOMEBODY = "另一位工作人员"
_FIRM = ("name", "uscc", "kind", "legal_representative", "address")
_CONTROLS: Mapping[FieldKind, FieldControl] = {
    FieldKind.LONG_TEXT: FieldControl.LONG_TEXT,
    FieldKind.MOBILE: FieldControl.TEL,
    FieldKind.DATE: FieldControl.DATE,
    FieldKind.CHOICE: FieldControl.CHOICE,
}
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Chosen:
    """A posted form after its conflicts were decided; `open` are those still to decide."""

    form: Mapping[str, str]
    open: tuple[str, ...]


def chosen(at: Standing, posted: Posted) -> Chosen:
    """What was filled in, over what is kept; of conflicts the side that was chosen."""
    form, undecided = dict(at.draft.form), []
    conflicts = set(posted.all("conflict"))
    for field in at.fields:
        if not posted.has(field.id):
            continue
        use = posted.one(f"{field.id}.use")
        if field.id in conflicts and use not in {"mine", "theirs"}:
            undecided.append(field.id)
        if use != "theirs":
            form[field.id] = posted.one(field.id).replace("\r\n", "\n").strip()[:_LONGEST]
    return Chosen(form, tuple(undecided))


def conflicts_of(at: Standing, mine: Mapping[str, str]) -> tuple[ConflictView, ...]:
    """Fields where the kept value is another one than mine."""
    return tuple(
        ConflictView(
            name=field.id,
            label=field.label,
            mine=field_words(field, mine.get(field.id, "")) or "（空）",
            theirs=field_words(field, at.draft.form.get(field.id, "")) or "（空）",
            who=SOMEBODY,
            at=at.draft.changed_at,
        )
        for field in at.fields
        if field.id in mine and mine[field.id] != at.draft.form.get(field.id, "")
    )


def fault_errors(faults: Sequence[Fault]) -> tuple[ErrorView, ...]:
    """Every fault, linked to its field."""
    return tuple(ErrorView(_name(fault), fault.message) for fault in faults)


def form_page(
    at: Standing,
    frame: Frame,
    *,
    form: Mapping[str, str] | None = None,
    faults: Sequence[Fault] = (),
    conflicts: tuple[ConflictView, ...] = (),
) -> FormPage:
    """The page. `form` is what was filled in just now, where it could not be kept."""
    values = {**at.form, **(form or {})}
    errors = {_name(fault): fault.message for fault in faults}
    fields = tuple(_field(at, field, values.get(field.id, ""), errors) for field in at.fields)
    firm = tuple(_known(at, name) for name in _FIRM if name in at.draft.firm)
    still = [field.name for field in fields if field.required and not field.value]
    return FormPage(
        frame=frame,
        draft=head(at, "form"),
        groups=(
            FieldGroup("企业", ("全部事项",), firm),
            FieldGroup("本次申请", ("全部事项",), fields),
        ),
        known=len(firm) + sum(bool(field.value) for field in fields),
        open=len(still),
        next_open=still[0] if still else "",
        conflicts=conflicts,
    )


def _known(at: Standing, name: str) -> FieldView:
    return FieldView(
        name=f"firm.{name}",
        label=FACTS_BY_NAME[name].label,
        value=fact_words(name, at.draft.firm[name]),
        source=source_view(at.draft.firm_source.get(name, "")),
        fixed=True,
    )


def _field(at: Standing, field: FormField, value: str, errors: Mapping[str, str]) -> FieldView:
    options = tuple(Option(o.value, o.label, chosen=o.value == value) for o in field.options)
    if len(options) > 5:  # noqa: PLR2004 - where the template turns to a list, which needs a blank
        options = (Option("", "请选择", chosen=not value), *options)
    return FieldView(
        name=field.id,
        label=field.label,
        control=_CONTROLS.get(field.kind, FieldControl.TEXT),
        value=value,
        hint=field.hint or "",
        error=errors.get(field.id, ""),
        required=field.required,
        options=options,
        max_length=18 if field.kind is FieldKind.PERSON_ID else field.max_length,
        source=_source(at, field, value),
    )


def _source(at: Standing, field: FormField, value: str) -> SourceView | None:
    if not value:
        return None
    if field.prefilled_from and str(at.facts.get(field.prefilled_from)) == value:
        name = field.prefilled_from.removeprefix("firm.")
        return source_view(at.draft.firm_source.get(name, DECLARED))
    if at.draft.channel == "virtual_window":
        return SourceView("虚拟窗口代填")
    return SourceView("申请人")


def _name(fault: Fault) -> str:
    return fault.field.removeprefix("/form/")
