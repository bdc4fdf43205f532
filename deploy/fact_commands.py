"""The commands `yijianshi facts …`: each in a few lines, the work elsewhere."""
# ruff: noqa: D400, D415 - docstrings are the help text: Chinese, ending in 。

from pathlib import Path
from typing import Annotated

import typer

from deploy import facts
from deploy.attached import database, out, reachable, settings_of

app = typer.Typer(help="免申即享的数据", no_args_is_help=True)


@app.command("load")
def load(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV 或者每行一个 JSON 对象的文件")],
    *,
    source: Annotated[str, typer.Option(help="来源，如 market")],
    as_of: Annotated[str, typer.Option(help="数据的截至日，如 2026-11-24")],
    kind: Annotated[str, typer.Option(help="firm（企业）或 person（个人）")],
) -> None:
    """装入一个来源的数据：对的行全部装入，有误的逐行列出（退出码 1）。"""
    with database(settings_of(context)) as settings:
        code = facts.load(settings, file, source=source, kind=kind, as_of=as_of, console=out)
    raise typer.Exit(code)


@app.command("fetch")
def fetch(context: typer.Context) -> None:
    """向各来源取新的数据（YIJIANSHI_FACTS_URL，或者运行中的样例）；有不应答的，退出码 1。"""
    given = settings_of(context)
    if given.facts_url is None:
        # The made-up ones are there only while the stack runs.
        raise typer.Exit(facts.fetch(reachable(given), out))
    with database(given) as settings:
        code = facts.fetch(settings, out)
    raise typer.Exit(code)


@app.command("list")
def show_batches(context: typer.Context) -> None:
    """最近装入的批次。"""
    with database(settings_of(context)) as settings:
        facts.show_batches(settings, out)
