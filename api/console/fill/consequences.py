"""What follows when something is late or was not true: from the rules, in words."""

from collections.abc import Mapping

from api.console import words
from definitions.language.matters import MatterDefinition
from definitions.language.pending import Credit, Lapse, Mode
from definitions.language.service import Catalogue
from definitions.rules.pending import terms
from definitions.rules.plan import PlannedMatter

LAPSE: Mapping[Lapse, str] = {
    Lapse.RETURNED: "退件，可以重新申请",
    Lapse.DEEMED_WITHDRAWN: "视为撤回申请，退还材料",
    Lapse.ACCEPTANCE_REVOKED: "撤销受理，退还材料",
    Lapse.REFUSED: "不予许可",
    Lapse.TERMINATED: "终止办理，退还材料",
}
"""What a missed limit of the applicant's leads to."""


def of_lateness(matter: PlannedMatter | MatterDefinition, mode: str) -> str:
    """What being late leads to in this mode, and what it does to the applicant's standing."""
    pending, issued, promise = (
        matter.accept_pending,
        matter.issue_then_supply,
        matter.inform_commit,
    )
    if mode == Mode.ACCEPT_PENDING and pending is not None:
        return f"{LAPSE[pending.lapse]}；{words.CREDIT[pending.credit]}"
    if mode == Mode.ISSUE_THEN_SUPPLY and issued is not None:
        undone = "审查是否撤销已经发出的结果" if issued.undone else "已经发出的结果不变"
        return f"{undone}；{words.CREDIT[issued.credit]}"
    if mode == Mode.INFORM_COMMIT and promise is not None:
        return f"逾期不整改或者整改后仍不符合的，撤销决定；{words.CREDIT[promise.credit]}"
    if matter.examine is not None:
        return f"{LAPSE[matter.examine.lapse]}；{words.CREDIT[Credit.NONE]}"
    return f"{LAPSE[matter.hold.lapse]}；{words.CREDIT[matter.hold.credit]}"


def resolved(matter: MatterDefinition, catalogue: Catalogue) -> MatterDefinition:
    """The matter with what its terms take from their jurisdiction."""
    found = terms(matter.accept_pending, catalogue.jurisdictions)
    return matter.model_copy(update={"accept_pending": found})
