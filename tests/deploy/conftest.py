"""One stack that is watched: whatever leaves it besides the register is kept and can be searched.

Two applications with recognisable people run on it: one to its licences, one refused.
"""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import httpx2
import pytest
from temporalio.client import Client

from activities.store.engine import Store
from definitions.language.roles import Role
from deploy.embedded.lock import Running
from deploy.journey import Journey
from deploy.people import People, gathered
from deploy.sample import Sample
from tests.support.collector import Collector, collecting
from tests.support.scans import pdf
from tests.support.stack import stack

# Words and figures that occur nowhere else. The identity number has a valid check digit.
PERSON, OTHER_PERSON = "欧阳夔夔", "司徒甪甪"
ID_NUMBER = "31011719870228002X"
MOBILE, OTHER_MOBILE = "18917290651", "18917290652"
REASON, OBJECTION = "签字笔迹与夔夔本人不符", "甪甪的复印件看不清"
FILE = f"{PERSON}的证明.pdf"
PASSWORD = "not-夔-the-password"  # noqa: S105 - a test's
MARKERS = (PERSON, OTHER_PERSON, ID_NUMBER, MOBILE, OTHER_MOBILE, REASON, OBJECTION, PASSWORD, "夔")
TEXTS = (PERSON, ID_NUMBER, MOBILE, REASON)

_BASIS = {"law": "登记管理条例", "article": "第二十条"}
_SAMPLE = Sample(
    title="受观察的样例",
    service="company_change",
    firm_code="91310117MA1JEF783F",
    answers={
        "changes": ["legal_representative"],
        "representative_cause": "appointed",
        "representative_document": "resident_id",
        "paper_licence": "held",
        "food_licence_form": "paper",
        "filed_by": "legal_representative",
    },
    form={
        "decided_on": "2026-11-19",
        "new_legal_representative_name": PERSON,
        "new_legal_representative_id": ID_NUMBER,
        "new_legal_representative_mobile": MOBILE,
        "contact_mobile": MOBILE,
    },
    later={"M43": FILE},
    committed=["LIC_FOOD"],
)


@dataclass(frozen=True, slots=True)
class Watched:
    """The stack, what it exports, and the applications that ran on it."""

    home: Path
    running: Running
    collector: Collector
    granted: str
    refused: str

    @property
    def url(self) -> str:
        return f"http://{self.running.host}:{self.running.port}"

    def metrics(self) -> str:
        """What Prometheus would scrape: the server's, then the worker's."""
        texts = []
        for port in (self.running.port, self.running.metrics_port):
            with urlopen(f"http://{self.running.host}:{port}/metrics", timeout=60) as answer:
                texts.append(answer.read().decode())
        return "\n".join(texts)


@pytest.fixture(scope="session")
def collector() -> Iterator[Collector]:
    """Stands for an OpenTelemetry collector."""
    with collecting() as started:
        yield started


@pytest.fixture(scope="session")
async def watched(
    tmp_path_factory: pytest.TempPathFactory, collector: Collector
) -> AsyncIterator[Watched]:
    """Everything a stack tells, at its most talkative."""
    home = tmp_path_factory.mktemp("watched") / ".data"
    with stack(
        home,
        YIJIANSHI_OTLP_ENDPOINT=collector.endpoint,
        YIJIANSHI_LOG_LEVEL="DEBUG",
        OTEL_BSP_SCHEDULE_DELAY="100",
    ) as running:
        store = Store(running.database_url, name="test", size=2)
        url = f"http://{running.host}:{running.port}"
        async with httpx2.AsyncClient(base_url=url, timeout=30) as http:
            people = await gathered(store, http)
            temporal = await Client.connect(running.temporal_address)
            granted = Journey(_SAMPLE, people, temporal, lambda _: None)
            await granted.start()
            while await granted.step():
                await _reject_once(people, granted.number)
            refused = Journey(_SAMPLE, people, temporal, lambda _: None)
            await refused.start()
            await _refuse(people, refused.number)
            await _err(http, people, granted.number)
        await store.close()
        yield Watched(home, running, collector, granted.number, refused.number)


async def _reject_once(people: People, number: str) -> None:
    """Send the supplied paper back the first time, so that a reason is given."""
    officer = people.post(Role.OFFICER, "market_regulation")
    for task in (await officer.read("/tasks", bundle=number))["items"]:
        if task["kind"] == "check" and task["id"].endswith("1"):
            path = f"/tasks/{task['id']}/complete"
            await officer.act(path, {"outcome": "reject", "reasons": [OBJECTION]})
            clerk = people.post(Role.WINDOW_CLERK)
            file = await clerk.upload(FILE, pdf(text=PERSON.encode()))
            await clerk.act(f"/bundles/{number}/materials/M43/supply", {"files": [file]})


async def _refuse(people: People, number: str) -> None:
    officer = people.post(Role.OFFICER, "market_regulation")
    approver = people.post(Role.APPROVER, "market_regulation")
    advice = {"outcome": "advise_refusal", "reasons": [REASON]}
    await officer.act(f"/tasks/{number}.REG.review/complete", advice)
    refusal = {"outcome": "refuse", "reasons": [REASON], "bases": [_BASIS]}
    await approver.act(f"/tasks/{number}.REG.decide/complete", refusal)


async def _err(http: httpx2.AsyncClient, people: People, number: str) -> None:
    """What goes wrong at a window: each is answered, none may be written down."""
    token = people.post(Role.WINDOW_CLERK)._headers
    api = "/api/v1"
    await http.post(f"{api}/sessions", json={"login": MOBILE, "password": PASSWORD})
    await http.get(f"{api}/bundles", params={"q": PERSON}, headers=token)
    await http.get(f"{api}/firms/{ID_NUMBER}", headers=token)
    await http.get(f"{api}/progress/{number}", params={"code": MOBILE})
    body = _SAMPLE.model_dump(include={"service", "firm_code", "answers", "form"})
    wrong = {**body, "form": {**body["form"], "new_legal_representative_id": ID_NUMBER[:-1] + "9"}}
    keyed = {**token, "Idempotency-Key": "a-wrong-form"}
    for content in (json.dumps(wrong), json.dumps({**wrong, "name": PERSON}), f'{{"{PERSON}'):
        headers = {**keyed, "Content-Type": "application/json"}
        await http.post(f"{api}/bundles", content=content.encode(), headers=headers)
    files = {"file": (f"{PERSON}.exe", PERSON.encode())}
    await http.post(f"{api}/files", files=files, headers=token)
