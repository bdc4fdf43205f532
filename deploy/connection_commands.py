"""The commands `yijianshi connections …`: each in a few lines, the work in `connecting`."""
# ruff: noqa: D400, D415 - docstrings are the help text: Chinese, ending in 。

from typing import Annotated

import typer
from rich.table import Table

from activities.contracts.assignments import Way
from activities.outside.departments.signing import Algorithm
from deploy import connecting
from deploy.attached import database, out, say, settings_of
from deploy.connecting import Wanted

app = typer.Typer(help="部门自有系统的对接", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="对接编号，如 tax")]
_WAYS = {
    Way.WORKER: "工作进程",
    Way.NEXUS: "工作进程（Nexus）",
    Way.WEBHOOK: "接口推送",
    Way.AUTOMATIC: "自动办理",
}


@app.command("add")
def add(
    context: typer.Context,
    name: Name,
    *,
    department: Annotated[str, typer.Option(help="部门代码，如 tax")],
    way: Annotated[Way, typer.Option(help="方式")],
    account: Annotated[
        str | None, typer.Option(help="以哪个账号办理；没有则新建", show_default=False)
    ] = None,
    item: Annotated[
        list[str] | None, typer.Option(help="只限这些事项编码；不写为全部", show_default=False)
    ] = None,
    queue: Annotated[str | None, typer.Option(help="任务队列", show_default=False)] = None,
    namespace: Annotated[str | None, typer.Option(help="部门命名空间", show_default=False)] = None,
    endpoint: Annotated[str | None, typer.Option(help="Nexus 入口", show_default=False)] = None,
    url: Annotated[str | None, typer.Option(help="部门系统的地址", show_default=False)] = None,
    algorithm: Annotated[Algorithm, typer.Option(help="签名算法")] = Algorithm.SHA256,
    decides: Annotated[
        bool, typer.Option("--decides", help="自动办理也可作决定（新建账号为审批人）")
    ] = False,
) -> None:
    """新建或修改一个对接；新建的尚未启用。"""
    with database(settings_of(context)) as settings:
        added = connecting.add(
            settings,
            Wanted(
                name=name,
                department=department,
                way=way,
                account=account,
                items=tuple(item or ()),
                queue=queue,
                namespace=namespace,
                endpoint=endpoint,
                url=url,
                algorithm=algorithm,
                decides=decides,
            ),
        )
    state = "已启用" if added.connection.active else "尚未启用"
    say(out, f"[green]✓[/] 对接 {name}：{_WAYS[way]}，账号 {added.login}，{state}。")
    if added.password is not None:
        say(out, f"账号口令（只显示这一次）：{added.password}")
    if added.secret is not None:
        say(out, f"签名密钥（只显示这一次）：{added.secret}")


@app.command("list")
def listed(context: typer.Context) -> None:
    """列出全部对接。"""
    with database(settings_of(context)) as settings:
        found = connecting.listed(settings)
    table = Table(box=None, pad_edge=False)
    for heading in ("对接", "部门", "方式", "事项", "去向", "密钥", "状态"):
        table.add_column(heading, overflow="fold")
    for each in found:
        table.add_row(
            each.id,
            each.department,
            _WAYS[each.way],
            "、".join(each.items) or "全部",
            each.queue or each.endpoint or each.url or "—",
            str(each.secrets or "—"),
            "启用" if each.active else "停用",
        )
    out.print(table)


@app.command("enable")
def enable(context: typer.Context, name: Name) -> None:
    """启用：此后产生的待办交给部门系统，在线办理照常可用。"""
    _switch(context, name, active=True)


@app.command("disable")
def disable(context: typer.Context, name: Name) -> None:
    """停用：此后产生的待办由人办理；已交出的不变。"""
    _switch(context, name, active=False)


@app.command("secret")
def secret(
    context: typer.Context,
    name: Name,
    *,
    drop_old: Annotated[bool, typer.Option("--drop-old", help="不换新的，只废止旧的")] = False,
) -> None:
    """更换签名密钥：先发新的，两个同时有效，对方换好后再用 --drop-old 废止旧的。"""
    with database(settings_of(context)) as settings:
        if drop_old:
            connecting.drop_old(settings, name)
            say(out, "[green]✓[/] 旧密钥已废止。")
            return
        made = connecting.new_secret(settings, name)
    say(out, f"新签名密钥（只显示这一次）：{made}")
    say(out, "[dim]·[/] 原来的密钥在废止前仍然有效。")


def _switch(context: typer.Context, name: str, *, active: bool) -> None:
    with database(settings_of(context)) as settings:
        connecting.switch(settings, name, active=active)
    say(out, f"[green]✓[/] 对接 {name} 已{'启用' if active else '停用'}。")
