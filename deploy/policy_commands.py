"""The commands `yijianshi policies …`: each in a few lines, the work elsewhere."""
# ruff: noqa: D400, D415 - docstrings are the help text: Chinese, ending in 。

from pathlib import Path
from typing import Annotated

import typer

from deploy import policies, policy_texts
from deploy.attached import database, out, reachable, settings_of
from deploy.trouble import Exit, Trouble

app = typer.Typer(help="惠企利民政策", no_args_is_help=True)

Policy = Annotated[str, typer.Argument(help="政策，如 high_tech_award")]
File = Annotated[Path, typer.Argument(help="政策文件（YAML）")]
Cases = Annotated[Path | None, typer.Option(help="金例文件；不写用旁边的", show_default=False)]


@app.command("check")
def check(
    *,
    path: Annotated[
        Path | None, typer.Argument(help="政策文件（YAML）", show_default=False)
    ] = None,
    cases: Cases = None,
    every: Annotated[bool, typer.Option("--all", help="随软件的全部政策")] = False,
) -> None:
    """检查政策、跑金例，逐条列出问题（文件:行:列 规则 说明）。"""
    if every:
        policy_texts.check_all(out)
    elif path is not None:
        policy_texts.check(path, cases, out)
    else:
        message = "请写政策文件的路径，或者 --all。"
        raise Trouble(message, code=Exit.INPUT)


@app.command("list")
def show_list(context: typer.Context) -> None:
    """列出各项政策的版本、有效期和状态。"""
    policies.show_list(reachable(settings_of(context)), out)


@app.command("diff")
def diff(
    context: typer.Context,
    policy: Policy,
    before: Annotated[int, typer.Argument(help="旧版本")],
    after: Annotated[int, typer.Argument(help="新版本")],
) -> None:
    """用中文逐条说明两版的差别。"""
    policies.show_diff(reachable(settings_of(context)), policy, before, after, out)


@app.command("publish")
def publish(
    context: typer.Context,
    path: File,
    *,
    proposed_by: Annotated[str, typer.Option(help="提出人的账号")],
    approved_by: Annotated[str, typer.Option(help="批准人的账号，须为另一人")],
    cases: Cases = None,
    note: Annotated[str, typer.Option(help="说明")] = "",
) -> None:
    """检查、跑金例、发布；立即生效，不用重启。"""
    with database(settings_of(context)) as settings:
        policies.publish(
            settings,
            path,
            cases,
            proposed_by=proposed_by,
            approved_by=approved_by,
            note=note,
            console=out,
        )


@app.command("retire")
def retire(
    context: typer.Context,
    policy: Policy,
    version: Annotated[int, typer.Argument(help="版本")],
    *,
    by: Annotated[str, typer.Option(help="停用人的账号")],
    why: Annotated[str, typer.Option(help="理由")],
) -> None:
    """停用一版：不再依它开始新的批次，已经开始的照旧办完。"""
    with database(settings_of(context)) as settings:
        policies.retire(settings, policy, version, by=by, reason=why, console=out)


@app.command("schema")
def show_schema(
    kind: Annotated[str, typer.Argument(help="policy、cases、facts")] = "policy",
) -> None:
    """打印 JSON Schema，供编辑器边写边查。"""
    policy_texts.show_schema(kind, out)


@app.command("simulate")
def simulate(
    context: typer.Context,
    path: File,
    *,
    on: Annotated[
        str, typer.Option(help="按哪一天的数据，如 2025-11-24；不写为一年前", show_default=False)
    ] = "",
) -> None:
    """推演：按某一天的数据试算，与生效的版本比较；对任何人都没有后果。"""
    with database(settings_of(context)) as settings:
        policies.simulate(settings, path, on, out)


@app.command("pin", hidden=True)
def pin() -> None:
    """把随软件发布的新版本登记进 published.yaml（此后不能再改）。"""
    policy_texts.pin(out)
