"""What the applicant said: as facts to read, and as changes of what the registers knew."""

from collections.abc import Iterator, Mapping

from activities.outside.registers.answers import Verdict
from activities.store.reading.bundles import BundleView
from api.assessment import facts_for
from api.console import formats
from api.console.fill.seen import Seen
from api.console.views.desk import ChangeView
from api.console.views.shared import Pair
from api.console.wording import answer_words
from definitions.language.facts import FACTS_BY_NAME
from definitions.language.questions import FieldKind, FormField
from definitions.rules.calendar import local_day
from definitions.rules.forms import fields_asked

_VERDICTS: Mapping[Verdict, str] = {
    Verdict.VERIFIED: "核验一致",
    Verdict.MISMATCH: "核验不一致",
    Verdict.BARRED: "核验：受任职资格限制",
    Verdict.AWAY: "共享失败，未能核验",
}
# What a register knows, what people call it, and the form's field that changes it.
_CHANGES = (
    ("name", "名称", "new_name"),
    ("kind", "主体类型", "new_kind"),
    ("legal_representative", "法定代表人", "new_legal_representative_name"),
    ("address", "住所", "new_address"),
    ("scope", "经营范围", "new_scope"),
)
_CHANNELS = {"window": "窗口", "api": "接口", "virtual": "虚拟窗口", "online": "网上"}


def head_facts(seen: Seen, bundle: BundleView) -> tuple[Pair, ...]:
    """Whose application it is and how it came in."""
    said = bundle.application
    at = said.submitted_at or bundle.started_at
    channel = _CHANNELS.get(said.channel, "")
    return (
        Pair("申请人", bundle.firm_name),
        Pair("统一社会信用代码", bundle.firm_code),
        Pair("情形", bundle.situation_name),
        Pair("收件", f"{formats.moment(at, seen.now)} {channel}".rstrip()),
        Pair("承办", seen.organ(bundle.lead)),
    )


def guidance_facts(seen: Seen, bundle: BundleView) -> tuple[Pair, ...]:
    """What was answered when the applicant was guided, and which text of the rules asked it."""
    said, definition = bundle.application.answers, seen.definition(bundle)
    asked = f"{bundle.name} 第 {bundle.service_version} 版"
    if definition is None:
        return (Pair("所依规则", f"{asked}，校验码 {bundle.definition_sha256[:12]}"),)
    told = (
        f"{question.text}{answer_words(question, said[question.id])}"
        for question in definition.questions
        if question.id in said
    )
    return (
        Pair("所依规则", f"{asked}，校验码 {bundle.definition_sha256[:12]}"),
        Pair("引导回答", "；".join(told)),
    )


def form_facts(seen: Seen, bundle: BundleView) -> tuple[Pair, ...]:
    """The form as it was filled in, but for what `changes` shows; identity numbers masked."""
    definition = seen.definition(bundle)
    if definition is None:
        return ()
    changed = {field for _, _, field in _CHANGES}
    form = bundle.application.stands
    return tuple(
        Pair(field.label, written(field, form[field.id]) + _beside(seen, bundle, field))
        for field in definition.form
        if form.get(field.id) and field.id not in changed
    ) + tuple(_overrides(seen, bundle))


def _beside(seen: Seen, bundle: BundleView, field: FormField) -> str:
    """What a register said of it: of a person, or something else than was written."""
    sharing = bundle.application.sharing
    checked, corrected = sharing.persons.get(field.id), sharing.corrected.get(field.id)
    if checked is not None:
        return f"（人口库 {formats.moment(checked.at, seen.now)} {_VERDICTS[checked.verdict]}）"
    if corrected is not None:
        return f"（申请人更正；{corrected.source}记载为“{written(field, corrected.value)}”）"
    return ""


def _overrides(seen: Seen, bundle: BundleView) -> Iterator[Pair]:
    names = {material.code: material.name for material in bundle.materials}
    for code, each in bundle.application.sharing.overrides.items():
        said = f"{each.reason}（{formats.moment(each.at, seen.now)}）"
        yield Pair(f"共享失败、要求提交“{names.get(code, code)}”的理由", said)


def asked_fields(seen: Seen, bundle: BundleView) -> tuple[FormField, ...]:
    """The form's fields that were asked of this application, in the order written."""
    definition = seen.definition(bundle)
    if definition is None:
        return ()
    said = bundle.application
    on = local_day(bundle.started_at)
    facts = facts_for(definition, said.answers, said.firm, said.stands, on=on)
    return fields_asked(definition, facts)


def stands(bundle: BundleView, field: FormField) -> str:
    """What the field says now, as people may see it."""
    return written(field, bundle.application.stands.get(field.id, ""))


def changes(seen: Seen, bundle: BundleView) -> tuple[ChangeView, ...]:
    """Each particular of the register that is to change, before and after."""
    return tuple(_changes(seen, bundle))


def _changes(seen: Seen, bundle: BundleView) -> Iterator[ChangeView]:
    said, definition = bundle.application, seen.definition(bundle)
    fields = {field.id: field for field in definition.form} if definition else {}
    for fact, label, name in _CHANGES:
        if not said.stands.get(name):
            continue
        old = _known(fact, said.firm.get(fact)) or (bundle.firm_name if fact == "name" else "")
        said_new = said.stands[name]
        new = written(fields[name], said_new) if name in fields else said_new
        yield ChangeView(label, formats.known(old), new)


def _known(name: str, value: object) -> str:
    """What a register says, in words."""
    if not isinstance(value, str):
        return ""
    listed = FACTS_BY_NAME[name].values
    return next((option.label for option in listed if option.value == value), value)


def written(field: FormField, value: str) -> str:
    """As people may see it: an identity number shows its ends only, a choice its words."""
    match field.kind:
        case FieldKind.PERSON_ID:
            return formats.masked_id(value)
        case FieldKind.CHOICE:
            return next((o.label for o in field.options if o.value == value), value)
        case _:
            return value
