"""Every closed list of benefits has its words; no English code reaches a screen."""

from typing import get_args

import pytest

from activities.benefits import listing, outcomes, rechecking, rematching, reserving, verifying
from activities.outside.payments.sandbox import book
from activities.store.benefits import instructions, settling
from activities.store.benefits.cases import CaseKind, CaseOutcome
from api.console import benefit_words as words
from definitions.benefits.entitlement import Status
from definitions.benefits.events import RunEvent
from definitions.benefits.ledger import Account, EntryKind
from definitions.benefits.run import Cause, Pace, Phase
from definitions.language.benefits import SubjectKind, Verdict, Way

CODES = (
    *(listing.NOT_FOUND_AGAIN, rechecking.OPTED_OUT, listing.AUTOMATED_REFUSED),
    *(reserving.NO_ACCOUNT, reserving.BUDGET, rematching.CORRECTED, verifying.CANCELLED),
    *(outcomes.OBJECTION_UPHELD, outcomes.REVIEW_REJECTED, outcomes.UPHELD),
    *(instructions.REFUSED, settling.NEVER_ARRIVED, settling.GIVEN_UP, book.ACCOUNT_REFUSED),
)


@pytest.mark.parametrize(
    ("said", "every"),
    [
        (words.PHASE, Phase),
        (words.STATUS, Status),
        (words.VERDICT, Verdict),
        (words.KIND, SubjectKind),
        (words.WAY, Way),
        (words.PACE, Pace),
        (words.CAUSE, Cause),
        (words.CASE, CaseKind),
        (words.OUTCOME, CaseOutcome),
        (words.ENTRY, EntryKind),
        (words.ACCOUNT, Account),
    ],
)
def test_each_has_its_word(said: dict[str, object], every: type[Phase]) -> None:
    assert set(said) == set(every)


def test_each_event_of_a_run_has_its_word() -> None:
    union = get_args(get_args(RunEvent)[0])
    assert set(words.EVENT) == {each.model_fields["kind"].default for each in union}


def test_each_reason_the_driver_gives_has_its_word() -> None:
    assert set(CODES) <= set(words.WHY)
