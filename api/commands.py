"""Every act on a running application, in one place: `api.acting` has them by theme."""

from api.acting.base import Answer, PointGiven
from api.acting.ending import (
    return_matter,
    revoke_decision,
    terminate_matter,
    withdraw_bundle,
)
from api.acting.handling import (
    allow_second_notice,
    end_procedure,
    file_application,
    prolong_supplement,
    propose_extension,
    raise_objection,
    start_procedure,
)
from api.acting.hearings import answer_hearing, schedule_hearing, tell_hearing_right
from api.acting.papers import (
    check_material,
    correct_on_the_spot,
    deliver_document,
    supply_material,
)
from api.acting.tasks import claim_task, complete_task, release_task

__all__ = [
    "Answer",
    "PointGiven",
    "allow_second_notice",
    "answer_hearing",
    "check_material",
    "claim_task",
    "complete_task",
    "correct_on_the_spot",
    "deliver_document",
    "end_procedure",
    "file_application",
    "prolong_supplement",
    "propose_extension",
    "raise_objection",
    "release_task",
    "return_matter",
    "revoke_decision",
    "schedule_hearing",
    "start_procedure",
    "supply_material",
    "tell_hearing_right",
    "terminate_matter",
    "withdraw_bundle",
]
