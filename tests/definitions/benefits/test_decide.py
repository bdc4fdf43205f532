"""A run's rules: nobody is paid before a person passed the trial and two approved the list."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from definitions.benefits import commands as c
from definitions.benefits.run import OVER, Cause, Counts, Pace, Phase, RunState, Sampled
from definitions.errors import Code, Refused
from definitions.language.base import SHANGHAI
from definitions.language.benefits import PolicyDefinition
from definitions.language.roles import SYSTEM, Actor
from definitions.rules.calendar import working_days_between
from tests.support.benefits import NOW, ON, after, begin, events, officer, policy
from tests.support.services import CALENDAR

CONFIRMED = policy(way="confirm", confirmation={"days": 10, "reminders": [3, 7]})
QUIET = policy(publicity=None)
BOTH = [Sampled(subject=n, right=True) for n in (1, 2)]
FROZEN = c.FreezeFacts(snapshot="s", sha256="0" * 64, away=("tax",))
MATCHED = c.ReportMatch(counts=Counts(subjects=9, hits=2, fen=200_000))
PASSED = c.PassTrial(sampled=tuple(BOTH))
WRONG = Sampled(subject=2, right=False)
FAILED = c.PassTrial(sampled=(BOTH[0], WRONG.model_copy(update={"note": "已迁出"})))
LISTED = c.ReportList(listed=2, fen=200_000)
TO_TRIAL: Sequence[c.RunCommand] = (FROZEN, MATCHED)
TO_REVIEW = (*TO_TRIAL, PASSED, LISTED)


def run(of: PolicyDefinition, *asked: c.RunCommand) -> RunState:
    """A run after these."""
    state = after(None, begin(of))
    for command in asked:
        state = after(state, command)
    return state


def approved(state: RunState) -> RunState:
    """By two."""
    once = after(state, c.ApproveList(), officer("first"))
    return after(once, c.ApproveList(), officer("second"))


def refusal(state: RunState | None, command: c.RunCommand, actor: Actor = SYSTEM) -> Code:
    """With what it is refused."""
    with pytest.raises(Refused) as refused:
        events(state, command, actor)
    return refused.value.code


class TestTheWay:
    """From the beginning to the end, phase by phase."""

    def test_what_is_published_is_paid_after_the_publicity(self) -> None:
        state = approved(run(policy(), *TO_REVIEW))
        assert state.phase is Phase.PUBLICITY
        assert state.publicity is not None
        assert working_days_between(ON, state.publicity.until, CALENDAR) == 5
        state = after(state, c.EndSpan(), now=NOW + timedelta(days=8))
        assert (state.phase, after(state, c.Close()).phase) == (Phase.PAYING, Phase.CLOSED)

    def test_the_last_day_is_published_to_its_end(self) -> None:
        state = approved(run(policy(), *TO_REVIEW))
        assert state.publicity is not None
        over = datetime.combine(state.publicity.until + timedelta(days=1), time(), SHANGHAI)
        with pytest.raises(Refused) as early:
            after(state, c.EndSpan(), now=over - timedelta(minutes=1))
        assert early.value.code is Code.SPAN_OPEN
        assert after(state, c.EndSpan(), now=over).phase is Phase.PAYING

    def test_what_is_not_published_is_paid_at_once(self) -> None:
        assert approved(run(QUIET, *TO_REVIEW)).phase is Phase.PAYING

    def test_a_wish_is_asked_for_before_the_publicity(self) -> None:
        state = approved(run(CONFIRMED, *TO_REVIEW))
        assert state.phase is Phase.WISH
        assert state.wish is not None
        ends = [working_days_between(day, state.wish.until, CALENDAR) for day in _reminders(state)]
        assert ends == [7, 3]
        assert after(state, c.EndSpan(), now=NOW + timedelta(days=15)).phase is Phase.PUBLICITY

    def test_a_closed_run_is_verified_and_pays_what_comes_late(self) -> None:
        closed = after(approved(run(QUIET, *TO_REVIEW)), c.Close())
        assert not closed.verified
        verified = after(after(closed, c.Verify()), c.Close())
        assert (verified.phase, verified.verified) == (Phase.CLOSED, True)
        assert after(verified, c.PayLate()).phase is Phase.PAYING

    def test_the_facts_are_those_of_the_snapshot(self) -> None:
        state = run(policy(), *TO_TRIAL)
        assert (state.snapshot, state.away, state.counts.hits) == ("s", ("tax",), 2)


class TestTheTrial:
    """A person looks some of it through by hand."""

    def test_fewer_than_wanted_are_too_few(self) -> None:
        state = run(policy(), *TO_TRIAL)
        assert refusal(state, c.PassTrial(sampled=(BOTH[0],))) is Code.SAMPLE_TOO_SMALL

    def test_one_subject_twice_is_one(self) -> None:
        state = run(policy(), *TO_TRIAL)
        twice = c.PassTrial(sampled=(BOTH[0], BOTH[0]))
        assert refusal(state, twice) is Code.SAMPLE_TOO_SMALL

    def test_one_that_is_wrong_stops_it_and_is_kept_without_its_note(self) -> None:
        state = run(policy(), *TO_TRIAL)
        assert [event.kind for event in events(state, FAILED)] == ["sample_failed"]
        state = after(state, FAILED)
        assert (state.phase, state.is_driven, state.sampled) == (Phase.TRIAL, False, ())
        assert (state.samples_looked, state.sample_failures) == (2, (WRONG,))

    def test_too_few_are_refused_though_one_is_wrong(self) -> None:
        state = run(policy(), *TO_TRIAL)
        assert refusal(state, c.PassTrial(sampled=(WRONG,))) is Code.SAMPLE_TOO_SMALL

    def test_what_was_wrong_is_kept_when_matched_again_and_adds_up(self) -> None:
        again = c.MatchAgain(on=ON, reason="数据更正")
        state = run(policy(), *TO_TRIAL, FAILED, again)
        assert (state.phase, state.turn) == (Phase.SNAPSHOT, 2)
        assert (state.samples_looked, state.sample_failures) == (2, (WRONG,))
        for command in (*TO_TRIAL, FAILED, again, *TO_TRIAL, PASSED):
            state = after(state, command)
        assert (state.phase, state.sampled) == (Phase.LISTING, tuple(BOTH))
        assert (state.samples_looked, state.sample_failures) == (6, (WRONG, WRONG))

    def test_a_failed_one_is_given_up_or_looked_through_again(self) -> None:
        state = run(policy(), *TO_TRIAL, FAILED)
        assert after(state, c.Cancel(reason="不办了")).phase is Phase.CANCELLED
        assert after(state, PASSED).phase is Phase.LISTING
        assert refusal(state, LISTED) is Code.RUN_PHASE

    def test_one_subject_twice_wrong_is_wrong_once(self) -> None:
        state = run(policy(), *TO_TRIAL)
        state = after(state, c.PassTrial(sampled=(BOTH[0], WRONG, WRONG)))
        assert (state.samples_looked, len(state.sample_failures)) == (2, 1)

    def test_of_many_hits_the_policy_says_how_many(self) -> None:
        many = c.ReportMatch(counts=Counts(subjects=90, hits=50))
        state = run(policy(sample=2), FROZEN, many)
        assert after(state, PASSED).phase is Phase.LISTING

    def test_nobody_is_entitled_nothing_is_looked_through(self) -> None:
        state = run(policy(), FROZEN, c.ReportMatch(counts=Counts(subjects=3, missed=3)))
        assert after(state, c.PassTrial(sampled=())).phase is Phase.LISTING


class TestTheReview:
    """Two persons, on the same list."""

    def test_the_same_person_twice_is_one(self) -> None:
        state = after(run(policy(), *TO_REVIEW), c.ApproveList(), officer("first"))
        assert refusal(state, c.ApproveList(), officer("first")) is Code.FOUR_EYES

    def test_who_stands_in_is_also_the_absent_one(self) -> None:
        state = after(run(policy(), *TO_REVIEW), c.ApproveList(), officer("first"))
        stands_in = officer("second", stands_for="first")
        assert refusal(state, c.ApproveList(), stands_in) is Code.FOUR_EYES

    def test_the_absent_one_does_not_approve_what_was_approved_for_them(self) -> None:
        stands_in = officer("first", stands_for="second")
        state = after(run(policy(), *TO_REVIEW), c.ApproveList(), stands_in)
        assert refusal(state, c.ApproveList(), officer("second")) is Code.FOUR_EYES

    def test_a_returned_list_needs_both_again(self) -> None:
        state = after(run(policy(), *TO_REVIEW), c.ApproveList(), officer("first"))
        state = after(state, c.ReturnList(reason="漏了一户"), officer("second"))
        assert (state.phase, state.approved_by) == (Phase.REVIEW, ())
        assert after(state, c.ApproveList(), officer("second")).phase is Phase.SECOND_REVIEW

    def test_matched_again_the_list_is_another(self) -> None:
        state = after(run(policy(), *TO_REVIEW), c.ApproveList(), officer("first"))
        later = ON + timedelta(days=3)
        state = after(state, c.MatchAgain(on=later, reason="税务数据恢复"), officer("second"))
        assert (state.phase, state.turn, state.on) == (Phase.SNAPSHOT, 2, later)
        assert (state.approved_by, state.approved_for, state.sampled) == ((), (), ())

    def test_no_reason_no_return(self) -> None:
        state = run(policy(), *TO_REVIEW)
        assert refusal(state, c.ReturnList(reason="  "), officer()) is Code.REASONS_MISSING


class TestSteering:
    """Paused, slowed down, given up."""

    def test_what_stands_already_is_no_event(self) -> None:
        state = run(policy(), c.Pause(reason="核对数据"))
        assert events(state, c.Pause(reason="再说一次")) == []
        assert events(state, c.SetPace(pace=Pace.FULL)) == []
        assert events(after(state, c.Resume()), c.Resume()) == []

    def test_a_paused_run_is_not_driven(self) -> None:
        state = run(policy())
        assert state.is_driven
        assert not after(state, c.Pause(reason="核对数据")).is_driven
        assert not run(policy(), *TO_TRIAL).is_driven

    def test_what_pays_is_not_cancelled(self) -> None:
        state = approved(run(QUIET, *TO_REVIEW))
        assert refusal(state, c.Cancel(reason="不办了")) is Code.RUN_PHASE

    def test_cancelled_is_over(self) -> None:
        state = after(run(policy(), *TO_REVIEW, c.Pause(reason="等")), c.Cancel(reason="不办了"))
        assert (state.phase, state.paused) == (Phase.CANCELLED, False)
        assert refusal(state, c.Resume()) is Code.RUN_PHASE


def test_a_span_ends_with_its_last_day() -> None:
    state = approved(run(policy(), *TO_REVIEW))
    assert refusal(state, c.EndSpan()) is Code.SPAN_OPEN


def test_a_run_begins_once() -> None:
    assert refusal(run(policy()), begin(policy())) is Code.RUN_BEGUN
    assert refusal(None, c.Resume()) is Code.UNKNOWN_RUN


def test_who_began_it_and_why_is_kept() -> None:
    state = after(None, begin(policy(), cause=Cause.FACTS, batch=7), officer("somebody"))
    assert (state.cause, state.batch, state.begun_by) == (Cause.FACTS, 7, "somebody")


PEOPLE = [SYSTEM, officer("a"), officer("b"), officer("c", stands_for="a")]
ANYTHING: st.SearchStrategy[c.RunCommand] = st.one_of(
    st.sampled_from(
        [FROZEN, MATCHED, PASSED, LISTED, c.EndSpan(), c.Close(), c.PayLate(), c.Verify()]
    ),
    st.sampled_from([c.ApproveList(), c.ReturnList(reason="再看"), c.Resume()]),
    st.sampled_from([c.Pause(reason="等"), c.SetPace(pace=Pace.CRAWL), c.Cancel(reason="不办")]),
    st.just(c.MatchAgain(on=date(2026, 10, 9), reason="重新比对")),
    st.lists(st.sampled_from([*BOTH, WRONG]), max_size=3).map(
        lambda seen: c.PassTrial(sampled=tuple(seen))
    ),
)
# What leads on from each phase, tried as often as anything else: most walks come to an end.
ONWARDS: dict[Phase, c.RunCommand] = {
    Phase.SNAPSHOT: FROZEN,
    Phase.MATCHING: MATCHED,
    Phase.TRIAL: PASSED,
    Phase.LISTING: LISTED,
    Phase.REVIEW: c.ApproveList(),
    Phase.SECOND_REVIEW: c.ApproveList(),
    Phase.WISH: c.EndSpan(),
    Phase.PUBLICITY: c.EndSpan(),
    Phase.PAYING: c.Close(),
    Phase.VERIFYING: c.Close(),
    Phase.CLOSED: c.PayLate(),
}
TURNS = st.lists(
    st.tuples(st.none() | ANYTHING, st.sampled_from(PEOPLE), st.integers(0, 9)), max_size=60
)


@given(st.sampled_from([policy(), CONFIRMED, QUIET]), TURNS)
def test_on_no_way_is_anything_paid_that_two_did_not_approve(
    of: PolicyDefinition, turns: list[tuple[c.RunCommand | None, Actor, int]]
) -> None:
    state, now = after(None, begin(of)), NOW
    for asked, actor, days in turns:
        now += timedelta(days=days)
        command = asked or ONWARDS.get(state.phase, c.Resume())
        try:
            follows = events(state, command, actor, now)
        except Refused:
            continue
        state = after(state, command, actor, now)
        assert all(event.kind != "run_begun" for event in follows)
        if state.phase is Phase.PAYING:
            _paid_rightly(state, now)
        assert not (state.phase in OVER and state.is_driven)
        assert len(state.sample_failures) <= state.samples_looked


def _paid_rightly(state: RunState, now: datetime) -> None:
    first, second = state.approved_by
    assert first != second
    assert not {first, second} & set(state.approved_for)
    assert state.sampled
    assert all(sampled.right for sampled in state.sampled)
    for span, wanted in (
        (state.wish, state.terms.confirmation),
        (state.publicity, state.terms.publicity_days),
    ):
        assert (span is None) is (wanted is None)
        assert span is None or now.date() >= span.until


def _reminders(state: RunState) -> tuple[date, ...]:
    assert state.wish is not None
    return state.wish.reminders
