"""How far a run is, as its page says it."""

from datetime import timedelta

import pytest

from activities.store.benefits.runs import Progress
from api.console.fill.benefits import progress
from definitions.benefits.run import Phase
from tests.support.benefits import NOW, after, begin, officer, policy


@pytest.mark.parametrize(
    ("done", "total", "said"),
    [
        (20, 100, ["每秒 2.0", "不到 1 分钟"]),
        (20, None, ["每秒 2.0"]),
        (100, 100, []),
        (0, 100, []),
    ],
)
def test_what_only_waits_has_no_speed(done: int, total: int | None, said: list[str]) -> None:
    state = after(None, begin(policy()), officer())
    assert state.phase is Phase.SNAPSHOT
    since = NOW - timedelta(seconds=10)
    seen = Progress(phase=state.phase, turn=state.turn, done=done, total=total, since=since)
    shown = progress(seen, state, NOW)
    assert shown is not None
    assert [pair.value for pair in shown.facts] == said
