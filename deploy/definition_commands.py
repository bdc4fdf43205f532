"""The commands `yijianshi definitions …`: each in a few lines, the work elsewhere."""
# ruff: noqa: D400, D415 - docstrings are the help text: Chinese, ending in 。

from pathlib import Path
from typing import Annotated

import typer

from deploy import definition_texts, definitions
from deploy.attached import database, out, reachable, settings_of
from deploy.trouble import Exit, Trouble

app = typer.Typer(help="业务定义", no_args_is_help=True)

Service = Annotated[str, typer.Argument(help="服务，如 company_change")]
File = Annotated[Path | None, typer.Argument(help="定义文件（YAML）", show_default=False)]
All = Annotated[bool, typer.Option("--all", help="随软件的全部定义")]


@app.command("check")
def check_text(*, path: File = None, every: All = False) -> None:
    """检查定义，逐条列出问题（文件:行:列 规则 说明）。"""
    if every:
        definition_texts.check_all(out)
    else:
        definition_texts.check(_one(path), out)


@app.command("test")
def run_cases(*, path: File = None, every: All = False) -> None:
    """跑金例，列出与定义不符之处。"""
    if every:
        definition_texts.test_all(out)
    else:
        definition_texts.test(_one(path), out)


@app.command("publish")
def publish(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(help="定义文件（YAML）")],
    *,
    proposed_by: Annotated[str, typer.Option(help="提出人的账号")],
    approved_by: Annotated[str, typer.Option(help="批准人的账号，须为另一人")],
    cases: Annotated[
        list[Path] | None, typer.Option(help="金例文件；不写用旁边的", show_default=False)
    ] = None,
    note: Annotated[str, typer.Option(help="发布说明")] = "",
) -> None:
    """检查、跑金例、发布；运行中的服务几秒内采用。"""
    with database(settings_of(context)) as settings:
        definitions.publish(
            settings,
            path,
            cases=cases or (),
            proposed_by=proposed_by,
            approved_by=approved_by,
            note=note,
            console=out,
        )


@app.command("retire")
def retire(
    context: typer.Context,
    service: Service,
    version: Annotated[int, typer.Argument(help="版本")],
    *,
    by: Annotated[str, typer.Option(help="停用人的账号")],
    why: Annotated[str, typer.Option(help="理由")],
) -> None:
    """停用一版：不再收件，在办的照旧办完。"""
    with database(settings_of(context)) as settings:
        definitions.retire(settings, service, version, by=by, reason=why, console=out)


@app.command("diff")
def diff(
    context: typer.Context,
    service: Service,
    before: Annotated[int, typer.Argument(help="旧版本")],
    after: Annotated[int, typer.Argument(help="新版本")],
) -> None:
    """用中文逐条说明两版的差别。"""
    definitions.show_diff(reachable(settings_of(context)), service, before, after, out)


@app.command("impact")
def impact(
    context: typer.Context,
    service: Service,
    version: Annotated[int, typer.Argument(help="版本")],
) -> None:
    """各版本在办多少件，多少草稿将按新版办理。"""
    with database(settings_of(context)) as settings:
        definitions.show_impact(settings, service, version, out)


@app.command("picture")
def picture(
    context: typer.Context,
    service: Service,
    version: Annotated[
        int | None, typer.Argument(help="版本；不写为最新", show_default=False)
    ] = None,
    *,
    file: Annotated[
        Path | None, typer.Option("-o", "--output", help="存为 SVG 文件", show_default=False)
    ] = None,
) -> None:
    """画联办事项关系图（SVG）。"""
    definitions.picture(reachable(settings_of(context)), service, version, file=file, console=out)


@app.command("list")
def show_list(context: typer.Context) -> None:
    """列出各服务的版本、有效期和状态。"""
    definitions.show_list(reachable(settings_of(context)), out)


@app.command("schema")
def show_schema(
    kind: Annotated[str, typer.Argument(help="service、part、cases、year、list")] = "service",
    name: Annotated[str, typer.Argument(help="list 的文件名，如 laws.yaml")] = "",
) -> None:
    """打印 JSON Schema，供编辑器边写边查。"""
    definition_texts.show_schema(kind, name, out)


@app.command("pin", hidden=True)
def pin() -> None:
    """把随软件发布的新版本登记进 published.yaml（此后不能再改）。"""
    definition_texts.pin(out)


def _one(path: Path | None) -> Path:
    if path is None:
        message = "请写定义文件的路径，或者 --all。"
        raise Trouble(message, code=Exit.INPUT)
    return path
