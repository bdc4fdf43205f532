"""The console script `yijianshi`: each command in a few lines, the work elsewhere.

Trouble ends a command with one line on stderr and an exit code; any other exception is a bug and
shows its traceback.
"""

import contextlib
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from sqlalchemy.exc import OperationalError

from definitions.rules.calendar import local_day
from definitions.rules.numbers import DIVISION
from deploy import (
    benefit_commands,
    calendars,
    connection_commands,
    database,
    day,
    definition_commands,
    demo,
    departments,
    fact_commands,
    policy_commands,
    rebuild,
    registers,
    seed,
    server,
    temporal_setup,
    treasury,
    worker,
)
from deploy.attached import database as on_database
from deploy.attached import err, out, reachable, say, settings_of, started
from deploy.doctor import Finding, examine
from deploy.embedded.stack import Stack, attached_to
from deploy.embedded.supervisor import Stopped
from deploy.settings import Settings, described, load
from deploy.trouble import Exit, Trouble

app = typer.Typer(
    help="“一件事”集成办理引擎",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
calendar_app = typer.Typer(help="工作日历", no_args_is_help=True)
app.add_typer(calendar_app, name="calendar")
app.add_typer(definition_commands.app, name="definitions")
app.add_typer(policy_commands.app, name="policies")
app.add_typer(connection_commands.app, name="connections")
app.add_typer(benefit_commands.app, name="benefits")
app.add_typer(fact_commands.app, name="facts")


@app.callback()
def _options(
    context: typer.Context,
    *,
    home: Annotated[
        Path | None, typer.Option(help="数据文件夹（优先于 YIJIANSHI_HOME）", show_default=False)
    ] = None,
) -> None:
    context.obj = load(home=home)


@app.command()
def up(
    context: typer.Context,
    *,
    demo_file: Annotated[
        Path | None, typer.Option("--demo", help="就绪后先办理一个样例", show_default=False)
    ] = None,
) -> None:
    """启动全部服务，直到按 Ctrl-C。"""
    with contextlib.suppress(Stopped), started(settings_of(context), out) as stack:
        accounts = _prepare(stack.settings)
        stack.serve()
        if any(password for _, _, password in accounts):
            say(out, "[dim]·[/] 首次启动，载入样例数据。")
            stack.day()
        if demo_file is not None:
            code = stack.demo(demo_file)
            if code != 0:
                say(out, f"[red]✗[/] 样例未能办结（退出码 {code}），服务继续运行。")
        _show_addresses(stack, accounts)
        stack.supervisor.watch()
    say(out, "已停止。")


@app.command("worker")
def run_worker(context: typer.Context) -> None:
    """运行工作进程（Temporal worker）。"""
    worker.run(_connected(settings_of(context)))


@app.command("batch")
def run_batch(context: typer.Context) -> None:
    """运行批量进程（免申即享批次），处理器优先让给窗口和部门。"""
    worker.run_batches(_connected(settings_of(context)))


@app.command("server")
def run_server(context: typer.Context) -> None:
    """运行接口服务。"""
    server.run(_connected(settings_of(context)))


@app.command("registers")
def run_registers(context: typer.Context) -> None:
    """运行样例登记库（数据均为虚构，仅供演示和测试）。"""
    registers.run(settings_of(context))


@app.command("departments")
def run_departments(context: typer.Context) -> None:
    """运行样例部门系统（不属于任何部门，仅供演示和测试）。"""
    departments.run(settings_of(context))


@app.command("treasury")
def run_treasury(context: typer.Context) -> None:
    """运行样例国库（不动真钱，仅供演示和测试）。"""
    treasury.run(settings_of(context))


@app.command()
def migrate(context: typer.Context) -> None:
    """把数据库结构升级到最新，并在 Temporal 登记查询属性。"""
    with on_database(settings_of(context)) as settings:
        database.migrate(settings)
        say(out, "[green]✓[/] 数据库结构已是最新。")
        if settings.temporal_address is not None:
            temporal_setup.register(settings)
            say(out, "[green]✓[/] Temporal 查询属性已登记。")


@app.command("seed")
def run_seed(context: typer.Context) -> None:
    """装入业务定义、样例企业和首批账号；已有的不变。"""
    with on_database(settings_of(context)) as settings:
        accounts = seed.seed(settings)
    _show_accounts(settings, accounts)


@app.command("demo")
def run_demo(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="样例文件（JSON）")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="逐步输出 JSON")] = False,
) -> None:
    """把一个样例从申请办到结果；服务未运行时临时启动，办完即停。"""
    settings = settings_of(context)
    running = attached_to(settings)
    if running is not None:
        raise typer.Exit(demo.run(running, file, as_json=as_json))
    try:
        with started(settings, err) as stack:
            _prepare(stack.settings)
            stack.serve()
            code = stack.demo(file, as_json=as_json)
    except Stopped:
        code = Exit.FAILED
    raise typer.Exit(code)


@app.command("day", hidden=True)
def run_day(context: typer.Context) -> None:
    """载入样例数据（首次启动时自动执行）。"""
    raise typer.Exit(day.run(_connected(settings_of(context))))


@app.command("rebuild")
def run_rebuild(
    context: typer.Context,
    *,
    check: Annotated[bool, typer.Option("--check", help="只比较，不改动")] = False,
) -> None:
    """由事件重建查询数据，并报告差异。"""
    with on_database(settings_of(context)) as settings:
        code = rebuild.run(settings, check=check)
    raise typer.Exit(code)


@calendar_app.command("publish")
def publish_calendar(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="一年的日历（YAML）")],
    *,
    note: Annotated[str, typer.Option(help="发布说明")] = "",
) -> None:
    """发布一年的日历；运行中的服务随即重算在办件的时限。"""
    with on_database(settings_of(context)) as settings:
        calendars.publish(settings, file, note=note, console=out)


@calendar_app.command("show")
def show_calendar(
    context: typer.Context,
    *,
    region: Annotated[str, typer.Option(help="CN 或行政区划代码")] = DIVISION,
    year: Annotated[int | None, typer.Option(help="年份", show_default=False)] = None,
) -> None:
    """显示一年的放假和调休上班日。"""
    found = calendars.source(reachable(settings_of(context)), region)
    calendars.show(found, year, today=local_day(datetime.now(UTC)), console=out)


# A count like -7 is not an option.
@app.command(context_settings={"ignore_unknown_options": True})
def workdays(
    context: typer.Context,
    day: Annotated[str, typer.Argument(help="起算日（当日不计），如 2026-02-13")],
    count: Annotated[str, typer.Argument(help="工作日数，如 +5；-7 为往前数")],
    *,
    region: Annotated[str, typer.Option(help="CN 或行政区划代码")] = DIVISION,
    explain: Annotated[bool, typer.Option("--explain", help="列出不计的日子及原因")] = False,
) -> None:
    """从某日起数若干个工作日。"""
    found = calendars.source(reachable(settings_of(context)), region)
    calendars.workdays(found, day, count, explain=explain, console=out)


@app.command()
def doctor(context: typer.Context) -> None:
    """检查运行条件，并说明如何修复。"""
    findings = examine(settings_of(context))
    for finding in findings:
        _show_finding(finding)
    raise typer.Exit(Exit.FAILED if any(f.ok is False for f in findings) else 0)


@app.command("settings")
def showsettings_of(context: typer.Context) -> None:
    """显示全部设置（口令已隐去）。"""
    table = Table(box=None, pad_edge=False)
    for heading in ("设置", "值", "", "说明"):
        table.add_column(heading, overflow="fold")
    for line in described(settings_of(context)):
        table.add_row(line.variable, line.value, "已设" if line.changed else "", line.meaning)
    out.print(table)


def main() -> None:
    """Entry point of the console script."""
    try:
        app()
    except Trouble as trouble:
        say(err, f"[red]✗[/] {trouble.message}")
        sys.exit(trouble.code)
    except OperationalError as error:
        say(err, f"[red]✗[/] {database.trouble(error).message}")
        sys.exit(Exit.FAILED)


def _prepare(settings: Settings) -> list[tuple[str, str, str | None]]:
    database.migrate(settings)
    return seed.seed(settings)


def _connected(settings: Settings) -> Settings:
    running = attached_to(settings)
    if running is None:
        message = (
            "没有可用的数据库和 Temporal：请先运行 yijianshi up，"
            "或设置 YIJIANSHI_DATABASE_URL 和 YIJIANSHI_TEMPORAL_ADDRESS。"
        )
        raise Trouble(message, code=Exit.INPUT)
    return running


def _show_addresses(stack: Stack, accounts: list[tuple[str, str, str | None]]) -> None:
    url = stack.settings.server_url
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_row("工作台", f"{url}/console")
    table.add_row("接口文档", f"{url}/docs")
    if stack.temporal_ui is not None:
        table.add_row("Temporal", stack.temporal_ui)
    if stack.registers:
        table.add_row("登记库", f"{stack.settings.registers_url}（样例，数据均为虚构）")
    if stack.departments:
        table.add_row("部门系统", f"{stack.settings.departments_url}（样例）")
    if stack.treasury:
        table.add_row("国库", f"{stack.settings.treasury_url}（样例，不动真钱）")
    table.add_row("数据文件夹", str(stack.settings.home))
    out.print(table)
    _show_accounts(stack.settings, accounts)
    say(out, "[green]✓[/] 已就绪，按 Ctrl-C 停止。")


def _show_accounts(settings: Settings, accounts: list[tuple[str, str, str | None]]) -> None:
    people = Table(box=None, pad_edge=False)
    for heading in ("岗位", "账号", "口令"):
        people.add_column(heading)
    for role, login, password in accounts:
        people.add_row(role, login, password or "")
    out.print(people)
    say(out, f"[dim]·[/] 口令保存在 {settings.home / seed.ACCOUNTS_FILE}（只有您能读）")


def _show_finding(finding: Finding) -> None:
    mark = {True: "[green]✓[/]", False: "[red]✗[/]", None: "[dim]–[/]"}[finding.ok]
    say(out, f"{mark} {finding.subject}：{finding.detail}")
    if finding.remedy:
        say(out, f"  [dim]→ {finding.remedy}[/]")


if __name__ == "__main__":
    main()
