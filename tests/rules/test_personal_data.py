"""No personal data enters a Temporal history, a query's answer or a log line (DESIGN.md §4).

A history is kept for months and shown to operators; it cannot be corrected or erased by person. So
an application is driven through its life with names that cannot be missed, and only their digests
may come out. The API's part is `tests/api`; here the values go in where the API hands them over.
"""

import hashlib
import json
import logging

import pytest
from temporalio.testing import WorkflowEnvironment

from definitions.bundle import commands as c
from definitions.matter.events import BundleStarted
from definitions.matter.tasks import Outcome
from definitions.matter.values import Reason
from definitions.rules.guidance import facts_of
from definitions.rules.planning import plan
from tests.support.services import (
    CATALOGUE,
    CLERK,
    FOOD_FIRM,
    NAME,
    REVIEWER,
    SERVICE,
    TODAY,
    started,
)
from tests.support.temporal import Register, time_skipping, working

pytestmark = pytest.mark.stack

FORM = {
    "form.person": "欧阳试验甲",
    "form.number": "310227195801010011",
    "form.mobile": "13800138999",
}
WORDS = "申请人欧阳试验甲（310227195801010011）所交材料不齐"
SECRETS = ("欧阳试验甲", "310227195801010011", "13800138999", "材料不齐")


async def test_only_codes_and_digests_come_out(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    facts = facts_of(SERVICE, NAME, FOOD_FIRM, FORM)
    planned = plan(SERVICE, CATALOGUE, facts, sha256="s" * 64, on=TODAY)
    event = started(planned, lacking=("M03",))[0].event
    assert isinstance(event, BundleStarted)
    register = Register()
    async with time_skipping() as env, working(env.client, register) as desk:
        handle = await desk.start(event, CLERK)
        reason = Reason(text=hashlib.sha256(WORDS.encode()).hexdigest())
        advise = c.CompleteTask(
            task=f"{event.number}.REG.review", outcome=Outcome.ADVISE_REFUSAL, reasons=(reason,)
        )
        await desk.act(event.number, REVIEWER, advise)
        await desk.act(event.number, CLERK, c.WithdrawBundle())
        await handle.result()
        seen = await everything(env, event.number)
    seen += "".join(record.getMessage() for record in caplog.records).encode()
    seen += "".join(r.model_dump_json() for r in register.events[event.number]).encode()
    assert [secret for secret in SECRETS if occurs(secret, seen)] == []
    # What is meant to be there is found in the same bytes, so the line above can fail.
    assert all(occurs(known, seen) for known in (reason.text, "事项REG", REVIEWER.id))


def occurs(said: str, seen: bytes) -> bool:
    """Whether it is there, as text or as JSON escapes it."""
    return said.encode() in seen or json.dumps(said)[1:-1].encode() in seen


async def everything(env: WorkflowEnvironment, number: str) -> bytes:
    """All that Temporal keeps and answers about the workflow, payloads undone."""
    handle = env.client.get_workflow_handle(number)
    history = await handle.fetch_history()
    answer = str(await handle.query("state")) + str((await handle.describe()).raw_description)
    return b"".join(event.SerializeToString() for event in history.events) + answer.encode()
