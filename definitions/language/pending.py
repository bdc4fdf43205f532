"""The four ways in which a paper may be missing; four state machines, never one flag.

HOLD 容缺收件 · ACCEPT_PENDING 容缺受理 · ISSUE_THEN_SUPPLY 承诺制容缺办结 · INFORM_COMMIT 告知承诺
(domain.md §2.1). What a jurisdiction makes of them stands in `catalogue/pending.yaml`.
"""

from enum import StrEnum

from pydantic import Field

from definitions.language.base import Basis, Name, Text, Written
from definitions.language.limits import Limit


class Mode(StrEnum):
    """How a gap is borne."""

    HOLD = "hold"
    ACCEPT_PENDING = "accept_pending"
    ISSUE_THEN_SUPPLY = "issue_then_supply"
    INFORM_COMMIT = "inform_commit"


class Lapse(StrEnum):
    """What a missed supplement leads to.

    Differs by jurisdiction, hence data (domain.md §0 point 6).
    """

    RETURNED = "returned"
    DEEMED_WITHDRAWN = "deemed_withdrawn"
    ACCEPTANCE_REVOKED = "acceptance_revoked"
    REFUSED = "refused"
    TERMINATED = "terminated"


class Credit(StrEnum):
    """What a broken promise does to the applicant's standing, in three grades (§2.3 step 8)."""

    NONE = "none"
    NOT_ELIGIBLE = "not_eligible"
    PUBLIC_RECORD = "public_record"


class Domain(StrEnum):
    """Fields in which a promise may not stand for a proof (上海优化营商环境条例 27)."""

    PUBLIC_SAFETY = "public_safety"
    ECOLOGY = "ecology"
    ENERGY = "energy"
    HEALTH = "health"
    LIFE_AND_PROPERTY = "life_and_property"
    NATIONAL_SECURITY = "national_security"
    FINANCIAL_PRUDENCE = "financial_prudence"
    FOREIGN_RELATED = "foreign_related"


class Terms(Written):
    """How long a gap may last and what follows.

    `extensions` and `extra` bound a prolonging; `reminders` are working days before the last day;
    force majeure prolongs besides, where `force_majeure` allows it (辽宁).
    """

    extensions: int = Field(default=1, ge=0, le=1)
    extra: int = Field(default=5, ge=1, le=20)
    force_majeure: bool = True
    reminders: tuple[int, ...] = (3, 1)
    credit: Credit = Credit.NONE


class Hold(Terms):
    """HOLD 容缺收件: papers are kept at the window, the legal clock does not start."""

    limit: Limit
    lapse: Lapse = Lapse.RETURNED
    basis: Basis


class PendingTerms(Terms):
    """What one jurisdiction makes of 容缺受理.

    The supplement is due `margin` working days before the promised limit ends, and never later than
    `cap` (深圳; domain.md §2.4). Items of the `excluded` fields are not tolerated at all.
    """

    cap: int = Field(default=20, ge=1, le=20)
    margin: int = Field(default=2, ge=2)
    lapse: Lapse = Lapse.DEEMED_WITHDRAWN
    excluded: tuple[Domain, ...] = ()


class Jurisdiction(PendingTerms):
    """A named set of terms with its source."""

    id: Name
    name: Text
    basis: Basis


class AcceptPending(PendingTerms):
    """ACCEPT_PENDING 容缺受理: the clock runs, the certificate waits.

    What is not written here comes from the jurisdiction named by `rule`.
    """

    rule: Name | None = None
    basis: Basis


class IssueThenSupply(Terms):
    """ISSUE_THEN_SUPPLY 承诺制容缺办结: the result goes out before the papers come.

    `undone`: whether a broken promise undoes the result.
    """

    limit: Limit
    undone: bool = False
    basis: Basis


class InformCommit(Written):
    """INFORM_COMMIT 告知承诺: a promise replaces the proof, which is checked after the decision.

    `verify` and `rectify` are the limits of checking and of putting right. `never` names the fields
    in which this mode is not open.
    """

    conditions: tuple[Text, ...] = Field(min_length=1)
    verify: Limit
    rectify: Limit
    credit: Credit = Credit.PUBLIC_RECORD
    never: tuple[Domain, ...] = (
        Domain.PUBLIC_SAFETY,
        Domain.ECOLOGY,
        Domain.HEALTH,
        Domain.LIFE_AND_PROPERTY,
        Domain.NATIONAL_SECURITY,
        Domain.FINANCIAL_PRUDENCE,
        Domain.FOREIGN_RELATED,
    )
    basis: Basis
