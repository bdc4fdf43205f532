"""Properties of whole lives: JSON and back, the same in every process, never stuck."""

import os
import random
import subprocess
import sys
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest

from definitions.bundle import commands as c
from definitions.bundle.events import Recorded
from definitions.bundle.evolve import evolve, replay
from definitions.bundle.settle import next_due
from definitions.bundle.state import BundleState, BundleStatus
from definitions.bundle.tasks import OUTCOMES
from definitions.errors import Refused
from definitions.language.roles import SYSTEM, Actor, Role
from definitions.matter.events import DocumentIssued, MatterGranted, MatterLapsed, MatterRefused
from definitions.matter.state import DocumentState, MaterialStatus
from definitions.matter.tasks import Outcome
from definitions.rules.permissions import may_work
from tests.definitions.bundle.test_lives import ANSWERS
from tests.support.lives import BASES, Folded
from tests.support.services import CLERK, FILE, PEOPLE, REASON, Life, planned, started

ROOT = Path(__file__).parents[3]
SEEDS = range(40)
WITHOUT_DOCUMENTS = {"PUB"}  # publicity only waits
# Whoever examined may not decide, so an organ needs two who can.
SECOND_APPROVER = Actor(id="second", role=Role.APPROVER, department="registrar")


@cache
def lived(seed: int) -> Folded:
    """A life in which people chosen by `seed` do likely things; the same seed, the same life."""
    dice = random.Random(seed)  # noqa: S311 - chance, not secrecy
    plan = planned(dice.choice(ANSWERS), {"licences": ("food",) if dice.random() < 0.7 else ()})
    lacking = tuple(code for code in ("M01", "M03") if dice.random() < 0.4)
    one = Folded(started(plan, lacking=lacking, committed=("FOOD",)))
    for _ in range(60):
        if one.state.status is BundleStatus.CLOSED:
            break
        _step(one, dice)
    return one


def _step(one: Life, dice: random.Random) -> None:
    one.now += timedelta(minutes=dice.randrange(60))
    choice = dice.random()
    try:
        if choice < 0.5 and one.state.open_tasks:
            task = dice.choice(one.state.open_tasks)
            people = [p for p in PEOPLE if may_work(p, department=task.department, role=task.role)]
            command = c.CompleteTask(
                task=task.id,
                outcome=dice.choice(OUTCOMES[task.kind]),
                reasons=(REASON,),
                bases=BASES,
            )
            one.act(dice.choice(people), command)
        elif choice < 0.75:
            code = dice.choice([*one.state.materials])
            one.act(dice.choice(PEOPLE), c.SupplyMaterial(material=code, files=(FILE,)))
        elif choice < 0.85:
            for document in one.state.documents:
                one.act(CLERK, c.DeliverDocument(document=document))
        elif choice < 0.9:
            one.act(CLERK, c.FileApplication(matter="OUT"))
        elif choice < 0.93:
            one.act(CLERK, c.RaiseObjection(matter="PUB", objection=REASON))
        else:
            one.now = max(one.now, next_due(one.state) or one.now)
            one.act(SYSTEM, c.PassTime())
    except Refused:
        pass


def written(one: Life) -> list[str]:
    """Its events as JSON."""
    return [recorded.model_dump_json() for recorded in one.events]


class TestJson:
    @pytest.mark.parametrize("seed", SEEDS)
    def test_events_and_state_come_back_as_they_were(self, seed: int) -> None:
        """Temporal and the register keep nothing but JSON."""
        one = lived(seed)
        events = tuple(Recorded.model_validate_json(text) for text in written(one))
        assert events == one.events
        state = BundleState.model_validate_json(one.state.model_dump_json())
        assert state == one.state
        assert replay(events) == state
        assert state.model_dump_json() == one.state.model_dump_json()

    @pytest.mark.parametrize("seed", SEEDS)
    def test_a_state_read_back_goes_on_the_same(self, seed: int) -> None:
        """What continue-as-new hands over decides as the original would."""
        one = lived(seed)
        half = len(one.events) // 2
        state = replay(one.events[: half + 1])
        state = BundleState.model_validate_json(state.model_dump_json())
        for recorded in one.events[half + 1 :]:
            state = evolve(state, recorded)
        assert state == one.state


class TestDocuments:
    @pytest.mark.parametrize("seed", SEEDS)
    def test_each_is_issued_once_and_by_the_act_that_led_to_it(self, seed: int) -> None:
        """A decision and its document are one transaction.

        Neither is ever seen without the other.
        """
        one = lived(seed)
        issued = [
            (r.act, r.at, r.event.document)
            for r in one.events
            if isinstance(r.event, DocumentIssued)
        ]
        documents = [document for _, _, document in issued]
        assert [document.id for document in documents] == [*one.state.documents]
        assert len({document.number for document in documents}) == len(documents)
        assert all(document.issued_at == at for _, at, document in issued)
        ended = {
            (r.event.matter, r.act)
            for r in one.events
            if isinstance(r.event, (MatterGranted, MatterRefused, MatterLapsed))
            and r.event.matter not in WITHOUT_DOCUMENTS
        }
        assert ended <= {(document.matter, act) for act, _, document in issued}


class TestLivesTogether:
    def test_they_meet_most_of_what_can_happen(self) -> None:
        """Otherwise the tests of this file would prove little."""
        kinds = {recorded.event.kind for seed in SEEDS for recorded in lived(seed).events}
        assert {
            "matter_held",
            "matter_accepted_pending",
            "supplement_completed",
            "matter_lapsed",
            "matter_refused",
            "matter_terminated",
            "publicity_ended",
            "matter_filed",
            "material_produced",
            "material_rejected",
            "bundle_closed",
        } <= kinds

    @pytest.mark.parametrize("hash_seed", ["0", "1", "2"])
    def test_the_same_in_every_process(self, hash_seed: str) -> None:
        """A replay happens on another machine: no order may hang on a hash."""
        code = (
            "from tests.definitions.bundle.test_properties import lived, written\n"
            "for seed in range(12): print(*written(lived(seed)), sep='\\n')"
        )
        found = subprocess.run(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        )
        here = [line for seed in range(12) for line in written(lived(seed))]
        assert found.stdout.splitlines() == here

    @pytest.mark.parametrize("seed", SEEDS)
    def test_no_application_is_stuck(self, seed: int) -> None:
        """While it is open, somebody can do something about it, or a limit runs."""
        whole = lived(seed).events
        act = whole[len(whole) // 2].act
        half = next((n for n, each in enumerate(whole) if each.act == act), 0) or len(whole)
        one = Folded(whole[:half], whole[half - 1].at)
        for _ in range(60):
            state = one.state
            if state.status is BundleStatus.CLOSED:
                return
            assert _ways_on(state)
            _finish(one)
        pytest.fail("never closed")


def _ways_on(state: BundleState) -> bool:
    waiting = any(d.counter and d.delivered_at is None for d in state.documents.values())
    owed = any(m.status is MaterialStatus.PENDING for m in state.materials.values())
    due = next_due(state) is not None
    return bool(state.open_tasks or waiting or owed or due)


def _finish(one: Life) -> None:
    """Whoever is in charge does what is to be done; nothing is ever withdrawn."""
    for document in _at_the_counter(one.state):
        one.act(CLERK, c.DeliverDocument(document=document.id))
    for task in one.state.open_tasks:
        outcome = {"review": "pass", "decide": "grant", "check": "accept", "objection": "dismiss"}
        command = c.CompleteTask(
            task=task.id, outcome=Outcome(outcome[task.kind]), reasons=(REASON,)
        )
        _try_all(one, command)
    due = next_due(one.state)
    if due is not None:
        one.now = max(one.now, due)
        one.act(SYSTEM, c.PassTime())


def _at_the_counter(state: BundleState) -> list[DocumentState]:
    return [d for d in state.documents.values() if d.counter and d.delivered_at is None]


def _try_all(one: Life, command: c.CompleteTask) -> None:
    for person in (*PEOPLE, SECOND_APPROVER):
        try:
            one.act(person, command)
        except Refused:
            continue
        return
