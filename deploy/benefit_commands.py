"""The commands `yijianshi benefits …`: each in a few lines, the work elsewhere."""
# ruff: noqa: D400, D415 - docstrings are the help text: Chinese, ending in 。

from typing import Annotated

import typer

from deploy import books
from deploy.attached import database, out, settings_of

app = typer.Typer(help="免申即享", no_args_is_help=True)


@app.callback()
def _benefits() -> None:
    """免申即享"""


@app.command("books")
def show_books(
    context: typer.Context,
    policy: Annotated[
        str | None, typer.Argument(help="政策；不写为全部", show_default=False)
    ] = None,
    period: Annotated[
        str | None, typer.Argument(help="预算期间，如 2026", show_default=False)
    ] = None,
) -> None:
    """核对台账、预算、应享、指令和国库对账单；不符的逐条列出（退出码 1）。"""
    with database(settings_of(context)) as settings:
        code = books.check(settings, policy, period, out)
    raise typer.Exit(code)
