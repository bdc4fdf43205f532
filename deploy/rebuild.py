"""`yijianshi rebuild`: the read model from the events, written anew or only compared."""

import asyncio

from rich.console import Console

from activities.store.engine import Store
from activities.store.writing.rebuild import Difference, compare, numbers, rewrite
from deploy.database import url
from deploy.settings import Settings
from deploy.trouble import Exit

_out = Console(highlight=False, soft_wrap=True)
_SHOWN = 50


def run(settings: Settings, *, check: bool) -> int:
    """0 where tables and events agree (or were made to); FAILED where a difference is left."""
    return asyncio.run(_run(settings, check=check))


async def _run(settings: Settings, *, check: bool) -> int:
    store = Store(url(settings), name="rebuild", size=2)
    count, found, left = 0, 0, 0
    try:
        async for number in numbers(store):
            count += 1
            differences = await compare(store, number)
            found += len(differences)
            for difference in differences[: max(0, _SHOWN - left)]:
                _show(difference)
            if differences and not check:
                await rewrite(store, number)
                differences = await compare(store, number)
            left += len(differences)
    finally:
        await store.close()
    if found == 0:
        _out.print(f"[green]✓[/] 已核对 {count} 件，事件与查询数据一致，存证链完整。")
        return 0
    mended = "" if check else f"，已重建 {found - left} 处"
    _out.print(
        f"{'[red]✗' if left else '[green]✓'}[/] 已核对 {count} 件，差异 {found} 处{mended}。"
    )
    return Exit.FAILED if left else 0


def _show(found: Difference) -> None:
    _out.print(f"  {found.bundle} {found.place}：现为 {found.stands}，应为 {found.should}")
