"""The service of every legal act (`tests.support.legal`) over HTTP: taking in, acting, waiting."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2

from definitions.bundle.commands import PassTime
from definitions.bundle.decide import Asked
from definitions.language.roles import SYSTEM
from definitions.language.service import ServiceDefinition
from definitions.loading import Library, Loaded
from tests.support import legal
from tests.support.api import USCC, Person, World
from tests.support.shipped import shipped
from workflows.messages import Act

LAWS = shipped().catalogue.laws
# Beside what decides a clock, a field that decides nothing, and the agent's.
_FORM = [
    {"id": "decided_on", "label": "决议日期", "kind": "date"},
    {"id": "note", "label": "经营场所", "kind": "text", "required": False},
    {"id": "agent_name", "label": "经办人", "kind": "person_name", "required": False},
]
SERVICE = ServiceDefinition.model_validate({**legal.SERVICE_TREE, "form": _FORM})
LIBRARY = Library(
    catalogue=legal.CATALOGUE.model_copy(update={"laws": LAWS}),
    services=(Loaded(SERVICE, "l" * 64, {}, (), Path()),),
)
BASES = [{"law": "行政许可法", "article": "第六十九条"}]


@dataclass
class Case:
    """An application on its way, and the people around it."""

    world: World
    clerk: Person
    officer: Person
    second: Person
    head: Person
    number: str = ""
    files: dict[str, str] = field(default_factory=dict)

    def path(self, rest: str, matter: str = "PERMIT") -> str:
        """Below the matter's address."""
        return f"bundles/{self.number}/matters/{matter}/{rest}"

    async def complete(
        self, person: Person, task: str, outcome: str, **more: object
    ) -> httpx2.Response:
        """Complete a task of the application."""
        body = {"outcome": outcome, **more}
        return await person.post(f"tasks/{self.number}.{task}/complete", body)

    async def accept(self) -> None:
        """PERMIT is examined and accepted."""
        ok(await self.complete(self.officer, "PERMIT.receipt", "accept"))

    async def grant(self) -> None:
        """PERMIT is accepted, checked on site by two, and granted."""
        await self.accept()
        companions = [self.second.login]
        ok(await self.complete(self.officer, "PERMIT.review", "pass", companions=companions))
        ok(await self.complete(self.head, "PERMIT.decide", "grant"))

    async def until(self, moment: datetime) -> None:
        """Nothing happens until then; what follows by itself does."""
        self.world.now.at = moment
        key = f"time:{moment.isoformat()}"
        asked = Asked(key=key, actor=SYSTEM, command=PassTime())
        await self.world.engine.act(self.number, Act(payload="time", asked=asked))

    async def matter(self, key: str = "PERMIT") -> dict[str, Any]:
        """The matter as the clerk reads it."""
        return dict((await self.clerk.get(f"bundles/{self.number}/matters/{key}")).json())

    async def events(self) -> int:
        """How many events there are: a refused act adds none."""
        return int((await self.clerk.get(f"bundles/{self.number}")).json()["version"])


async def take_in(case: Case, *also: str, **changed: object) -> httpx2.Response:
    """Send an application of PERMIT and the matters named."""
    file = (await case.clerk.upload()).json()["id"]
    case.files["any"] = file
    brought = {"M01", "M03", "M04"}
    brought |= {"M05"} if "sign" in also else set()
    brought |= {"M06"} if "clear" in also else set()
    brought |= {"M07"} if "register" in also else set()
    lacking = set(changed.pop("lacking", ()))  # type: ignore[call-overload]
    promised = set(changed.pop("promised", ()))  # type: ignore[call-overload]
    materials: dict[str, object] = {code: {"files": [file]} for code in brought}
    materials |= {code: {"received": False} for code in lacking}
    materials |= {code: {"promised": True} for code in promised}
    body = {
        "service": "legal",
        "firm_code": USCC,
        "firm_name": "上海松江样品有限公司",
        "answers": {"kind": "limited", "heard": "no", "with": list(also or ("none",))},
        "form": {"decided_on": "2026-02-27"},
        "materials": materials,
        **changed,
    }
    return await case.clerk.post("bundles", body)


async def started(case: Case, *also: str, **changed: object) -> Case:
    """An application just taken in."""
    answer = await take_in(case, *also, **changed)
    assert answer.status_code == 201, answer.text
    case.number = answer.json()["number"]
    return case


def ok(answer: httpx2.Response) -> httpx2.Response:
    """The answer, if the act was taken."""
    assert answer.status_code == 200, answer.text
    return answer


def refused(answer: httpx2.Response) -> tuple[int, str]:
    """The status and code of a refusal."""
    return answer.status_code, answer.json()["code"]


def pointer(answer: httpx2.Response) -> str:
    """The place a refusal names."""
    return str(answer.json()["errors"][0]["pointer"])
