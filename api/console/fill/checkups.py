"""From a check-up to what its pages show, at the window and to oneself."""

from collections.abc import Iterator, Mapping
from urllib.parse import quote

from activities.store.benefits.checkups import DECLARED
from activities.store.benefits.reading import EntryLine
from activities.store.benefits.subscriptions import Noted
from api import checkup
from api.checkup import TITLES, Found
from api.console import benefit_words as words
from api.console.fill.benefit_entitlement import account_form
from api.console.fill.benefit_money import yuan_of
from api.console.fill.benefits import period
from api.console.fill.facts import typed_as, typed_fact
from api.console.formats import masked_id, masked_name
from api.console.request import Posted, department_name, submission
from api.console.views.benefits import ActForm
from api.console.views.checkups import (
    AccountDue,
    ChangeRow,
    CheckedRow,
    CheckGroup,
    CheckUpView,
    UsedFact,
)
from api.console.views.shared import FieldControl, FieldView, Option, StatusView, Tone
from api.console.words import SYMBOLS
from api.services import Services
from definitions.benefits.checkup import Change, Checked, Standing, Told
from definitions.language.benefits import FactType, SubjectFact, SubjectKind
from definitions.lifecycle.finding_saying import shown_fact
from definitions.rules.conditions import Fact
from definitions.rules.money import yuan

FACT = "fact."
_TONES: Mapping[Standing, Tone] = {
    Standing.ENTITLED: Tone.OK,
    Standing.NEAR: Tone.WAIT,
    Standing.UNKNOWN: Tone.PAUSE,
    Standing.EXCLUDED: Tone.BAD,
    Standing.NOT: Tone.IDLE,
}
STANDING: Mapping[Standing, StatusView] = {
    standing: StatusView(TITLES[standing], SYMBOLS[tone], tone) for standing, tone in _TONES.items()
}
_FLAGS = ("是", "否")


def view(services: Services, found: Found, *, masks: bool = False) -> CheckUpView:
    """The check-up; `masks` hides the name, where a screen may be looked at by others."""
    by_standing: dict[Standing, list[CheckedRow]] = {}
    for each in found.checkup.policies:
        by_standing.setdefault(each.standing, []).append(_row(services, found, each))
    subject = found.subject
    name = subject.name if subject else "没有登记数据的对象"
    firm = found.checkup.kind is SubjectKind.FIRM
    code = "" if subject is None else subject.code if firm else masked_id(subject.code)
    noted = found.subscription.changes if found.subscription else ()
    return CheckUpView(
        who=masked_name(name) if masks else name,
        code="" if masks else code,
        on=found.checkup.on,
        summary=checkup.summary(found),
        groups=tuple(
            CheckGroup(TITLES[standing], tuple(by_standing[standing]))
            for standing in Standing
            if standing in by_standing
        ),
        facts=tuple(_facts(services, found)),
        changes=tuple(_change(each) for each in noted),
        followed=found.subscription.at if found.subscription else None,
    )


def declare_form(services: Services, found: Found, action: str) -> ActForm | None:
    """What is missing and one can say oneself; None where nothing is."""
    fields = tuple(_field(found, fact) for fact in checkup.declarable(services, found))
    if not fields:
        return None
    return ActForm(
        "补充申报后再体检",
        submission(action),
        fields,
        hint="只用来算这一次，不入库；登记机关等已经掌握的，以掌握的为准。",
        opens=f"有 {len(fields)} 项数据查不到，可以自己填",
    )


def declared(services: Services, form: Posted) -> dict[str, Fact | list[str]]:
    """What was filled in, as facts; what is no number stays as typed and is refused."""
    facts = {fact.fact: fact for fact in services.facts.facts}
    found: dict[str, Fact | list[str]] = {}
    for name, value in form.below(FACT).items():
        said = value.strip()
        if said:
            found[name] = typed_fact(facts[name], said) if name in facts else said
    return found


def follow_form(found: Found, *, follow: str, unfollow: str) -> ActForm | None:
    """Subscribe, or take that back; of somebody on record only."""
    if found.subject is None:
        return None
    if found.subscription is None:
        hint = "体检结果有变化的，每天记在这里。"
        return ActForm("订阅政策变化", submission(follow), hint=hint)
    return ActForm("退订", submission(unfollow))


def account_due(
    line: EntryLine, url: str, wrong: Mapping[str, str], typed: Posted | None
) -> AccountDue:
    """What waits for an account, with the form that puts it right."""
    return AccountDue(
        name=line.policy_name,
        period=period(line.period),
        fen=line.fen,
        status=words.STATUS[line.status],
        act=account_form(f"{url}/{quote(line.id, safe='')}", wrong, typed, of=line.id),
    )


def change_said(change: Change) -> str:
    """`信用优良企业服务费减免：差一点 → 可享 300.00 元`."""
    return f"{change.name}：{_told(change.before)} → {_told(change.after)}"


def _told(said: Told | None) -> str:
    if said is None:
        return "没有这项政策"
    amount = f" {yuan(said.amount)}" if said.amount is not None else ""
    return f"{TITLES[said.standing]}{amount}"


def _change(noted: Noted) -> ChangeRow:
    return ChangeRow(noted.at, change_said(noted.change))


def _row(services: Services, found: Found, each: Checked) -> CheckedRow:
    return CheckedRow(
        name=each.name,
        number=each.number,
        organ=department_name(services, each.organ),
        status=STANDING[each.standing],
        amount=checkup.amount_said(each),
        has=words.STATUS[each.has] if each.has else None,
        says=checkup.sentences(services, found, each),
    )


def _facts(services: Services, found: Found) -> Iterator[UsedFact]:
    every = {fact.fact: fact for fact in services.facts.facts}
    for name, known in found.checkup.known.items():
        yield UsedFact(
            label=every[name].label,
            value=shown_fact(every[name], known.value),
            source=checkup.source_said(services, known),
            as_of=None if known.source == DECLARED else known.as_of,
            stale=not known.fresh,
        )


def _field(found: Found, fact: SubjectFact) -> FieldView:
    known = found.checkup.known.get(fact.fact)
    value = known.value if known and known.source == DECLARED else None
    name = f"{FACT}{fact.fact}"
    choices = _FLAGS if fact.type is FactType.FLAG else tuple(fact.values.values())
    if choices:
        shown = "" if value is None else shown_fact(fact, value)
        listed = (Option("", "不清楚"), *(Option(c, c, chosen=c == shown) for c in choices))
        return FieldView(name, fact.label, FieldControl.LIST, options=listed, required=False)
    shown = "" if value is None else str(value)
    if fact.money and isinstance(value, int):
        shown = yuan_of(value)
    control = FieldControl.DATE if fact.type is FactType.DATE else FieldControl.TEXT
    return FieldView(
        name, fact.label, control, value=shown, hint=typed_as(fact), required=False, max_length=48
    )
