"""`yijianshi benefits books`: whether what was paid agrees everywhere, the treasury included."""

import asyncio

from rich.console import Console

from activities.outside.payments.treasury import Line, Treasury, TreasuryAway, TreasuryRefused
from activities.store.benefits.books import Books, books_balance, kept_books
from activities.store.benefits.budgets import BudgetKey
from activities.store.engine import Store
from definitions.rules.money import yuan
from deploy import treasury
from deploy.database import url
from deploy.settings import Settings
from deploy.trouble import Exit, Trouble

_TRIES = 3


def check(settings: Settings, policy: str | None, period: str | None, console: Console) -> int:
    """Print the books of one budget, or of all; 1 where anything differs. Raises Trouble."""
    return asyncio.run(_check(settings, policy, period, console))


async def statement(outside: Treasury, key: BudgetKey) -> list[Line] | None:
    """All of the treasury's statement of a budget; None where it is away."""
    lines: list[Line] = []
    try:
        while page := await outside.statement(key.project, after=lines[-1].ref if lines else ""):
            lines += page
    except (TreasuryAway, TreasuryRefused):
        return None
    return lines


async def _check(
    settings: Settings, policy: str | None, period: str | None, console: Console
) -> int:
    store, outside = Store(url(settings), name="books"), treasury.connected(settings)
    try:
        async with store.reading() as session:
            every = await kept_books(session)
        wanted = [
            key for key in every if policy in {None, key.policy} and period in {None, key.period}
        ]
        if policy is not None and not wanted:
            message = f"没有 {policy} {period or ''} 的预算。"
            raise Trouble(message, code=Exit.INPUT)
        wrong = 0
        for key in wanted:
            books = await _books(store, outside, key)
            _show(books, console)
            wrong += len(books.differences)
        if not wanted:
            console.print("还没有预算。")
        return Exit.FAILED if wrong else 0
    finally:
        await outside.close()
        await store.close()


async def _books(store: Store, outside: Treasury, key: BudgetKey) -> Books:
    """Read a moment apart, the sides may differ while payments go on: then they are read again."""
    found = None
    for _ in range(_TRIES):
        said = await statement(outside, key)
        async with store.reading() as session:
            found = await books_balance(session, key, said)
        assert found is not None
        if not found.differences:
            break
    assert found is not None
    return found


def _show(books: Books, console: Console) -> None:
    balance = books.balance
    mark = "[red]✗[/]" if books.differences else "[green]✓[/]"
    console.print(f"{mark} {books.key.policy} {books.key.period}：{books.payments} 笔")
    console.print(
        f"  预算 {yuan(balance.total)}，占用 {yuan(balance.reserved)}，"
        f"拨付 {yuan(balance.paid)}，退回 {yuan(balance.returned)}，剩余 {yuan(balance.left)}"
    )
    console.print(f"  国库实付 {yuan(books.paid_out)}，抵扣 {yuan(books.kept_back)}")
    if not books.statement:
        console.print("  国库没有应答，未与对账单核对")
    elif books.on_the_way:
        console.print(f"  在途 {yuan(books.on_the_way)}")
    for each in books.differences:
        console.print(f"  [red]不符[/] {each.what}：{each.ours} / {each.theirs}")
