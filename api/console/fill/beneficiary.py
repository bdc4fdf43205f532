"""From what a beneficiary has to what the own page shows, and what may be done there."""

from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from activities.store.benefits.ledger import CameBack
from activities.store.benefits.opting import OptOutKind
from activities.store.benefits.reading import EntryLine
from activities.store.benefits.reading_cases import CaseLine
from activities.store.benefits.reading_entitlement import OptOutLine
from api.benefits.beneficiary import Beneficiary
from api.benefits.entries import LONGEST_REASON
from api.console import benefit_words as words
from api.console.fill.benefits import period as period_said
from api.console.fill.benefits import why as why_said
from api.console.formats import masked_name
from api.console.request import Posted, submission
from api.console.views.beneficiary import MyCase, MyEntry, MyNo
from api.console.views.benefits import ActForm
from api.console.views.shared import FieldControl, FieldView, Link, Option
from api.services import Services
from definitions.benefits.entitlement import DECLINABLE, Status
from definitions.benefits.run import RunState
from definitions.language.benefits import FactType, PolicyDefinition, SubjectFact
from definitions.rules.matching import needed_facts
from definitions.rules.money import yuan

MY = "/public/my-benefits"
ALL = "all"
NOES: Mapping[OptOutKind, str] = {
    OptOutKind.BENEFIT: "不享受",
    OptOutKind.AUTOMATED: "不接受系统自动作出决定，由人工审核",
}
_MOST_DIGITS = 12
_FLAGS = {"是": True, "有": True, "否": False, "没有": False}
_WANTED = frozenset({Status.ASKED, Status.INVITED})
_SAYS: Mapping[Status, str] = {
    Status.LISTED: "已列入名单，正在复核。",
    Status.STRUCK: "复核时移出了名单。不同意的，可以要求人工复核。",
    Status.EXCLUDED: "与您（单位）已享受的另一项政策只能享受一项。",
    Status.ASKED: "请确认是否需要；到期没有确认的，视为不需要。",
    Status.CONFIRMED: "您已确认，等待公示、拨付。",
    Status.DECLINED: "您已放弃。改变主意的，可以要求人工复核。",
    Status.SILENT: "确认期内没有收到您的答复。仍然需要的，可以要求人工复核。",
    Status.INVITED: "请确认后快速申领，不用提交已经掌握的材料。",
    Status.OBJECTED: "正在复核，有结果后在这里告知。",
    Status.CLEARED: "等待拨付。",
    Status.HELD: "拨付前核对的数据暂时查不到，查到后继续。",
    Status.STOPPED: "拨付前核对，现在不再符合条件。不同意的，可以要求人工复核。",
    Status.SHORT: "本期预算暂时不足，补足后继续。",
    Status.RESERVED: "资金已经预留，即将拨付。",
    Status.SENT: "已经送财政部门拨付。",
    Status.PAID: "已经拨付到您的账户。",
    Status.FAILED: "收款账户没有收到，请更正账户。",
    Status.RECOVERING: "核查认为不应发放，请按期退回；不同意的，可以陈述、申辩。",
    Status.RECOVERED: "已经退回或者抵扣。",
    Status.CANCELLED: "本批次已经取消，以后的批次会重新比对。",
}


def my_url(subject: int, query_code: str, *parts: str) -> str:
    """One's own page or a part of it. The number is no code of anybody's."""
    path = "".join(f"/{quote(part, safe='')}" for part in parts)
    return f"{MY}/{subject}{path}?code={quote(query_code, safe='')}"


def who_said(who: Beneficiary) -> str:
    """As a screen may show it."""
    return masked_name(who.subject.name)


def account_said(who: Beneficiary) -> str:
    """The last four digits."""
    number = who.subject.account_number or ""
    return f"尾号 {number[-4:]}" if number else ""


def entry(
    who: Beneficiary,
    line: EntryLine,
    state: RunState,
    says: Mapping[str, str],
    back: CameBack | None = None,
) -> MyEntry:
    """One benefit of one's own; the wish is asked for on the page. `back`: what came back."""
    code = who.subject.query_code
    told = _SAYS[line.status]
    if line.status is Status.CONFIRMED and not state.terms.publicity_days:
        told = "您已确认，等待拨付。"
    if line.status is Status.ASKED and state.wish is not None:
        told = f"请在 {state.wish.until:%Y-%m-%d} 以前确认是否需要；到期没有确认的，视为不需要。"
    if line.status is Status.STOPPED and line.why:
        told = f"{told}（{why_said(line.why, says)}）"
    if line.status is Status.RECOVERING and line.back_by is not None:
        left = yuan(line.back_fen - (back.fen if back else 0))
        told = f"核查认为不应发放，请在 {line.back_by:%Y-%m-%d} 以前退回 {left}；也可以陈述、申辩。"
    return MyEntry(
        id=line.id,
        link=Link(line.policy_name, my_url(who.subject.id, code, "entries", line.id)),
        period=period_said(line.period),
        amount=yuan(line.fen),
        status=words.STATUS[line.status],
        says=told,
        acts=tuple(_wishes(who, line)),
    )


def decision_acts(
    services: Services,
    who: Beneficiary,
    line: EntryLine,
    policy: PolicyDefinition,
    *,
    refuses: bool,
    wrong: Mapping[str, str],
    typed: Posted | None,
) -> Iterator[ActForm]:
    """What one may ask for of one benefit: the wish, a person, a correction, another account.

    `refuses`: the machine's deciding is refused already.
    """
    filled = _Filled(wrong, typed)
    yield from _wishes(who, line)
    yield from _objections(who, line, _correctable(services, policy), filled)
    yield from _by_standing(who, line, filled)
    if not refuses:
        yield ActForm(
            "不接受自动作出决定",
            submission(_act(who, line, "refuse")),
            hint="以后这项政策对您（单位）的结果，由工作人员审核；已经作出的，可以要求人工复核。",
            opens="不接受由系统自动作出决定",
        )


def _objections(
    who: Beneficiary, line: EntryLine, facts: tuple[SubjectFact, ...], filled: "_Filled"
) -> Iterator[ActForm]:
    """A person's look, and data put right: open to everybody at any time."""
    yield ActForm(
        "要求人工复核",
        submission(_act(who, line, "review")),
        (filled.long("reason-review", "哪里不对，为什么"),),
        opens="不同意这个结果，要求人工复核",
    )
    if facts:
        yield ActForm(
            "申请更正",
            submission(_act(who, line, "correction")),
            (
                _choice("fact-correction", "哪一项数据", facts, filled),
                filled.short(
                    "value-correction", "应当是", "是／否、数字、日期（2026-11-24）或者文字"
                ),
                filled.long("reason-correction", "依据"),
            ),
            opens="数据不对，申请更正",
        )


def _by_standing(who: Beneficiary, line: EntryLine, filled: "_Filled") -> Iterator[ActForm]:
    """What depends on how far it has come: another account, a statement against recovery."""
    if line.status in {Status.FAILED, Status.HELD, Status.CLEARED, Status.LISTED}:
        yield ActForm(
            "申请更正账户",
            submission(_act(who, line, "account")),
            (
                filled.short("name-account", "户名"),
                filled.short("number-account", "账号"),
            ),
            hint="工作人员核对后才会改；金融社保卡、对公账户都可以。",
            opens="收款账户不对，申请更正",
        )
    if line.status is Status.RECOVERING:
        yield ActForm(
            "提交陈述、申辩",
            submission(_act(who, line, "recovery")),
            (filled.long("reason-recovery", "理由"),),
            opens="不同意退回，陈述、申辩",
        )


def say_no_form(
    who: Beneficiary, policies: Iterable[PolicyDefinition], wrong: Mapping[str, str]
) -> ActForm:
    """Not this benefit, or none at all; or not by machine."""
    every = ((ALL, "所有政策"), *((each.policy, each.name) for each in policies))
    options = tuple(Option(value, label) for value, label in every)
    kinds = tuple(Option(kind, label) for kind, label in NOES.items())
    return ActForm(
        "提交选择",
        submission(my_url(who.subject.id, who.subject.query_code, "no")),
        (
            FieldView(
                "policy",
                "哪项政策",
                FieldControl.LIST,
                options=options,
                error=wrong.get("policy", ""),
            ),
            FieldView(
                "kind", "选择", FieldControl.CARDS, options=kinds, error=wrong.get("kind", "")
            ),
        ),
        hint="选不享受的，还没有拨付的随之放弃；选由人工审核的，已有的结果不变。以后都可以收回。",
        opens="不想享受，或者不接受自动作出决定",
    )


def noes(
    who: Beneficiary, said: Iterable[OptOutLine], policies: Iterable[PolicyDefinition]
) -> Iterator[MyNo]:
    """What was said no to, each with its way back."""
    names = {each.policy: each.name for each in policies}
    for each in said:
        kind = OptOutKind(each.kind)
        about = names.get(each.policy, each.policy) if each.policy else "所有政策"
        back = my_url(who.subject.id, who.subject.query_code, "yes")
        label = f"{about}：{NOES[kind]}"
        yield MyNo(label, each.at, submission(back), each.policy or ALL, kind)


def case(line: CaseLine) -> MyCase:
    """What was brought forward."""
    return MyCase(
        kind=words.CASE[line.kind],
        about=line.policy_name,
        opened_at=line.opened_at,
        status=words.OUTCOME[line.outcome] if line.outcome else words.CASE_OPEN,
        number=line.bundle or "",
    )


def corrected(services: Services, policy: PolicyDefinition, form: Posted) -> dict[str, object]:
    """The fact to be put right, with its value as far as it can be read."""
    fact = next(
        (
            each
            for each in _correctable(services, policy)
            if each.fact == form.one("fact-correction")
        ),
        None,
    )
    said = form.one("value-correction").strip()
    if fact is None or not said:
        return {}
    value: object = said
    match fact.type:
        case FactType.FLAG if said in _FLAGS:
            value = _FLAGS[said]
        case FactType.NUMBER if said.isascii() and said.isdigit() and len(said) <= _MOST_DIGITS:
            value = int(said)
        case FactType.TEXT:
            value = next((key for key, label in fact.values.items() if label == said), said)
        case _:
            pass
    return {fact.fact: value}


def _wishes(who: Beneficiary, line: EntryLine) -> Iterator[ActForm]:
    if line.status in _WANTED:
        yield ActForm("确认需要", submission(_act(who, line, "confirm")))
    if line.status in DECLINABLE:
        yield ActForm("放弃这一笔", submission(_act(who, line, "decline")), danger=True)


def _correctable(services: Services, policy: PolicyDefinition) -> tuple[SubjectFact, ...]:
    asked = set(needed_facts(policy))
    return tuple(
        fact
        for fact in services.facts.facts
        if fact.fact in asked and fact.type is not FactType.MANY
    )


def _choice(name: str, label: str, facts: Iterable[SubjectFact], filled: "_Filled") -> FieldView:
    chosen = filled.value(name)
    options = tuple(Option(fact.fact, fact.label, chosen=fact.fact == chosen) for fact in facts)
    return FieldView(
        name, label, FieldControl.LIST, options=options, error=filled.wrong.get(name, "")
    )


def _act(who: Beneficiary, line: EntryLine, act: str) -> str:
    return my_url(who.subject.id, who.subject.query_code, "entries", line.id, act)


class _Filled:
    """What was typed and what was wrong with it."""

    def __init__(self, wrong: Mapping[str, str], typed: Posted | None) -> None:
        self.wrong = wrong
        self._typed = typed

    def value(self, name: str) -> str:
        """As it was typed."""
        return self._typed.one(name) if self._typed else ""

    def short(self, name: str, label: str, hint: str = "") -> FieldView:
        """A line."""
        return FieldView(
            name,
            label,
            value=self.value(name),
            hint=hint,
            error=self.wrong.get(name, ""),
            max_length=100,
        )

    def long(self, name: str, label: str) -> FieldView:
        """A reason."""
        return FieldView(
            name,
            label,
            FieldControl.LONG_TEXT,
            value=self.value(name),
            error=self.wrong.get(name, ""),
            max_length=LONGEST_REASON,
        )
