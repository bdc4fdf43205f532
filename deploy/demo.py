"""`yijianshi demo FILE`: one sample from input file to result documents, through the public API."""

import asyncio
import json
from dataclasses import asdict
from pathlib import Path

import httpx2
from rich.console import Console
from rich.table import Table

from activities.store.engine import Store
from deploy import temporal_setup
from deploy.database import url
from deploy.journey import Journey, Step
from deploy.people import TIMEOUT, Declined, Json, gathered
from deploy.sample import Sample, read
from deploy.settings import Settings
from deploy.trouble import Exit, Trouble

_out = Console(highlight=False, soft_wrap=True)

_RESULTS = {
    "granted": "[green]✓ 准予[/]",
    "refused": "[red]✕ 不予[/]",
    "lapsed": "[red]✕ 退件[/]",
    "withdrawn": "[dim]○ 撤回[/]",
    "terminated": "[red]✕ 终止[/]",
    "not_needed": "[dim]– 无需办理[/]",
}


def run(settings: Settings, file: Path, *, as_json: bool) -> int:
    """Returns 0 when the application is closed. Raises `Trouble`; exit 2 for a broken file."""
    sample = read(file)
    try:
        summary = asyncio.run(_run(settings, sample, as_json=as_json))
    except Declined as declined:
        raise Trouble(_told(file, declined), code=Exit.INPUT) from None
    except httpx2.TransportError:
        msg = f"接口 {settings.server_url} 没有应答，请先运行 yijianshi up。"
        raise Trouble(msg) from None
    if as_json:
        print(json.dumps(summary, ensure_ascii=False))  # noqa: T201 - the output itself
    else:
        _show(summary)
    return 0 if summary["state"] == "closed" else Exit.FAILED


async def _run(settings: Settings, sample: Sample, *, as_json: bool) -> Json:
    store = Store(url(settings), name="demo", size=1)
    client = await temporal_setup.connect(settings, lazy=True)
    try:
        async with httpx2.AsyncClient(base_url=settings.server_url, timeout=TIMEOUT) as http:
            people = await gathered(store, http)
            if not as_json:
                _out.print(f"[bold]{sample.title}[/]")
            return await Journey(sample, people, client, _json if as_json else _line).run()
    finally:
        await store.close()
        await asyncio.sleep(temporal_setup.LAST_BREATH)


def _json(step: Step) -> None:
    print(json.dumps(asdict(step), ensure_ascii=False), flush=True)  # noqa: T201 - the output itself


def _line(step: Step) -> None:
    detail = f"  [dim]{step.detail}[/]" if step.detail else ""
    _out.print(f"  [green]·[/] {step.by}  {step.act}  {step.subject}{detail}")


def _show(summary: Json) -> None:
    table = Table(title=f"{summary['number']}  {summary['situation']}", title_justify="left")
    for heading in ("事项", "结果", "说明"):
        table.add_column(heading, overflow="fold")
    for matter in summary["matters"]:
        table.add_row(matter["name"], _RESULTS[matter["result"]], matter["reason"] or "")
    _out.print(table)
    documents = Table(box=None, pad_edge=False)
    for heading in ("文书", "文号"):
        documents.add_column(heading, overflow="fold")
    for document in summary["documents"]:
        documents.add_row(document["name"], document["number"])
    _out.print(documents)


def _told(file: Path, declined: Declined) -> str:
    """One line a fault, with file, field and rule."""
    faults = declined.problem.get("errors") or []
    if not faults:
        code = declined.problem.get("code", "")
        return f"{file}：{declined}（规则 {code}）"
    return "\n".join(
        f"{file}：{fault['pointer']}：{fault['message']}（规则 {fault['rule']}）"
        for fault in faults
    )
