"""Every act on a running application, in one place: `api.acting` has them by theme."""

from api.acting.base import Answer, PointGiven
from api.acting.colleagues import ask_colleagues, complain, withdraw_request
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
from api.acting.recusal import recuse_officer
from api.acting.tasks import (
    ReturnPointGiven,
    approve_proposal,
    begin_task,
    claim_task,
    complete_task,
    hand_over_task,
    propose_completion,
    release_task,
    resume_task,
    return_task,
    send_back_task,
    take_back_task,
    transfer_task,
    urge_task,
    wait_task,
)

__all__ = [
    "Answer",
    "PointGiven",
    "ReturnPointGiven",
    "allow_second_notice",
    "answer_hearing",
    "approve_proposal",
    "ask_colleagues",
    "begin_task",
    "check_material",
    "claim_task",
    "complain",
    "complete_task",
    "correct_on_the_spot",
    "deliver_document",
    "end_procedure",
    "file_application",
    "hand_over_task",
    "prolong_supplement",
    "propose_completion",
    "propose_extension",
    "raise_objection",
    "recuse_officer",
    "release_task",
    "resume_task",
    "return_matter",
    "return_task",
    "revoke_decision",
    "schedule_hearing",
    "send_back_task",
    "start_procedure",
    "supply_material",
    "take_back_task",
    "tell_hearing_right",
    "terminate_matter",
    "transfer_task",
    "urge_task",
    "wait_task",
    "withdraw_bundle",
    "withdraw_request",
]
