"""The merged form as a page: what is known with its source, what is open, every fault at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from activities.outside.registers.answers import NAMES, Register, Verdict
from activities.store.desk.sharing import From
from api.console.formats import moment
from api.console.request import Posted
from api.console.taking.drafts import head
from api.console.taking.standing import Standing
from api.console.views.intake import ConflictView, FieldGroup, FormPage
from api.console.views.shared import (
    ErrorView,
    FieldControl,
    FieldView,
    Frame,
    Option,
    SourceView,
)
from api.console.wording import fact_words, field_words, source_view
from api.firms import DECLARED
from api.sharing import closed_faults, official
from definitions.language.facts import FACTS_BY_NAME
from definitions.language.questions import FieldKind, FormField
from definitions.rules.forms import Fault

_REST = "本次申请"
_PEOPLE = NAMES[Register.POPULATION]
_VERDICTS = {
    Verdict.VERIFIED: "核验一致",
    Verdict.MISMATCH: "核验不一致，请核对姓名和证件号码",
    Verdict.BARRED: "核验：该人受任职资格限制",
    Verdict.AWAY: "共享失败，未能核验；不影响提交",
}
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
    """A posted form after its conflicts were decided; `open` are those still to decide.

    `refused` are fields that only a register fills in and somebody changed all the same.
    """

    form: Mapping[str, str]
    open: tuple[str, ...]
    refused: tuple[Fault, ...] = ()


def chosen(at: Standing, posted: Posted) -> Chosen:
    """What was filled in, over what is kept; of conflicts the side that was chosen."""
    form, undecided = dict(at.draft.form), []
    conflicts, only = set(posted.all("conflict")), dict(at.closed)
    sent = {name: posted.one(name) for name in only if posted.has(name)}
    for field in at.fields:
        if not posted.has(field.id) or field.id in only:
            continue
        use = posted.one(f"{field.id}.use")
        if field.id in conflicts and use not in {"mine", "theirs"}:
            undecided.append(field.id)
        if use != "theirs":
            form[field.id] = posted.one(field.id).replace("\r\n", "\n").strip()[:_LONGEST]
    found = closed_faults(only, sent, at.draft.sharing)
    refused = tuple(Fault(field=f.pointer, rule=f.rule, message=f.message) for f in found)
    return Chosen(form, tuple(undecided), refused)


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
    now: datetime,
    form: Mapping[str, str] | None = None,
    faults: Sequence[Fault] = (),
    conflicts: tuple[ConflictView, ...] = (),
) -> FormPage:
    """The page. `form` is what was filled in just now, where it could not be kept."""
    values = {**at.form, **(form or {})}
    errors = {_name(fault): fault.message for fault in faults}
    shown = [(f, _field(at, f, values.get(f.id, ""), errors, now)) for f in at.fields]
    fields = [view for _, view in shown]
    headings = dict.fromkeys(field.group or _REST for field in at.fields)
    there = {field.prefilled_from for field in at.fields if field.id in dict(at.closed)}
    firm = tuple(
        _known(at, name, now)
        for name in _FIRM
        if name in at.draft.firm and f"firm.{name}" not in there
    )
    still = [field.name for field in fields if field.required and not field.value]
    return FormPage(
        frame=frame,
        draft=head(at, "form"),
        groups=(
            *((FieldGroup("企业", ("全部事项",), firm),) if firm else ()),
            *(
                FieldGroup(
                    title, ("全部事项",), tuple(v for f, v in shown if (f.group or _REST) == title)
                )
                for title in headings
            ),
        ),
        shared=sum(_is_shared(at, field, values.get(field.id, "")) for field in at.fields),
        known=len(firm) + sum(bool(field.value) for field in fields),
        open=len(still),
        next_open=still[0] if still else "",
        conflicts=conflicts,
    )


def sharing_failed(at: Standing) -> str:
    """Which registers could not be asked when the draft was saved; empty where all could."""
    names = "、".join(NAMES[register] for register in at.draft.sharing.away)
    if not names:
        return ""
    return f"共享失败：{names}暂时取不到数据。以前取得的注明了时间；没有取得的，请照实填写。"


def _known(at: Standing, name: str, now: datetime) -> FieldView:
    return FieldView(
        name=f"firm.{name}",
        label=FACTS_BY_NAME[name].label,
        value=fact_words(name, at.draft.firm[name]),
        source=_of_register(at, name, now),
        fixed=True,
    )


def _field(
    at: Standing, field: FormField, value: str, errors: Mapping[str, str], now: datetime
) -> FieldView:
    options = tuple(Option(o.value, o.label, chosen=o.value == value) for o in field.options)
    if len(options) > 5:  # noqa: PLR2004 - where the template turns to a list, which needs a blank
        options = (Option("", "请选择", chosen=not value), *options)
    fixed = field.id in dict(at.closed)
    return FieldView(
        name=field.id,
        label=f"{field.label}（{field.unit}）" if field.unit and not fixed else field.label,
        control=_CONTROLS.get(field.kind, FieldControl.TEXT),
        value=field_words(field, value) if fixed else value,
        hint=field.hint or "",
        error=errors.get(field.id, ""),
        required=field.required,
        options=options,
        max_length=18 if field.kind is FieldKind.PERSON_ID else field.max_length,
        source=_source(at, field, value, now),
        fixed=fixed,
    )


def _is_shared(at: Standing, field: FormField, value: str) -> bool:
    """Whether what stands there is what a register says."""
    return bool(value) and official(field, at.facts, at.draft.sharing) == value


def _source(at: Standing, field: FormField, value: str, now: datetime) -> SourceView | None:
    if not value:
        return None
    checked = at.draft.sharing.persons.get(field.id)
    if checked is not None and value == at.draft.form.get(field.id):
        return SourceView(_PEOPLE, f"{moment(checked.at, now)} {_VERDICTS[checked.verdict]}")
    name = (field.prefilled_from or "").removeprefix("firm.")
    if field.prefilled_from and str(at.facts.get(field.prefilled_from)) == value:
        return _of_register(at, name, now)
    by = "虚拟窗口代填" if at.draft.channel == "virtual_window" else "申请人"
    known = official(field, at.facts, at.draft.sharing)
    if known is None:
        return SourceView(by)
    source = at.draft.sharing.origins[name].source
    return SourceView(by, f"更正；{source}记载为“{field_words(field, known)}”")


def _of_register(at: Standing, name: str, now: datetime) -> SourceView:
    """市场主体登记库 今天 14:02 取得; of one that is away, that its last word is used."""
    origin = at.draft.sharing.origins.get(name)
    if origin is None or origin.fetched_at is None:
        return source_view(at.draft.firm_source.get(name, DECLARED))
    when = moment(origin.fetched_at, now)
    failed = origin.kind is From.KEPT
    return SourceView(origin.source, f"共享失败，用 {when} 取得的" if failed else f"{when} 取得")


def _name(fault: Fault) -> str:
    return fault.field.removeprefix("/form/")
