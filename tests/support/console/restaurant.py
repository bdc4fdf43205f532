"""A restaurant that opens: the published service with every legal act, and its people."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx2

from activities.store.desk.accounts import open_session
from activities.store.engine import Store
from definitions.bundle.commands import PassTime
from definitions.bundle.decide import Asked
from definitions.language.roles import SYSTEM, Role
from tests.support.api import PDF, Person, World
from tests.support.console.hall import FOOD_FIRM, hall
from tests.support.forms import form
from workflows.messages import Act

ANSWERS: Mapping[str, object] = {
    "premises": "songjiang",
    "catering": "restaurant",
    "area": "under_300",
    "building": "commercial",
    "chain": "none",
    "signboard": "needed",
    "drainage": "shared",
    "filed_by": "legal_representative",
}
LARGE: Mapping[str, object] = {
    **ANSWERS,
    "area": "from_300",
    "building": "mixed_with_flue",
    "fuel": "electricity",
    "signboard": "none",
}
"""So large and so near to its neighbours that a hearing is owed before the decision."""
FORM = {
    "shop_name": "云间小馆",
    "shop_address": "上海市松江区人民北路1289号2幢101室",
    "open_on": "2027-01-15",
    "food_manager_name": "陆一鸣",
    "sign_content": "云间小馆",
    "contact_mobile": "13817720455",
}


@dataclass
class Restaurant:
    """The hall and who works in it. `number` is the application they all work on."""

    world: World
    clerk: Person
    officer: Person
    second: Person
    approver: Person
    number: str = ""

    @property
    def food(self) -> str:
        """Where the food licence is shown."""
        return self.matter("FOOD")

    def matter(self, key: str) -> str:
        """Where a matter is shown."""
        return f"/console/bundles/{self.number}/matters/{key}"

    def task(self, step: str, key: str = "FOOD") -> str:
        """Where a task is worked."""
        return f"/console/tasks/{self.number}.{key}.{step}"

    async def take_in(
        self,
        *,
        answers: Mapping[str, object] = ANSWERS,
        lacking: tuple[str, ...] = (),
        committed: tuple[str, ...] = (),
        promised: tuple[str, ...] = (),
    ) -> str:
        """Take an application in at the window; what lacks is to follow."""
        signboard = answers["signboard"] == "needed"
        asked = FORM if signboard else {k: v for k, v in FORM.items() if k != "sign_content"}
        body = {
            "service": "restaurant_opening",
            "firm_code": FOOD_FIRM,
            "answers": answers,
            "form": asked,
            "committed": committed,
        }
        plan = (await self.clerk.post("guidance", body)).json()["plan"]
        given: dict[str, object] = {}
        for material in plan["materials"]:
            code = material["code"]
            if material["waived_by"] or material["produced_by"]:
                continue
            if code in promised:
                given[code] = {"received": False, "promised": True}
            elif code in lacking:
                given[code] = {"received": False}
            else:
                file = (await self.clerk.upload(name=f"{code}.pdf")).json()["id"]
                given[code] = {"files": [file]}
        answer = await self.clerk.post("bundles", {**body, "materials": given})
        assert answer.status_code == 201, answer.text
        self.number = str(answer.json()["number"])
        return self.number

    async def complete(self, person: Person, step: str, key: str = "FOOD", **body: object) -> None:
        """Complete a task over the API."""
        task = f"{self.number}.{key}.{step}"
        answer = await person.post(f"tasks/{task}/complete", body)
        assert answer.status_code == 200, answer.text

    async def accepted(self) -> None:
        """The food licence is accepted and waits for its first review."""
        await self.complete(self.officer, "receipt", outcome="accept")

    async def pass_days(self, days: int) -> None:
        """Let days go by; what has become due follows, and everybody signs in anew."""
        self.world.now.at += timedelta(days=days)
        key = f"time-{self.world.now.at.isoformat()}"
        asked = Asked(key=key, actor=SYSTEM, command=PassTime())
        await self.world.engine.act(self.number, Act(payload=key, asked=asked))
        async with self.world.services.store.begin() as session:
            for person in (self.clerk, self.officer, self.second, self.approver):
                token, _ = await open_session(session, person.actor.id, self.world.now())
                person.client.headers["Authorization"] = f"Bearer {token}"


@asynccontextmanager
async def restaurant(store: Store, folder: Path) -> AsyncIterator[Restaurant]:
    """The hall with a clerk, two officers and an approver of the food office."""
    async with hall(store, folder) as world:
        yield Restaurant(
            world=world,
            clerk=await world.person("clerk", Role.WINDOW_CLERK),
            officer=await world.person("officer", Role.OFFICER, "market_regulation"),
            second=await world.person("second", Role.OFFICER, "market_regulation"),
            approver=await world.person("approver", Role.APPROVER, "market_regulation"),
        )


async def read(person: Person, url: str) -> str:
    """A page that is there."""
    answer = await person.client.get(url)
    assert answer.status_code == 200, answer.text
    return answer.text


async def send(
    person: Person,
    html: str,
    ending: str,
    *,
    files: dict[str, tuple[str, bytes]] | None = None,
    **typed: str | list[str],
) -> httpx2.Response:
    """Fill in a form of the page and send it; `__` in a name stands for a dot."""
    found = form(html, ending)
    named = {name.replace("__", "."): said for name, said in typed.items()}
    return await person.client.post(found.action, data={**found.fields, **named}, files=files)


async def claimed(person: Person, url: str) -> str:
    """A task's page once it is claimed."""
    done = await send(person, await read(person, url), "/claim")
    assert done.status_code == 303, done.text
    return await read(person, url)


async def acted(person: Person, url: str, act: str, **typed: str | list[str]) -> str:
    """The matter's page after an act was done from its form."""
    page = await read(person, f"{url}/acts/{act}")
    done = await send(person, page, f"/acts/{act}", **typed)
    assert (done.status_code, done.headers.get("location")) == (303, url), done.text
    return await read(person, url)


SCAN = ("笔录.pdf", PDF)
