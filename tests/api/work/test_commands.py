"""Every command of a task's life: who may, who may not, in which state, on which version, twice."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import pytest

from tests.support.api import Person
from tests.support.legal_api import ok, pointer, refused
from tests.support.work_api import WHY, Work

TASK = "PERMIT.receipt"
ACCEPT = {"outcome": "accept"}
Prepared = Callable[[Work], Awaitable[None]]


async def _ready(_case: Work) -> None:
    """Nobody has it."""


async def _claimed(case: Work) -> None:
    ok(await case.do(case.officer, TASK, "claim"))


async def _begun(case: Work) -> None:
    ok(await case.do(case.officer, TASK, "begin"))


async def _waiting(case: Work) -> None:
    await _begun(case)
    ok(await case.do(case.officer, TASK, "wait", {"cause": "expert"}))


async def _handed(case: Work) -> None:
    await _claimed(case)
    ok(await case.do(case.officer, TASK, "hand-over", {"to": case.second.login}))


async def _proposed(case: Work) -> None:
    ok(await case.do(case.officer, TASK, "propose", ACCEPT))


@dataclass(frozen=True)
class Command:
    """One command in the state in which it can be taken, by whom, and what it comes to."""

    verb: str
    prepare: Prepared
    body: Mapping[str, object] | None
    becomes: str
    by: str = "officer"
    changed: Mapping[str, object] | None = None

    def actor(self, case: Work) -> Person:
        """Who may."""
        found = getattr(case, self.by)
        assert isinstance(found, Person)
        return found


POINT = {"fault": "mismatch", "says": "地址与合同不一致", "material": "M01"}
COMMANDS = (
    Command("claim", _ready, None, "claimed"),
    Command("release", _claimed, None, "ready"),
    Command("begin", _claimed, None, "in_progress"),
    Command("wait", _begun, {"cause": "applicant"}, "waiting", changed={"cause": "expert"}),
    Command("resume", _waiting, None, "in_progress"),
    Command("hand-over", _claimed, {"to": "second"}, "claimed", changed={"to": "head"}),
    Command("take-back", _handed, None, "claimed"),
    Command("propose", _claimed, ACCEPT, "in_review", changed={"outcome": "not_required", **WHY}),
    Command("approve", _proposed, None, "completed", by="second"),
    Command("send-back", _proposed, WHY, "in_progress", by="second", changed={"reasons": ["别的"]}),
    Command(
        "transfer",
        _claimed,
        {"department": "tax", **WHY},
        "ready",
        changed={"department": "tax", "reasons": ["别的"]},
    ),
    Command(
        "return",
        _claimed,
        {"points": [POINT]},
        "returned",
        changed={"points": [{**POINT, "fault": "unclear"}]},
    ),
    Command("complete", _claimed, ACCEPT, "completed", changed={"outcome": "not_required", **WHY}),
    Command("urge", _claimed, WHY, "claimed", by="supervisor", changed={"reasons": ["别的"]}),
)
EACH = pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.verb)


@EACH
class TestEveryCommand:
    async def test_is_taken_and_told_with_its_new_version(
        self, case: Work, command: Command
    ) -> None:
        await command.prepare(case)
        answer = ok(await case.do(command.actor(case), TASK, command.verb, command.body))
        row = await case.row(TASK)
        assert (row.status, row.version) == (command.becomes, answer.json()["version"])
        assert answer.json()["state"] == "recorded"

    async def test_is_not_for_another_organ_which_does_not_learn_of_it(
        self, case: Work, command: Command
    ) -> None:
        await command.prepare(case)
        before = await case.events()
        hidden = await case.do(case.taxer, TASK, command.verb, command.body)
        expected = (403, "forbidden") if command.verb == "urge" else (404, "unknown-task")
        assert refused(hidden) == expected
        none = await case.do(command.actor(case), "PERMIT.nothing", command.verb, command.body)
        assert refused(none) == (404, "unknown-task")
        assert await case.events() == before

    async def test_is_not_for_a_post_without_it(self, case: Work, command: Command) -> None:
        await command.prepare(case)
        who = case.officer if command.verb == "urge" else case.supervisor
        answer = await case.do(who, TASK, command.verb, command.body)
        if command.verb == "hand-over":
            # Whoever assigns the work may hand over what is not his own.
            ok(answer)
        else:
            assert refused(answer) == (403, "forbidden")

    async def test_comes_too_late_once_the_task_is_done(self, case: Work, command: Command) -> None:
        ok(await case.do(case.officer, TASK, "complete", ACCEPT))
        answer = await case.do(command.actor(case), TASK, command.verb, command.body)
        assert refused(answer) == (409, "task-not-open")

    async def test_of_another_version_changes_nothing(self, case: Work, command: Command) -> None:
        await command.prepare(case)
        before = await case.events()
        stale = {"If-Match": '"9999"'}
        answer = await case.do(command.actor(case), TASK, command.verb, command.body, **stale)
        assert refused(answer) == (412, "version-conflict")
        assert await case.events() == before
        seen = {"If-Match": f'"{(await case.row(TASK)).version}"'}
        ok(await case.do(command.actor(case), TASK, command.verb, command.body, **seen))

    async def test_repeated_gives_the_same_receipt_and_changed_is_refused(
        self, case: Work, command: Command
    ) -> None:
        await command.prepare(case)
        who, key = command.actor(case), f"again-{command.verb}"
        first = ok(await case.do(who, TASK, command.verb, command.body, key=key))
        after = await case.events()
        again = ok(await case.do(who, TASK, command.verb, command.body, key=key))
        assert again.json() == first.json()
        assert await case.events() == after
        if command.changed is not None:
            other = await case.do(who, TASK, command.verb, command.changed, key=key)
            assert refused(other) == (422, "idempotency-key-reused")


class TestWhatMustBeSaid:
    @pytest.mark.parametrize(
        ("prepare", "by", "verb", "body", "code", "place"),
        [
            (_begun, "officer", "wait", {"cause": "other"}, "reasons-missing", "/reasons"),
            (
                _begun,
                "officer",
                "wait",
                {"cause": "expert", "until": "2026-03-01"},
                "deadline-past",
                "/until",
            ),
            (_begun, "officer", "wait", {"cause": "weather"}, "invalid", "/cause"),
            (_proposed, "second", "send-back", {"reasons": []}, "reasons-missing", "/reasons"),
            (_claimed, "officer", "transfer", {"department": "tax"}, "reasons-missing", "/reasons"),
            (
                _claimed,
                "officer",
                "transfer",
                {"department": "moon", **WHY},
                "unknown-department",
                "/department",
            ),
            (
                _claimed,
                "officer",
                "transfer",
                {"department": "window", **WHY},
                "unknown-department",
                "/department",
            ),
            (
                _claimed,
                "officer",
                "transfer",
                {"department": "food", **WHY},
                "unknown-department",
                "/department",
            ),
            (_claimed, "officer", "return", {"points": []}, "reasons-missing", "/points"),
            (
                _claimed,
                "officer",
                "return",
                {"points": [{"fault": "unclear", "says": " "}]},
                "invalid",
                "/points/0/says",
            ),
            (_claimed, "supervisor", "urge", {"reasons": []}, "reasons-missing", "/reasons"),
            (
                _claimed,
                "officer",
                "propose",
                {"outcome": "not_required"},
                "reasons-missing",
                "/reasons",
            ),
            (
                _claimed,
                "officer",
                "propose",
                {"outcome": "grant"},
                "outcome-not-possible",
                "/outcome",
            ),
            (
                _claimed,
                "officer",
                "complete",
                {**ACCEPT, "handled_by": ["10086"]},
                "invalid",
                "/handled_by",
            ),
        ],
    )
    async def test_is_asked_for_at_its_place(  # noqa: PLR0917 - one row of the table
        self,
        case: Work,
        prepare: Prepared,
        by: str,
        verb: str,
        body: dict[str, object],
        code: str,
        place: str,
    ) -> None:
        await prepare(case)
        before = await case.events()
        answer = await case.do(getattr(case, by), TASK, verb, body)
        assert (refused(answer), pointer(answer)) == ((422, code), place)
        assert await case.events() == before
