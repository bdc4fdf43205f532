"""From entitlements, payments, budgets and cases as they are read to what their pages show."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from activities.store.benefits.budget_changes import BudgetChanges
from activities.store.benefits.reading import EntryLine
from activities.store.benefits.reading_cases import CaseLine
from activities.store.benefits.reading_entitlement import NoticeLine
from activities.store.benefits.reading_money import BudgetLine, LedgerLine, PaymentLine
from api.console import benefit_words as words
from api.console import formats
from api.console.fill import benefits as fill
from api.console.fill.benefit_lists import code
from api.console.fill.charts import Figure, chart
from api.console.request import department_name
from api.console.views.benefit_money import (
    BudgetChangeRow,
    BudgetForm,
    BudgetRow,
    CaseRow,
    EntryRow,
    FoundRow,
    NoticeRow,
    PaymentRow,
    RecoveryRow,
)
from api.console.views.charts import Chart
from api.console.views.shared import FieldView, Link, Pair, Submission, Tab, Tone
from api.problems import wrong
from api.services import Services
from definitions.benefits.entitlement import Status
from definitions.benefits.ledger import Account
from definitions.language.roles import Actor
from definitions.rules import permissions
from definitions.rules.money import yuan
from definitions.rules.permissions import Act

_PER = 1000
_YUAN = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,2}))?")
_STATUSES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "failed": ("没有到账", ("failed",)),
    "open": ("在途", ("ready", "sent")),
    "paid": ("已到账", ("paid",)),
    "all": ("全部", ()),
}
_RECOVERIES: Mapping[str, tuple[str, Status]] = {
    "open": ("追回中", Status.RECOVERING),
    "done": ("已追回", Status.RECOVERED),
}


def decided_on(line: EntryLine, organ: str, back: int) -> tuple[Pair, ...]:
    """Whose it is, of what, and how much; `back` is what was returned or offset of it."""
    found = [
        Pair("对象", line.name),
        Pair("代码", code(line.kind, line.code)),
        Pair("政策", line.policy_name),
        Pair("机关", organ),
        Pair("周期", fill.period(line.period)),
        Pair("金额", yuan(line.fen)),
        Pair("收款账户", "已登记" if line.has_account else ""),
    ]
    if line.attempt:
        found.append(Pair("拨付次数", f"{line.attempt}"))
    if line.back_by is not None:
        found.append(Pair("退回期限", formats.iso_day(line.back_by)))
        found.append(Pair("应退回", yuan(line.back_fen)))
        found.append(Pair("已退回、抵扣", yuan(back)))
    return tuple(found)


def payment_row(line: PaymentLine, *, many: bool = False) -> PaymentRow:
    """One attempt."""
    return PaymentRow(
        number=line.id,
        entitlement=Link(line.name, fill.entitlement_url(line.entitlement)) if many else None,
        attempt=line.attempt,
        fen=line.fen,
        account=f"{formats.masked_name(line.account_name)} {line.account}",
        status=words.INSTRUCTION[line.status],
        reason=fill.why(line.reason, words.WHY),
        sent_at=line.sent_at,
        answered_at=line.answered_at,
    )


def entry_row(line: LedgerLine) -> EntryRow:
    """A line of the ledger."""
    return EntryRow(
        at=line.at,
        kind=words.ENTRY[line.kind],
        attempt=line.attempt,
        way=f"{words.ACCOUNT[line.taken_from]} → {words.ACCOUNT[line.given_to]}",
        fen=line.fen,
    )


def notice_row(line: NoticeLine) -> NoticeRow:
    """What was told."""
    return NoticeRow(at=line.at, text=line.text, read_at=line.read_at)


def case_row(line: CaseLine) -> CaseRow:
    """A case, and the application by which it is handled."""
    named = line.name or "公示名单"
    link = Link(named, fill.entitlement_url(line.entitlement)) if line.entitlement else None
    return CaseRow(
        kind=words.CASE[line.kind],
        entitlement=link,
        who="" if line.entitlement else named,
        bundle=Link(line.bundle, f"/console/bundles/{line.bundle}") if line.bundle else None,
        policy=line.policy_name,
        status=words.OUTCOME[line.outcome] if line.outcome else words.CASE_OPEN,
        opened_at=line.opened_at,
        ended_at=line.ended_at,
    )


def case_views(url: str, *, open_only: bool) -> tuple[Tab, ...]:
    """Open ones, or all."""
    return (
        Tab("处理中", url, current=open_only),
        Tab("全部", fill.with_query(url, view="all"), current=not open_only),
    )


def payment_views(url: str, chosen: str) -> tuple[Tab, ...]:
    """What failed first: somebody must see to it."""
    return tuple(
        Tab(label, fill.with_query(url, view="" if name == "failed" else name), name == chosen)
        for name, (label, _) in _STATUSES.items()
    )


def payment_statuses(chosen: str) -> tuple[str, ...] | None:
    """Which those are; None for a word that is none of ours."""
    return _STATUSES[chosen][1] if chosen in _STATUSES else None


def recovery_views(chosen: str) -> tuple[Tab, ...]:
    """What is open, and what came back."""
    url = fill.RECOVERIES
    return tuple(
        Tab(label, fill.with_query(url, view="" if name == "open" else name), name == chosen)
        for name, (label, _) in _RECOVERIES.items()
    )


def recovery_status(chosen: str) -> Status | None:
    """Which those are; None for a word that is none of ours."""
    return _RECOVERIES[chosen][1] if chosen in _RECOVERIES else None


def came_back(lines: Iterable[LedgerLine]) -> int:
    """What was returned or offset, by the ledger."""
    return sum(line.fen for line in lines if line.given_to is Account.RETURNED)


def recovery_row(line: EntryLine, back: int, now: datetime) -> RecoveryRow:
    """What is to come back of one entitlement, and what has."""
    return RecoveryRow(
        link=Link(line.name, fill.entitlement_url(line.id)),
        policy=f"{line.policy_name}（{fill.period(line.period)}）",
        fen=line.fen,
        wanted=line.back_fen,
        back=back,
        due=line.back_by,
        overdue=line.status is Status.RECOVERING and fill.is_overdue(line.back_by, now),
        status=words.STATUS[line.status],
    )


def found_row(line: EntryLine) -> FoundRow:
    """An entitlement by its beneficiary."""
    return FoundRow(
        link=Link(line.name, fill.entitlement_url(line.id)),
        policy=line.policy_name,
        period=fill.period(line.period),
        fen=line.fen,
        status=words.STATUS[line.status],
    )


def budget_url(line: BudgetLine) -> str:
    """Where its total is changed."""
    return fill.with_query(fill.BUDGETS, policy=line.policy, period=line.period)


def budget_row(services: Services, line: BudgetLine, actor: Actor) -> BudgetRow:
    """A budget; who may set it finds the way to do so."""
    return budget_line(line, department_name(services, line.organ), may=may_set(line, actor))


def may_set(line: BudgetLine, actor: Actor) -> bool:
    """Whether it is the actor's to change."""
    return permissions.reaches(actor, Act.SET_BUDGET, line.organ)


def budget_line(line: BudgetLine, organ: str, *, may: bool) -> BudgetRow:
    """The same, the organ by its name."""
    balance = line.balance
    return BudgetRow(
        policy=line.policy_name,
        organ=organ,
        period=fill.period(line.period),
        total=balance.total,
        reserved=balance.reserved,
        paid=balance.paid,
        returned=balance.returned,
        left=balance.left,
        change=Link("改总额" if may else "变更记录", budget_url(line)),
    )


def budget_form(
    line: BudgetLine,
    history: BudgetChanges,
    submission: Submission | None,
    *,
    value: str,
    error: str,
) -> BudgetForm:
    """The total of one budget in a field, if it may be sent, and who has changed it before."""
    return BudgetForm(
        title=f"{'改' if submission else ''}“{line.policy_name}”{fill.period(line.period)}的预算",
        submission=submission,
        policy=line.policy,
        period=line.period,
        total=FieldView("total", "总额（元）", value=value, error=error, max_length=24),
        back_url=fill.BUDGETS,
        chain=fill.chain(holds=history.holds),
        changes=tuple(
            BudgetChangeRow(each.at, each.actor_name or each.actor, each.before, each.total)
            for each in reversed(history.changes)
        ),
    )


def used(lines: Sequence[BudgetLine]) -> Chart | None:
    """How much of each budget is set aside and paid, in thousandths; whatever is used shows."""
    if not lines:
        return None
    figures = [
        Figure(
            f"{line.policy_name}（{fill.period(line.period)}）",
            -((line.balance.reserved + line.balance.paid) * -_PER // line.balance.total),
            Tone.WAIT if line.balance.left * 10 < line.balance.total else Tone.INFO,
        )
        for line in lines
    ]
    return chart("预算已用", figures, of="预算", unit="已用", said=_rate, whole=_PER)


def totals(lines: Iterable[tuple[str, int, int]]) -> tuple[Pair, ...]:
    """Payments of a run by status: how many, and what they come to."""
    return tuple(
        Pair(words.INSTRUCTION[status].label, f"{count:,} 笔，{yuan(fen)}")
        for status, count, fen in lines
    )


def yuan_of(fen: int) -> str:
    """As it is typed into a field."""
    return f"{fen // 100}.{fen % 100:02d}"


def fen_of(typed: str) -> int:
    """From yuan as people type it. Raises `invalid`."""
    fen = fen_typed(typed)
    if fen is None:
        raise wrong("/fen", "yuan", "金额写成 12345.00 这样，单位元")
    return fen


def fen_typed(typed: str) -> int | None:
    """The same; None where it is no sum."""
    said = typed.strip().replace(",", "").replace("，", "").removesuffix("元").strip()
    found = _YUAN.fullmatch(said)
    return None if found is None else int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def _rate(thousandths: int) -> str:
    return f"{thousandths // 10}.{thousandths % 10}%"
