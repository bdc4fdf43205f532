"""One application from intake to its results, driven as people would drive it.

Each step is told to a listener; what people wait for by law is skipped by Temporal's own time
skipping, for that one workflow, and told as such.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from definitions.language.roles import WINDOW, Role
from deploy.people import Json, People, Person
from deploy.sample import Sample
from deploy.trouble import Trouble

# What a window gets on paper: a scan. Its content does not matter here, its kind does.
SCAN = (Path(__file__).parent / "samples" / "scan.pdf").read_bytes()
_PROCEED = {"review": "pass", "decide": "grant", "check": "accept", "objection": "dismiss"}
_TOLD = {"pass": "通过", "grant": "准予", "accept": "材料合格", "dismiss": "异议不成立"}
_WAITS = {"publicity"}
_AWAY = {
    RPCStatusCode.UNAVAILABLE,
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.CANCELLED,
    RPCStatusCode.UNKNOWN,
}
SETTLE = 0.1
ROUNDS = 400


@dataclass(frozen=True, slots=True)
class Step:
    """One act that was done: by whom, what, on what."""

    act: str
    by: str
    subject: str
    detail: str = ""


Tell = Callable[[Step], None]


class Journey:
    """Drives one application of a sample."""

    def __init__(self, sample: Sample, people: People, temporal: Client, tell: Tell) -> None:
        self._sample = sample
        self._people = people
        self._temporal = temporal
        self._tell = tell
        self._supplied: set[str] = set()
        self.number = ""

    async def run(self) -> Json:
        """To the end; returns the application's summary."""
        await self.start()
        while (view := await self._view())["status"] != "closed":
            if not await self._advance(view):
                msg = f"{self.number}：没有可以继续办理的步骤，请在工作台查看"
                raise Trouble(msg)
        return _summary(view)

    async def start(self) -> None:
        """Guided questions answered, papers scanned, taken in."""
        clerk = self._clerk
        body = self._body({})
        guided = await clerk.act("/guidance", body)
        given: Json = {}
        for material in (guided["plan"] or {"materials": []})["materials"]:
            code = material["code"]
            if material["waived_by"] or material["produced_by"]:
                continue
            later = code in self._sample.later
            files = [] if later else [await clerk.upload(f"{code}.pdf", SCAN)]
            given[code] = {"received": not later, "files": files}
        done = await clerk.act("/bundles", self._body(given))
        self.number = done["number"]
        self._say("收件", clerk, self.number, f"查询码 {done['query_code']}")

    async def step(self) -> bool:
        """One more act; False where nothing is left to do."""
        view = await self._view()
        return view["status"] != "closed" and await self._advance(view)

    @property
    def _clerk(self) -> Person:
        return self._people.post(Role.WINDOW_CLERK)

    def _body(self, materials: Json) -> Json:
        sample = self._sample
        return {
            "service": sample.service,
            "firm_code": sample.firm_code,
            "firm_name": sample.firm_name,
            "firm": sample.firm,
            "answers": sample.answers,
            "form": sample.form,
            "materials": materials,
            "committed": sample.committed,
            "commitments": sample.commitments,
        }

    def _say(self, act: str, by: Person, subject: str, detail: str = "") -> None:
        self._tell(Step(act=act, by=by.account.name, subject=subject, detail=detail))

    async def _view(self) -> Json:
        view: Json = await self._clerk.read(f"/bundles/{self.number}")
        return view

    async def _advance(self, view: Json) -> bool:
        """Whatever comes next, departments first: what waits for nobody else's act."""
        for _ in range(ROUNDS):
            if await self._work() or await self._window(view) or await self._skip(view):
                return True
            # What follows without an act (a limit that ran out) is there a moment later.
            await asyncio.sleep(SETTLE)
            fresh = await self._view()
            if fresh["version"] != view["version"] or fresh["status"] == "closed":
                return True
        return False

    async def _work(self) -> bool:
        found = await self._people.post(Role.SUPERVISOR).read("/tasks", bundle=self.number)
        for task in found["items"]:
            person = self._worker(task)
            outcome = _PROCEED[task["kind"]]
            reasons = ["不影响注销"] if outcome == "dismiss" else []
            await person.act(
                f"/tasks/{task['id']}/complete", {"outcome": outcome, "reasons": reasons}
            )
            self._say(task["name"], person, task["matter_name"], _TOLD[outcome])
        return bool(found["items"])

    def _worker(self, task: Json) -> Person:
        if task["department"] == WINDOW:
            return self._clerk
        return self._people.post(Role(task["role"]), task["department"])

    async def _window(self, view: Json) -> bool:
        for matter in view["matters"]:
            if matter["status"] == "to_file":
                await self._clerk.act(f"/bundles/{self.number}/matters/{matter['key']}/file")
                self._say("申请", self._clerk, matter["name"])
                return True
        for document in view["documents"]:
            if document["counter"] and document["delivered_at"] is None:
                await self._clerk.act(f"/documents/{document['id']}/deliver")
                self._say("发证", self._clerk, document["name"], document["number"])
                return True
        return await self._supply(view)

    async def _supply(self, view: Json) -> bool:
        """Papers that come later come last, so that it shows what goes on without them."""
        open_matters = [m for m in view["matters"] if m["status"] not in {"closed", "not_needed"}]
        for material in view["materials"]:
            code = material["code"]
            name = self._sample.later.get(code)
            waited = [m for m in open_matters if code in m["missing"] and m["received_at"]]
            if name is None or code in self._supplied or not waited:
                continue
            self._supplied.add(code)
            file = await self._clerk.upload(name, SCAN)
            path = f"/bundles/{self.number}/materials/{code}/supply"
            await self._clerk.act(path, {"files": [file]})
            self._say("补交材料", self._clerk, material["name"], name)
            return True
        return False

    async def _skip(self, view: Json) -> bool:
        """Only a legal wait is skipped, and only to its end; a skip that was taken counts."""
        waits = [
            clock["due_at"]
            for matter in view["matters"]
            for clock in matter["clocks"]
            if clock["kind"] in _WAITS and clock["stopped_at"] is None and not clock["expired"]
        ]
        if not waits:
            return False
        skipper = TimeSkipper(self._temporal, config=TimeSkippingConfig(enabled=False))
        handle = self._temporal.get_workflow_handle(self.number)
        try:
            now = await skipper.get_current_time(handle)
            left = datetime.fromisoformat(min(waits)) - now + timedelta(minutes=1)
            if left <= timedelta(0):
                return False
            await skipper.fast_forward(handle, left)
        except RPCError as error:
            if error.status in _AWAY:
                return False
            msg = (
                f"{self.number} 正在法定公示期内，至 {min(waits)}；"
                "这台 Temporal 没有开启时间快进，样例到此为止。"
            )
            raise Trouble(msg) from error
        days = round(left / timedelta(days=1))
        self._tell(Step("快进", "演示", "法定公示期", f"为这一件快进 {days} 天（仅内嵌环境）"))
        return True


def _summary(view: Json) -> dict[str, Any]:
    return {
        "number": view["number"],
        "state": view["status"],
        "situation": view["situation"],
        "matters": [
            {key: matter[key] for key in ("key", "name", "status", "result", "reason")}
            for matter in view["matters"]
        ],
        "documents": [
            {key: document[key] for key in ("id", "name", "number", "delivered_at")}
            for document in view["documents"]
        ],
    }
