"""How limits, bases, facts and answers are worded on pages, whoever they are for."""

from activities.store.desk.applications import Answer
from api import known
from api.console.formats import masked_id, masked_phone
from api.console.formats import unit as unit_word
from api.console.views.shared import BasisView, SourceView
from api.services import Services
from definitions.language.base import Basis
from definitions.language.facts import FACTS_BY_NAME
from definitions.language.limits import Limit
from definitions.language.questions import FieldKind, FormField, Question
from definitions.rules.conditions import Fact


def basis_view(services: Services, basis: Basis) -> BasisView:
    """A citation with the law's full title."""
    laws = known.laws(services.library)
    title = next((law.title for law in laws if law.key == basis.law), basis.law)
    return BasisView(title, basis.article, basis.says or "")


def limit_words(limit: Limit) -> str:
    """6 个工作日."""
    return f"{limit.days} 个{unit_word(limit.unit)}"


def fact_words(name: str, value: Fact) -> str:
    """A firm's fact as people say it."""
    fact = FACTS_BY_NAME.get(name)
    labels = {option.value: option.label for option in fact.values} if fact else {}
    if isinstance(value, bool):
        return "是" if value else "否"
    many = value if isinstance(value, tuple) else (value,)
    return "、".join(labels.get(str(each), str(each)) for each in many)


def answer_words(question: Question, answer: Answer | Fact) -> str:
    """An answer by the labels of its options."""
    labels = {option.value: option.label for option in question.options}
    many = answer if isinstance(answer, tuple) else (answer,)
    if not many:
        return "都没有"
    known = FACTS_BY_NAME.get((question.answered_by or "").removeprefix("firm."))
    labels = {**({o.value: o.label for o in known.values} if known else {}), **labels}
    return "、".join(labels.get(str(each), str(each)) for each in many)


def field_words(field: FormField, value: str) -> str:
    """A filled-in value for reading: choices by label, personal numbers masked."""
    match field.kind:
        case FieldKind.CHOICE:
            return next((o.label for o in field.options if o.value == value), value)
        case FieldKind.PERSON_ID:
            return masked_id(value) if value else ""
        case FieldKind.MOBILE:
            return masked_phone(value) if value else ""
        case FieldKind.MONEY | FieldKind.NUMBER if value:
            return f"{_grouped(value)} {field.unit}" if field.unit else _grouped(value)
        case _:
            return value


def _grouped(value: str) -> str:
    """1200000.50 as 1,200,000.50; what is no number stays as it was typed."""
    whole, dot, rest = value.partition(".")
    return f"{int(whole):,}{dot}{rest}" if whole.isascii() and whole.isdecimal() else value


def source_view(said: str) -> SourceView:
    """`样例登记库（2026-11-20）` as name and detail."""
    name, _, rest = said.partition("（")
    return SourceView(name or "申请人", rest.removesuffix("）"))
