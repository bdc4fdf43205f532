"""Applications that really run, and officers who work them: for `bench.inbox` and `bench.officers`.

Each application has a few matters of the made-up district, taken in at once and side by side: one
officer examines, another decides. They are started through the engine with the input that the
window would have stored, several at a time, because what is measured is the officers' work.
"""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx2

from activities.store.desk.accounts import AccountView, accounts, create_account, open_session
from activities.store.desk.applications import Contents, Submission, create_draft, submit
from activities.store.desk.numbers import next_serial
from activities.store.engine import Store
from api.engine import BundleEngine, EngineAway
from bench.made_up import Item
from definitions.language.roles import Actor, Authority, Confidentiality, Role
from definitions.language.service import ServiceDefinition
from definitions.loading import Library, load_calendars
from definitions.matter.events import BundleStarted
from definitions.rules.calendar import Calendar, local_day
from definitions.rules.guidance import facts_of
from definitions.rules.numbers import bundle_number
from definitions.rules.plan import Plan
from definitions.rules.planning import plan
from deploy import temporal_setup
from deploy.embedded.stack import attached_to
from deploy.people import TIMEOUT, Heard, Person
from deploy.settings import Settings, load
from workflows.messages import BundleInput

SERVICE = "bench_inbox"
FIRM = "91310117MA1JCD568K"
REVIEW, DECIDE = "review", "decide"
STARTERS = 8
PATIENCE = 60.0
_PERCENT = 100
_BASIS = {"law": "行政许可法", "article": "第四十二条"}


@dataclass(frozen=True, slots=True)
class Kind:
    """What the matters of an application are, in the order of their keys, `M0` first."""

    items: tuple[Item, ...]
    confidentiality: tuple[Confidentiality, ...] = ()

    def level(self, place: int) -> Confidentiality:
        """How confidential the matter at this place is; ordinary where nothing is said."""
        named = self.confidentiality
        return named[place] if place < len(named) else Confidentiality.ORDINARY


@dataclass(frozen=True, slots=True)
class Started:
    """An application that runs, and the accounts that are to keep away from it."""

    number: str
    kind: Kind
    recused: frozenset[str] = frozenset()

    def task(self, place: int, step: str) -> str:
        """The id of a task of the matter at this place."""
        return f"{self.number}.M{place}.{step}"


@dataclass(frozen=True, slots=True)
class Hired:
    """Somebody to get an account: where, and what of the department's work it is trusted with."""

    department: str
    authority: Authority
    role: Role = Role.OFFICER


@dataclass(frozen=True, slots=True)
class Place:
    """A running stack as a client reaches it."""

    settings: Settings
    store: Store
    http: httpx2.AsyncClient

    async def hired(
        self, people: Sequence[Hired], *, heard: Heard | None = None
    ) -> list[tuple[Person, Authority]]:
        """An account each, signed in; nobody has their password."""
        made: list[tuple[Person, Authority]] = []
        async with self.store.begin() as session:
            for each in people:
                login = f"bench.{secrets.token_hex(6)}"
                account = await create_account(
                    session,
                    login=login,
                    name=f"测试{login[-4:]}",
                    role=each.role,
                    password_hash="!",  # noqa: S106 - no password has this digest
                    department=each.department,
                    authority=each.authority,
                )
                token, _ = await open_session(session, account.id, datetime.now(UTC))
                person = Person(account, self.http, token, patience=PATIENCE, heard=heard)
                made.append((person, each.authority))
        return made

    async def signed_in(self, login: str) -> Person:
        """A new session of somebody who has an account."""
        async with self.store.begin() as session:
            found: AccountView = next(a for a in await accounts(session) if a.login == login)
            token, _ = await open_session(session, found.id, datetime.now(UTC))
        return Person(found, self.http, token, patience=PATIENCE)

    async def token(self, login: str) -> str:
        """That of a new session, for calls that a `Person` has no words for."""
        async with self.store.begin() as session:
            found = next(a for a in await accounts(session) if a.login == login)
            return (await open_session(session, found.id, datetime.now(UTC)))[0]

    async def start(
        self, kinds: Iterable[Kind], recused: Iterable[frozenset[str]] | None = None
    ) -> list[Started]:
        """One application of each kind, several at a time, in the register when this returns."""
        clerk = (await self.signed_in("clerk")).account.actor
        client = await temporal_setup.connect(self.settings)
        engine = BundleEngine(client, self.store, task_queue=self.settings.task_queue)
        library = Library.load()
        # In force from the first day of a stack.
        calendar = load_calendars(region="310117").model_copy(update={"version": "CN-1"})
        plans: dict[Kind, Plan] = {}
        started: list[Started] = []
        each = iter(recused) if recused is not None else None
        left = iter(kinds)

        async def starter() -> None:
            for kind in left:
                if kind not in plans:
                    plans[kind] = _planned(library, kind)
                away = next(each) if each is not None else frozenset[str]()
                given = await self._submitted(clerk, plans[kind], calendar, away)
                while True:
                    # Asked again, it is found started.
                    with contextlib.suppress(EngineAway):
                        await engine.start(given)
                        break
                started.append(Started(given.started.number, kind, away))

        await asyncio.gather(*(starter() for _ in range(STARTERS)))
        return started

    async def _submitted(
        self, clerk: Actor, planned: Plan, calendar: Calendar, away: frozenset[str]
    ) -> BundleInput:
        """What the window would have stored, and the workflow's input that it would have made."""
        now = datetime.now(UTC)
        day = local_day(now)
        contents = Contents(
            service=SERVICE,
            firm_code=FIRM,
            firm_name="性能测试样品有限公司",
            answers={"go": "yes"},
        )
        async with self.store.begin() as session:
            draft = await create_draft(session, contents, owner=clerk.id, channel="window", now=now)
            number = bundle_number(day, await next_serial(session, "bundle", f"{day:%Y%m%d}"))
            started = BundleStarted(
                number=number,
                application=draft.id,
                plan=planned,
                calendar=calendar,
                committed=(),
                materials=(),
                recused=tuple(sorted(away)),
            )
            given = BundleInput(
                key=f"{clerk.id}:bench-{number}", payload="bench", actor=clerk, started=started
            )
            submission = Submission(
                by=clerk.id,
                at=now,
                number=number,
                query_code="0000",
                key=f"bench-{number}",
                payload="bench",
                start={},
            )
            await submit(session, draft.id, contents, submission)
        return given


@contextlib.asynccontextmanager
async def reached(home: Path, *, connections: int = 8) -> AsyncIterator[Place]:
    """The stack that runs on this data folder."""
    settings = attached_to(load(home=home))
    assert settings is not None, f"nothing runs on {home}"
    assert settings.database_url is not None
    store = Store(settings.database_url.get_secret_value(), name="bench", size=STARTERS)
    limits = httpx2.Limits(max_connections=connections, max_keepalive_connections=connections)
    async with httpx2.AsyncClient(
        base_url=settings.server_url, timeout=TIMEOUT, limits=limits
    ) as http:
        yield Place(settings, store, http)
    await store.close()
    await asyncio.sleep(temporal_setup.LAST_BREATH)


def quantile(seconds: Sequence[float], percent: int) -> float | None:
    """Of these, in ms; None of none."""
    ordered = sorted(seconds)
    if not ordered:
        return None
    return round(ordered[min(len(ordered) - 1, len(ordered) * percent // _PERCENT)] * 1000, 1)


def _planned(library: Library, kind: Kind) -> Plan:
    definition = _definition(kind)
    facts = facts_of(definition, {"go": "yes"}, {})
    today = local_day(datetime.now(UTC))
    return plan(definition, library.catalogue, facts, sha256="0" * 64, on=today)


_QUESTION = {
    "id": "go",
    "text": "开始吗？",
    "why": "测试",
    "kind": "one",
    "options": [{"value": "yes", "label": "是"}, {"value": "no", "label": "否"}],
}


def _definition(kind: Kind) -> ServiceDefinition:
    """Matters that need nothing of each other and no papers: accepted as soon as they come."""
    paper = {"series": "测", "wording": "准予"}
    return ServiceDefinition.model_validate(
        {
            "service": SERVICE,
            "version": 1,
            "name": "待办测试",
            "summary": "只用于性能测试",
            "lead": kind.items[0].department,
            "validity": {"since": "2020-01-01"},
            "bases": [_BASIS],
            "questions": [_QUESTION],
            "situations": [
                {
                    "code": "BENCH-01",
                    "name": "测试",
                    "when": {"fact": "answer.go", "is": "yes"},
                    "bases": [_BASIS],
                }
            ],
            "matters": [
                {
                    "key": f"M{place}",
                    "name": item.name,
                    "department": item.department,
                    "item": item.own,
                    "confidentiality": kind.level(place),
                    "promised": {"days": 10},
                    "statutory": {"days": 20},
                    "hold": {"limit": {"days": 20}, "basis": _BASIS},
                    "steps": [
                        {"kind": "review", "key": REVIEW, "name": "审查"},
                        {"kind": "decide", "key": DECIDE, "name": "决定", "by": "officer"},
                    ],
                    "documents": [
                        {"kind": "done", "name": "办结单", "template": "notice", **paper}
                    ],
                    "refusal": {"kind": "no", "name": "不予", "template": "refusal", **paper},
                    "bases": [_BASIS],
                }
                for place, item in enumerate(kind.items)
            ],
        }
    )
