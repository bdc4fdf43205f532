"""A sample day: a handful of applications left at different stages, so that no page is empty.

They come in through the public API like any other, once, at the first start of an installation.
"""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from activities.store.engine import Store
from definitions.language.roles import Role
from deploy import temporal_setup
from deploy.database import url
from deploy.journey import Journey
from deploy.people import TIMEOUT, Declined, Json, gathered
from deploy.sample import read
from deploy.settings import Settings
from deploy.trouble import Trouble

SAMPLES = Path(__file__).parent / "samples"


@dataclass(frozen=True, slots=True)
class Scene:
    """A sample, for another firm perhaps, and after how many acts it is left alone."""

    sample: str
    steps: int
    changes: Json = field(default_factory=dict)


_FORM = {
    "decided_on": "2026-11-16",
    "agent_name": "王小明",
    "agent_id": "310117199003071231",
    "contact_mobile": "13800000000",
}
SCENES = (
    # Just taken in: waits for the registrar's examination.
    Scene("address-change", 0),
    # Registered; the departments have it in their inboxes.
    Scene(
        "name-change",
        2,
        {
            "firm_code": "91310117MA1JCD568K",
            "form": {**_FORM, "new_name": "上海九亭云智科技有限公司"},
            "later": {},
            "committed": [],
            "commitments": [],
        },
    ),
    # 容缺受理: everything is done but the paper that was promised.
    Scene("legal-representative-change", 6),
    # 容缺收件: the resolution is missing, the clock has not started.
    Scene(
        "name-change",
        0,
        {
            "firm_code": "91310117MA1JAB342M",
            "form": {**_FORM, "new_name": "上海佘山风华文化传播有限公司"},
            "later": {"M02": "resolution.pdf"},
            "committed": [],
            "commitments": [],
        },
    ),
    # In its twenty days of publicity.
    Scene("simple-deregistration", 1),
)
# Prepared at a remote virtual window and handed over: waits for a clerk.
_HANDED_OVER = {
    "service": "company_change",
    "firm_code": "91310117MA1JRT870F",
    "answers": {"changes": ["business_scope"], "scope_items": "general"},
    "form": {"decided_on": "2026-11-20", "contact_mobile": "13800000009"},
}


def run(settings: Settings) -> int:
    """Take the day's applications in. Raises `Trouble`."""
    try:
        asyncio.run(_run(settings))
    except Declined as declined:
        msg = f"样例数据没有全部载入：{declined}"
        raise Trouble(msg) from None
    return 0


async def _run(settings: Settings) -> None:
    store = Store(url(settings), name="day", size=1)
    client = await temporal_setup.connect(settings, lazy=True)
    try:
        async with httpx2.AsyncClient(base_url=settings.server_url, timeout=TIMEOUT) as http:
            people = await gathered(store, http)
            for scene in SCENES:
                sample = read(SAMPLES / f"{scene.sample}.json")
                sample = sample.model_copy(update=scene.changes)
                journey = Journey(sample, people, client, lambda _: None)
                await journey.start()
                for _ in range(scene.steps):
                    await journey.step()
            agent = people.post(Role.VIRTUAL_WINDOW_AGENT)
            draft = await agent.act("/drafts", _HANDED_OVER)
            await agent.act(f"/drafts/{draft['id']}/hand-over")
    finally:
        await store.close()
        await asyncio.sleep(temporal_setup.LAST_BREATH)
