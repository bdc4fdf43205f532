"""The one error of the core: a refusal with a stable code.

Whatever is refused here is refused with a code that clients may branch on and a Chinese sentence
that people may act on. The core knows no HTTP and no Temporal; two borders translate (activities,
`api.problems`).
"""

from enum import StrEnum


class Code(StrEnum):
    """Stable codes of refusals; each has a row in `api.problems` and in `docs/problems.md`."""

    INVALID = "invalid"
    UNKNOWN_SERVICE = "unknown-service"
    NO_SITUATION = "no-situation"
    BLOCKED = "blocked"
    UNKNOWN_BUNDLE = "unknown-bundle"
    UNKNOWN_MATTER = "unknown-matter"
    UNKNOWN_TASK = "unknown-task"
    UNKNOWN_MATERIAL = "unknown-material"
    UNKNOWN_DOCUMENT = "unknown-document"
    BUNDLE_CLOSED = "bundle-closed"
    TASK_NOT_OPEN = "task-not-open"
    TASK_TAKEN = "task-taken"
    OUTCOME_NOT_POSSIBLE = "outcome-not-possible"
    REASONS_MISSING = "reasons-missing"
    FOUR_EYES = "four-eyes"
    MATERIAL_NOT_AWAITED = "material-not-awaited"
    FILES_MISSING = "files-missing"
    NOT_FILING = "not-filing"
    NOT_IN_PUBLICITY = "not-in-publicity"
    NOT_DELIVERABLE = "not-deliverable"
    NOT_WITHDRAWABLE = "not-withdrawable"
    ITEM_NOT_IN_FORCE = "item-not-in-force"
    PROMISE_NOT_OPEN = "promise-not-open"
    SECOND_NOTICE = "second-notice"
    SUPPLEMENT_LATE = "supplement-late"
    DEADLINE_PAST = "deadline-past"
    LIMIT_TOO_LONG = "limit-too-long"
    LIMIT_TOO_SHORT = "limit-too-short"
    MATERIAL_MISSING = "material-missing"
    NOT_ASKABLE = "not-askable"
    NOT_CORRECTABLE = "not-correctable"
    CAUSE_UNKNOWN = "cause-unknown"
    NOT_IN_HAND = "not-in-hand"
    SUSPENDED = "suspended"
    NOT_SUSPENDED = "not-suspended"
    ALREADY_EXTENDED = "already-extended"
    NOT_EXTENDABLE = "not-extendable"
    HEARING_DUE = "hearing-due"
    HEARING_NOT_OPEN = "hearing-not-open"
    OFFICERS_MISSING = "officers-missing"
    NOT_RETURNABLE = "not-returnable"
    NOT_REVOCABLE = "not-revocable"
    CALENDAR_DAY_TWICE = "calendar-day-twice"
    CALENDAR_YEAR_MISSING = "calendar-year-missing"
    CALENDAR_INVALID = "calendar-invalid"
    UNKNOWN_CALENDAR = "unknown-calendar"
    UNKNOWN_RECALCULATION = "unknown-recalculation"
    RECALCULATION_DONE = "recalculation-done"
    SERVICE_RETIRED = "service-retired"
    UNKNOWN_DEFINITION = "unknown-definition"
    DEFINITION_INVALID = "definition-invalid"
    DEFINITION_CASES = "definition-cases-differ"
    DEFINITION_PUBLISHED = "definition-published"
    DEFINITION_PROPOSED = "definition-proposed"
    DEFINITION_NOT_PROPOSED = "definition-not-proposed"
    DEFINITION_FOUR_EYES = "definition-four-eyes"
    DEFINITION_RETIRED = "definition-retired"
    POLICY_INVALID = "policy-invalid"
    POLICY_CASES = "policy-cases-differ"
    POLICY_PUBLISHED = "policy-published"
    POLICY_PROPOSED = "policy-proposed"
    POLICY_NOT_PROPOSED = "policy-not-proposed"
    POLICY_FOUR_EYES = "policy-four-eyes"
    POLICY_RETIRED = "policy-retired"
    UNKNOWN_SIMULATION = "unknown-simulation"
    SIMULATION_BUSY = "simulation-busy"
    SIMULATION_TOO_LARGE = "simulation-too-large"
    TASK_NOT_HELD = "task-not-held"
    UNKNOWN_DEPARTMENT = "unknown-department"
    UNKNOWN_REQUEST = "unknown-request"
    REQUESTS_OPEN = "requests-open"
    RECUSED = "recused"
    UNKNOWN_POLICY = "unknown-policy"
    UNKNOWN_SUBJECT = "unknown-subject"
    UNKNOWN_SOURCE = "unknown-source"
    UNKNOWN_BATCH = "unknown-batch"
    FACTS_IN_FUTURE = "facts-in-future"
    FACT_INVALID = "fact-invalid"
    UNKNOWN_RUN = "unknown-run"
    UNKNOWN_ENTITLEMENT = "unknown-entitlement"
    UNKNOWN_CASE = "unknown-case"
    RUN_BEGUN = "run-begun"
    RUN_PHASE = "run-phase"
    SAMPLE_TOO_SMALL = "sample-too-small"
    SAMPLE_WRONG = "sample-wrong"
    SPAN_OPEN = "span-open"
    ENTITLEMENT_NOT_OPEN = "entitlement-not-open"
    ACCOUNT_MISSING = "account-missing"
    BUDGET_TOO_SMALL = "budget-too-small"
    RETURN_TOO_MUCH = "return-too-much"
    OFFSET_OPEN = "offset-open"
    FORBIDDEN = "forbidden"
    VERSION_CONFLICT = "version-conflict"
    KEY_REUSED = "idempotency-key-reused"


class Refused(Exception):
    """A command or an input that cannot be taken, and why.

    `field` is a JSON pointer into what was sent, where one place is to blame; `details` are short
    machine-readable facts (states, versions, limits), never personal data.
    """

    def __init__(
        self, code: Code, message: str, *, field: str | None = None, **details: str | int
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
        self.details = details
