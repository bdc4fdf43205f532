"""Money: budgets, accounts that were wrong, what came back and what need not come back."""

import structlog
from pydantic import Field

from activities.store.benefits import recoveries
from activities.store.benefits.budget_changes import BudgetChanges, changes_of
from activities.store.benefits.budgets import BudgetKey, put_budget
from activities.store.benefits.cases import CaseKind, CaseOutcome, end_case, open_case
from activities.store.benefits.facts import SubjectRow, put_subjects, subject_view
from activities.store.benefits.keys import acted_on_entitlement, case_opened, returned_under
from activities.store.benefits.notices import NoticeKind, tell
from activities.store.benefits.policies import published_policy
from activities.store.benefits.reading import EntryLine
from activities.store.benefits.reading_entitlement import entitlement_line, entries_of
from activities.store.benefits.reading_money import BudgetLine, budget_of, budgets
from activities.store.benefits.runs import act_on_run, run_view
from activities.store.engine import WriteSession
from api.acting.base import files_of
from api.auth.person import organ_of
from api.benefits.base import key_of, recorded, wake
from api.benefits.entries import own, written
from api.benefits.running import require_period
from api.problems import wrong
from api.sent import Sent
from api.services import Services
from definitions.benefits.commands import PayLate
from definitions.benefits.entitlement import Status
from definitions.benefits.run import Phase
from definitions.errors import Code, Refused
from definitions.language.base import Value
from definitions.language.roles import Actor
from definitions.rules import permissions
from definitions.rules.calendar import Calendar, local_day
from definitions.rules.codes import is_account
from definitions.rules.permissions import Act

log = structlog.get_logger(__name__)

_MOST_FEN = 10**15
# With what the key of a correction begins; the act follows.
_ACCOUNT = "account:"
_SHOWN = 4
_CORRECTED = "收款账户已更正为尾号 {last} 的账户。不是本人（本单位）提出的，请尽快到办事窗口反映。"
# Under which period a budget stands that is for the whole policy.
POLICY_WIDE = "policy"


class AccountGiven(Value):
    """The account as the beneficiary's paper says; `files` are the paper."""

    name: str = Field(repr=False)
    number: str = Field(repr=False)
    files: tuple[str, ...] = ()


def checked_account(name: str, number: str) -> tuple[str, str]:
    """Holder and number, without blanks. Raises `invalid`."""
    holder, digits = name.strip(), "".join(number.split())
    if not holder:
        raise wrong("/name", "required", "请填写户名")
    if not is_account(digits):
        raise wrong("/number", "account", "账号应为 8 到 34 位数字")
    return holder, digits


async def correct_account(
    services: Services, actor: Actor, name: str, account: AccountGiven, *, sent: Sent
) -> EntryLine:
    """Put the account right to which this could not be paid; then it is tried again.

    At the window with the beneficiary's paper, or by the organ. Each correction stands on record as
    a case of its own, done at once.
    """
    act = _correcting(actor)
    holder, number = checked_account(account.name, account.number)
    files = await files_of(services, actor, account.files)
    if not files:
        raise Refused(Code.FILES_MISSING, "请上传受益人签名的账户更正材料", field="/files")
    calendar = await services.in_force.current()
    key = key_of(actor, sent)
    async with services.store.begin() as session:
        line = await own(session, actor, name, act)
        subject = await subject_view(session, line.subject)
        assert subject is not None
        await case_opened(session, _ACCOUNT, key)
        case = await open_case(
            session,
            kind=CaseKind.ACCOUNT,
            run=line.run,
            subject=line.subject,
            entitlement=name,
            said={
                "account": {"name": holder, "number": number},
                "files": [file.id for file in files],
                "payload": sent.payload,
            },
            key=f"{_ACCOUNT}{key.act}",
            by=actor.id,
        )
        if case.outcome is None:
            given = {"account_name": holder, "account_number": number}
            row = SubjectRow(kind=subject.kind, code=subject.code, name=subject.name, **given)
            await put_subjects(session, [row])
            await end_case(session, case.id, CaseOutcome.UPHELD, services.now())
            told = _CORRECTED.format(last=number[-_SHOWN:])
            await tell(
                session, line.subject, name, NoticeKind.ACCOUNT, f"account-case:{case.id}", told
            )
            await pay_late(session, services, line, actor, f"late:{key.act}", calendar)
    await wake(services, line.run)
    return line


async def without_account(services: Services, actor: Actor, subject: int) -> tuple[EntryLine, ...]:
    """What could not be paid to a subject for want of an account that takes it; for the window."""
    permissions.require(actor, Act.SERVE_BENEFICIARY)
    async with services.store.reading() as session:
        found = await entries_of(session, subject)
    return tuple(
        line
        for line in found
        if line.status is Status.FAILED or (line.status is Status.HELD and not line.has_account)
    )


async def pay_late(  # noqa: PLR0917 - the transaction, whose, what
    session: WriteSession,
    services: Services,
    line: EntryLine,
    actor: Actor,
    act: str,
    calendar: Calendar,
) -> None:
    """Where the run is closed and this may be paid again, let it go on paying."""
    if line.status is not Status.FAILED:
        return
    if (await run_view(session, line.run)).state.phase is not Phase.CLOSED:
        return
    await act_on_run(
        session,
        PayLate(),
        run=line.run,
        actor=recorded(actor),
        act=act,
        now=services.now(),
        calendar=calendar,
    )


async def note_return(
    services: Services, actor: Actor, name: str, *, fen: int, sent: Sent
) -> EntryLine:
    """Money came back of what was paid wrongly, all of it or a part."""
    permissions.require(actor, Act.RUN_BENEFITS)
    key = key_of(actor, sent)
    async with services.store.begin() as session:
        line = await own(session, actor, name, Act.RUN_BENEFITS)
        if await returned_under(session, name, key):
            return line
        await recoveries.note_return(
            session, name, fen, actor=recorded(actor), act=key.act, now=services.now()
        )
        found = await entitlement_line(session, name)
    await wake(services, line.run)
    return found


async def drop_recovery(
    services: Services, actor: Actor, name: str, *, reason: str, sent: Sent
) -> EntryLine:
    """What was to be given back need not be: it stays paid."""
    said = written(reason)
    permissions.require(actor, Act.REVIEW_BENEFITS)
    key = key_of(actor, sent)
    async with services.store.begin() as session:
        line = await own(session, actor, name, Act.REVIEW_BENEFITS)
        if await acted_on_entitlement(session, name, key):
            return line
        if line.status is not Status.RECOVERING:
            message = "这笔应享不在追回中"
            raise Refused(Code.ENTITLEMENT_NOT_OPEN, message, status=line.status)
        await recoveries.drop_recovery(
            session, name, why=said, actor=recorded(actor), act=key.act, now=services.now()
        )
        found = await entitlement_line(session, name)
    await wake(services, line.run)
    return found


async def read_budgets(
    services: Services, actor: Actor, *, after: tuple[str, str] | None = None, limit: int = 50
) -> tuple[BudgetLine, ...]:
    """Budgets that the actor may read, by policy and period."""
    organ = organ_of(actor)
    async with services.store.reading() as session:
        return await budgets(session, organ=organ, after=after, limit=limit)


async def read_budget(
    services: Services, actor: Actor, *, policy: str, period: str
) -> BudgetLine | None:
    """One of them."""
    organ = organ_of(actor)
    async with services.store.reading() as session:
        return await budget_of(session, policy, period, organ=organ)


async def budget_changes(
    services: Services, actor: Actor, *, policy: str, period: str
) -> BudgetChanges:
    """Who has changed a budget that the actor may read. Raises `unknown-policy`."""
    if await read_budget(services, actor, policy=policy, period=period) is None:
        raise Refused(Code.UNKNOWN_POLICY, "没有这项预算")
    async with services.store.reading() as session:
        return await changes_of(session, policy, period)


async def set_budget(
    services: Services, actor: Actor, *, policy: str, period: str, total: int
) -> BudgetLine:
    """A new total, never below what is set aside and paid already. The same again is the same."""
    permissions.require(actor, Act.SET_BUDGET)
    if not 0 < total <= _MOST_FEN:
        raise wrong("/total", "range", "预算应大于 0")
    async with services.store.begin() as session:
        today = local_day(services.now())
        definition = (await published_policy(session, policy, today)).definition
        permissions.require_for(actor, Act.SET_BUDGET, definition.organ)
        key = BudgetKey(policy=policy, period=period)
        if definition.budget.per == "period":
            require_period(definition, period)
        elif BudgetKey.of(definition, period) != key:
            raise wrong("/period", "period", f"这项政策的预算不分周期，写 {POLICY_WIDE}")
        by = recorded(actor)
        balance = await put_budget(session, key, definition, total, actor=by, now=services.now())
    log.info("budget_set", policy=policy, period=period, total=total, by=actor.id)
    return BudgetLine(
        policy=policy,
        policy_name=definition.name,
        organ=definition.organ,
        period=period,
        balance=balance,
    )


def _correcting(actor: Actor) -> Act:
    """By the window for everybody, or by the organ for its own."""
    if permissions.may(actor, Act.SERVE_BENEFICIARY):
        return Act.SERVE_BENEFICIARY
    permissions.require(actor, Act.RUN_BENEFITS)
    return Act.RUN_BENEFITS
