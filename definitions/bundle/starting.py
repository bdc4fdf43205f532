"""Whether what the applicant promised may be promised, before an application is started.

Voluntary, listed, and by somebody who may: nothing is borne by a promise that the applicant did
not choose, and an agent promises with express authority only (domain.md §2.3 steps 1–2).
"""

from typing import NoReturn

from definitions.errors import Code, Refused
from definitions.language.pending import Mode
from definitions.matter.events import BundleStarted, Commitment
from definitions.matter.state import MaterialStatus
from definitions.rules.plan import PlannedGate, PlannedMatter


def check(started: BundleStarted) -> None:
    """Raise `Refused(PROMISE_NOT_OPEN)`, with its place, at the first promise that is not open."""
    for index, key in enumerate(started.committed):
        _check_committed(started, key, f"/committed/{index}")
    for index, commitment in enumerate(started.commitments):
        _check_commitment(started, commitment, f"/commitments/{index}")
    for taken in started.materials:
        if taken.status is MaterialStatus.PROMISED:
            _check_promised(started, taken.code)


def _check_committed(started: BundleStarted, key: str, place: str) -> None:
    planned = _needed(started, key, place)
    if _bears(planned) is None:
        _refuse(f"事项“{planned.name}”不能容缺，不需要承诺", place)
    for gate in _gaps(started, planned):
        if gate.tolerable is None:
            _refuse(_unlisted(started, gate), place)


def _check_commitment(started: BundleStarted, commitment: Commitment, place: str) -> None:
    planned = _needed(started, commitment.matter, f"{place}/matter")
    if commitment.by_agent and not commitment.authorised:
        _refuse("经办人代为承诺，须有申请人的明确授权", f"{place}/authorised")
    if not _offers(planned, commitment.mode):
        name = planned.name
        _refuse(f"事项“{name}”没有这种承诺方式", f"{place}/mode")
    statuses = {taken.code: taken.status for taken in started.materials}
    informed = commitment.mode is Mode.INFORM_COMMIT
    wanted = MaterialStatus.PROMISED if informed else MaterialStatus.PENDING
    for index, code in enumerate(commitment.materials):
        field = f"{place}/materials/{index}"
        gate = planned.gate(code)
        if gate is None:
            _refuse(f"事项“{planned.name}”不需要材料 {code}", field)
        listed = gate.promised if informed else gate.tolerable is not None
        if commitment.mode is not Mode.HOLD and not listed:
            _refuse(_unlisted(started, gate), field)
        if statuses.get(code) is not wanted:
            name = _name(started, code)
            _refuse(f"“{name}”已经收到、免交或者另有安排，不需要承诺", field)


def _check_promised(started: BundleStarted, code: str) -> None:
    """Every matter that needs the paper takes a promise for it, and was promised it."""
    field = f"/materials/{code}"
    users = [p for p in started.plan.matters if p.not_needed is None and p.gate(code) is not None]
    if not users:
        _refuse(f"本件不需要“{_name(started, code)}”", field)
    for planned in users:
        gate = planned.gate(code)
        if gate is None or not gate.promised or planned.inform_commit is None:
            why = gate.why_not if gate else None
            _refuse(
                why or f"事项“{planned.name}”须提交“{_name(started, code)}”，不能以承诺代替", field
            )
        chosen = any(
            each.matter == planned.key
            and each.mode is Mode.INFORM_COMMIT
            and code in each.materials
            for each in started.commitments
        )
        if not chosen:
            said = f"申请人没有为事项“{planned.name}”承诺“{_name(started, code)}”"
            _refuse(said, field)


def _offers(planned: PlannedMatter, mode: Mode) -> bool:
    match mode:
        case Mode.HOLD:
            return planned.examine is None
        case Mode.INFORM_COMMIT:
            return planned.inform_commit is not None
        case _:
            return _bears(planned) is mode


def _bears(planned: PlannedMatter) -> Mode | None:
    """The one mode in which the matter goes on while listed papers are missing."""
    if planned.accept_pending is not None:
        return None if planned.instant else Mode.ACCEPT_PENDING
    return Mode.ISSUE_THEN_SUPPLY if planned.issue_then_supply is not None else None


def _gaps(started: BundleStarted, planned: PlannedMatter) -> list[PlannedGate]:
    """The papers the applicant still owes this matter."""
    produced = {m.code for m in started.plan.materials if m.produced_by is not None}
    pending = {t.code for t in started.materials if t.status is MaterialStatus.PENDING}
    return [gate for gate in planned.gates if gate.code in pending - produced]


def _needed(started: BundleStarted, key: str, place: str) -> PlannedMatter:
    planned = started.plan.matter(key)
    if planned is None or planned.not_needed is not None:
        _refuse(f"本件不办事项 {key}，不需要承诺", place)
    return planned


def _unlisted(started: BundleStarted, gate: PlannedGate) -> str:
    return gate.why_not or f"“{_name(started, gate.code)}”不在可以容缺、承诺的材料清单上"


def _name(started: BundleStarted, code: str) -> str:
    return next((m.name for m in started.plan.materials if m.code == code), code)


def _refuse(message: str, field: str) -> NoReturn:
    raise Refused(Code.PROMISE_NOT_OPEN, message, field=field)
