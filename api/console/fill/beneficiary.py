"""From what a beneficiary has to what the own page shows, and what may be done there."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from urllib.parse import quote

from activities.store.benefits.ledger import CameBack
from activities.store.benefits.opting import OPTED_OUT, OptOutKind
from activities.store.benefits.reading import EntryLine
from activities.store.benefits.reading_cases import CaseLine
from activities.store.benefits.reading_entitlement import OptOutLine
from api.benefits.beneficiary import Beneficiary
from api.console import benefit_words as words
from api.console.fill.act_parts import Typed, long, short
from api.console.fill.benefits import period as period_said
from api.console.fill.benefits import why as why_said
from api.console.fill.facts import typed_fact
from api.console.formats import day, masked_name
from api.console.request import Posted, submission
from api.console.views.beneficiary import MyCase, MyEntry, MyNo
from api.console.views.benefits import ActForm
from api.console.views.shared import FieldControl, FieldView, Link, Option
from api.services import Services
from definitions.benefits.entitlement import DECLINABLE, Status
from definitions.benefits.run import Phase, RunState
from definitions.language.benefits import FactType, PolicyDefinition, SubjectFact
from definitions.rules.matching import needed_facts
from definitions.rules.money import yuan

MY = "/public/my-benefits"
ALL = "all"
NOES: Mapping[OptOutKind, str] = {
    OptOutKind.BENEFIT: "不享受",
    OptOutKind.AUTOMATED: "不接受系统自动作出决定，由人工审核",
}
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


def entry(  # noqa: PLR0917 - whose, what, and what is known of it
    who: Beneficiary,
    line: EntryLine,
    state: RunState,
    says: Mapping[str, str],
    now: datetime,
    back: CameBack | None = None,
) -> MyEntry:
    """One benefit of one's own; the wish is asked for on the page. `back`: what came back."""
    code = who.subject.query_code
    return MyEntry(
        id=line.id,
        link=Link(line.policy_name, my_url(who.subject.id, code, "entries", line.id)),
        period=period_said(line.period),
        amount=yuan(line.fen),
        status=words.STATUS[line.status],
        says=_told(line, state, says, now, back.fen if back else 0),
        acts=tuple(_wishes(who, line)),
    )


def _told(
    line: EntryLine, state: RunState, says: Mapping[str, str], now: datetime, back: int
) -> str:
    """What it is now, why, and what to do, in a sentence; `back` is what came back of it."""
    because = why_said(line.why, says)
    match line.status:
        case Status.LISTED if state.phase is Phase.PUBLICITY and state.publicity is not None:
            until = day(state.publicity.until, now)
            return f"名单正在公示，{until}止；没有异议的，公示后拨付。"
        case Status.ASKED if state.wish is not None:
            until = day(state.wish.until, now)
            return f"请在 {until}以前确认是否需要；到期没有确认的，视为不需要。"
        case Status.CONFIRMED if not state.terms.publicity_days:
            return "您已确认，等待拨付。"
        case Status.DECLINED if line.why == OPTED_OUT:
            return "您选择了不享受。改变主意的，请收回选择，也可以要求人工复核。"
        case Status.STOPPED if line.why == OPTED_OUT:
            return "您选择了不享受，这一笔不再发放。改变主意的，请收回选择，并要求人工复核。"
        case Status.STOPPED if line.why in words.WHY:
            return f"{because}，这一笔不再发放。不同意的，可以要求人工复核。"
        case Status.STOPPED if because:
            return f"{_SAYS[line.status]}（{because}）"
        case Status.HELD if not line.has_account:
            return "没有登记收款账户。请申请登记账户，核对后拨付。"
        case Status.RECOVERING if line.back_by is not None:
            until, left = day(line.back_by, now), yuan(line.back_fen - back)
            return f"核查认为不应发放，请在 {until}以前退回 {left}；也可以陈述、申辩。"
        case _:
            return _SAYS[line.status]


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
    filled = Typed.back(typed, wrong)
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
    who: Beneficiary, line: EntryLine, facts: tuple[SubjectFact, ...], filled: Typed
) -> Iterator[ActForm]:
    """A person's look, and data put right: open to everybody at any time."""
    yield ActForm(
        "要求人工复核",
        submission(_act(who, line, "review")),
        (long(filled, "reason-review", "哪里不对，为什么"),),
        opens="不同意这个结果，要求人工复核",
    )
    if facts:
        yield ActForm(
            "申请更正",
            submission(_act(who, line, "correction")),
            (
                _choice("fact-correction", "哪一项数据", facts, filled),
                short(
                    filled,
                    "value-correction",
                    "应当是",
                    "是／否、数字、金额（元）、日期（2026-11-24）或者文字",
                ),
                long(filled, "reason-correction", "依据"),
            ),
            opens="数据不对，申请更正",
        )


def _by_standing(who: Beneficiary, line: EntryLine, filled: Typed) -> Iterator[ActForm]:
    """What depends on how far it has come: another account, a statement against recovery."""
    if line.status in {Status.FAILED, Status.HELD, Status.CLEARED, Status.LISTED}:
        yield ActForm(
            "申请更正账户",
            submission(_act(who, line, "account")),
            (
                short(filled, "name-account", "户名"),
                short(filled, "number-account", "账号"),
            ),
            hint="工作人员核对后才会改；金融社保卡、对公账户都可以。",
            opens="收款账户没有登记或者不对，申请更正",
        )
    if line.status is Status.RECOVERING:
        yield ActForm(
            "提交陈述、申辩",
            submission(_act(who, line, "recovery")),
            (long(filled, "reason-recovery", "理由"),),
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
    return {fact.fact: typed_fact(fact, said)}


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


def _choice(name: str, label: str, facts: Iterable[SubjectFact], filled: Typed) -> FieldView:
    chosen = filled.said(name)
    options = tuple(Option(fact.fact, fact.label, chosen=fact.fact == chosen) for fact in facts)
    return FieldView(name, label, FieldControl.LIST, options=options, error=filled.error(name))


def _act(who: Beneficiary, line: EntryLine, act: str) -> str:
    return my_url(who.subject.id, who.subject.query_code, "entries", line.id, act)
