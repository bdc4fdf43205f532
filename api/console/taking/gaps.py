"""How a missing paper may be borne: the four ways side by side, until when, and what follows.

Each way that is not open says why. Everything comes from the plan and the definition; no service
is named here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from activities.store.desk.applications import MaterialGiven
from api.console import words
from api.console.fill.consequences import of_lateness
from api.console.taking.standing import Standing, gating, is_brought
from api.console.views.materials import GapView, MatterModes, ModeView
from api.console.views.shared import Option
from api.console.wording import basis_view, limit_words
from api.services import Services
from definitions.language.base import Basis
from definitions.language.limits import Limit, Unit
from definitions.language.matters import EdgeKind
from definitions.language.pending import Mode
from definitions.rules.calendar import BeyondCalendar, add_calendar_days, add_working_days
from definitions.rules.openings import Opening, gaps
from definitions.rules.plan import PlannedGate, PlannedMaterial, PlannedMatter

NONE = "none"
WAYS = (Mode.HOLD, Mode.ACCEPT_PENDING, Mode.ISSUE_THEN_SUPPLY, Mode.INFORM_COMMIT)
# Chosen for a matter as a whole: all its gaps or none.
COMMITTED = frozenset({Mode.ACCEPT_PENDING, Mode.ISSUE_THEN_SUPPLY})
_AFTERWARDS = frozenset({Mode.ISSUE_THEN_SUPPLY, Mode.INFORM_COMMIT})
_OPEN = MaterialGiven()
_EXAMINED = "先收件，由部门审查后一次性告知补正，补齐之日受理"
_MEANS: Mapping[Mode, str] = {
    Mode.HOLD: "先存材料，补齐后才受理，时限从受理起算",
    Mode.ACCEPT_PENDING: "先审后补，计时照常，补齐前不发证",
    Mode.ISSUE_THEN_SUPPLY: "先办结、先出结果，后补材料",
    Mode.INFORM_COMMIT: "签告知承诺，不再提交这份材料，办后核查",
}


@dataclass(frozen=True, slots=True)
class Choices:
    """How one matter may do without one material: `closed` says why a way is not open."""

    matter: PlannedMatter
    gate: PlannedGate
    material: PlannedMaterial
    closed: Mapping[Mode, str]
    day: date

    @property
    def field(self) -> str:
        """The name of the choice in the form."""
        return field_of(self.matter.key, self.gate.code)

    def way(self, said: str) -> Mode | None:
        """The way of that name, if it is one that is open."""
        found = next((mode for mode in WAYS if mode == said), None)
        return None if found is None or self.closed[found] else found


def field_of(matter: str, code: str) -> str:
    """The name of the choice of a matter's way to do without a material."""
    return f"mode.{matter}.{code}"


def choices_for(at: Standing, material: PlannedMaterial) -> tuple[Choices, ...]:
    """The matters that wait for this material, and what is open in each.

    Taking in is always open: what an organ examines first it takes in and then asks for.
    """
    openings = gaps(at.plan) if at.plan else ()
    found = {gap.matter: gap.openings for gap in openings if gap.material == material.code}
    return tuple(
        Choices(matter, gate, material, _closed(found[matter.key]), at.day)
        for matter, gate in gating(at.plan, material.code)
        if matter.key in found
    )


def _closed(openings: tuple[Opening, ...]) -> Mapping[Mode, str]:
    return {way.mode: "" if way.mode is Mode.HOLD else way.why_not or "" for way in openings}


def modes(services: Services, at: Standing, material: PlannedMaterial) -> tuple[MatterModes, ...]:
    """All four ways in each matter that waits for it, and none of them."""
    given = at.draft.materials.get(material.code)
    return tuple(
        MatterModes(
            choice.matter.name,
            choice.field,
            tuple(_view(services, choice, mode, chosen_way(at, choice, given)) for mode in WAYS),
            Option(NONE, "不用容缺", "材料到齐后再提交"),
        )
        for choice in choices_for(at, material)
    )


def chosen_way(at: Standing, choice: Choices, given: MaterialGiven | None) -> Mode | None:
    """Which way the draft has for it; None while it is open."""
    if given is None or given.received:
        return None
    if given.promised and not choice.closed[Mode.INFORM_COMMIT]:
        return Mode.INFORM_COMMIT
    if choice.matter.key in at.draft.committed:
        return next((mode for mode in WAYS if mode in COMMITTED and not choice.closed[mode]), None)
    return Mode.HOLD


def gaps_of(services: Services, at: Standing, *, only_committed: bool) -> tuple[GapView, ...]:
    """What is still to come, as the applicant is told: which matter waits, how, until when."""
    return tuple(
        gap
        for material in at.materials
        if is_brought(material) and not at.draft.materials.get(material.code, _OPEN).received
        for gap in _gaps(services, at, material, only_committed=only_committed)
    )


def _gaps(
    services: Services, at: Standing, material: PlannedMaterial, *, only_committed: bool
) -> Iterator[GapView]:
    given = at.draft.materials.get(material.code)
    for choice in choices_for(at, material):
        mode = chosen_way(at, choice, given) or Mode.HOLD
        if only_committed and mode is Mode.HOLD:
            continue
        rule = choice.matter.inform_commit
        basis = _basis(choice, mode)
        yield GapView(
            material=material.name,
            matter=choice.matter.name,
            mode=words.MODE[mode],
            due_on=_due_on(services, choice, mode),
            due=_until(choice, mode),
            consequence=of_lateness(choice.matter, mode),
            basis=basis_view(services, basis) if basis else None,
            conditions=rule.conditions if rule and mode is Mode.INFORM_COMMIT else (),
        )


# ── how it is told ────────────────────────────────────────


def _view(services: Services, choice: Choices, mode: Mode, chosen: Mode | None) -> ModeView:
    closed = choice.closed[mode]
    if closed:
        return ModeView(Option(mode, words.MODE[mode], unavailable=closed), "")
    basis, rule = _basis(choice, mode), choice.matter.inform_commit
    day = _due_on(services, choice, mode)
    examined = mode is Mode.HOLD and choice.matter.examine is not None
    return ModeView(
        Option(mode, words.MODE[mode], chosen=mode is chosen),
        effect=_EXAMINED if examined else _MEANS[mode],
        due_on=day,
        due="" if day else _until(choice, mode),
        consequence=of_lateness(choice.matter, mode),
        basis=basis_view(services, basis) if basis else None,
        conditions=rule.conditions if rule and mode is Mode.INFORM_COMMIT else (),
    )


def _basis(choice: Choices, mode: Mode) -> Basis | None:
    matter = choice.matter
    rules = {
        Mode.HOLD: matter.examine or matter.hold,
        Mode.ACCEPT_PENDING: matter.accept_pending,
        Mode.ISSUE_THEN_SUPPLY: matter.issue_then_supply,
        Mode.INFORM_COMMIT: matter.inform_commit,
    }
    rule = rules[mode]
    return rule.basis if rule is not None else None


def _limit(choice: Choices, mode: Mode) -> Limit:
    later = choice.matter.issue_then_supply
    if mode is Mode.HOLD:
        return choice.matter.hold.limit
    if mode is Mode.ISSUE_THEN_SUPPLY and later is not None:
        return later.limit
    return Limit(days=choice.gate.tolerable or 1, unit=Unit.WORKING_DAY)


def _until(choice: Choices, mode: Mode) -> str:
    """The limit in words, with what it is counted from."""
    rule = choice.matter.inform_commit
    if mode is Mode.INFORM_COMMIT:
        verify = limit_words(rule.verify) if rule else ""
        return f"办后 {verify}内核查，不实的责令 {limit_words(rule.rectify) if rule else ''}内整改"
    examine = choice.matter.examine
    if mode is Mode.HOLD and examine is not None:
        return f"告知后 {examine.days} 个工作日内补正"
    begun = {Mode.HOLD: "收件", Mode.ACCEPT_PENDING: "受理", Mode.ISSUE_THEN_SUPPLY: "结果发出"}
    return f"{begun[mode]}后 {limit_words(_limit(choice, mode))}内补齐"


def _due_on(services: Services, choice: Choices, mode: Mode) -> date | None:
    """The last day; not known yet where it is counted from something that is still to come."""
    needs = any(edge.kind is not EdgeKind.JOINT for edge in choice.matter.needs)
    if needs or choice.matter.examine is not None or mode in _AFTERWARDS:
        return None
    limit = _limit(choice, mode)
    add = add_working_days if limit.unit is Unit.WORKING_DAY else add_calendar_days
    try:
        return add(choice.day, limit.days, services.calendar)
    except BeyondCalendar:
        return None
