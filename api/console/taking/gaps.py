"""How a missing paper may be borne: the four ways side by side, until when, and what follows.

Each way that is not open says why. Everything comes from the plan and the definition; no service
is named here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from activities.store.desk.applications import MaterialGiven
from api.console import words
from api.console.taking.standing import Standing, gating, is_brought
from api.console.taking.words import LAPSE, basis_view, limit_words
from api.console.views.materials import GapView, MatterModes, ModeView
from api.console.views.shared import Option
from api.services import Services
from definitions.language.base import Basis
from definitions.language.limits import Limit, Unit
from definitions.language.matters import EdgeKind, GatingMaterial
from definitions.language.pending import Credit, Mode
from definitions.rules.calendar import BeyondCalendar, add_calendar_days, add_working_days
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
    """The matters that wait for this material, and what is open in each."""
    every = gating(at.plan, material.code)
    return tuple(
        Choices(matter, gate, material, _closed(at, every, matter, gate, material), at.day)
        for matter, gate in every
    )


def modes(services: Services, at: Standing, material: PlannedMaterial) -> tuple[MatterModes, ...]:
    """The ways, matter by matter; matters in which all is the same are asked once."""
    given = at.draft.materials.get(material.code)
    found: list[tuple[tuple[ModeView, ...], list[Choices]]] = []
    for choice in choices_for(at, material):
        views = tuple(_view(services, choice, mode) for mode in WAYS)
        same = next((members for known, members in found if known == views), None)
        if same is None:
            found.append((views, [choice]))
        else:
            same.append(choice)
    return tuple(
        MatterModes(
            "、".join(member.matter.name for member in members),
            members[0].field,
            tuple(_chosen(view, chosen_way(at, members[0], given)) for view in views),
            Option(NONE, "不用容缺", "材料到齐后再提交"),
        )
        for views, members in found
    )


def leaders(services: Services, at: Standing, material: PlannedMaterial) -> Mapping[str, str]:
    """For each matter the form field in which its way is chosen (see `modes`)."""
    known: dict[tuple[ModeView, ...], str] = {}
    return {
        choice.matter.key: known.setdefault(
            tuple(_view(services, choice, mode) for mode in WAYS), choice.field
        )
        for choice in choices_for(at, material)
    }


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
            consequence=_consequence(choice.matter, mode),
            basis=basis_view(services, basis) if basis else None,
            conditions=rule.conditions if rule and mode is Mode.INFORM_COMMIT else (),
        )


# ── what is open ────────────────────────────────────────


def _closed(
    at: Standing,
    every: tuple[tuple[PlannedMatter, PlannedGate], ...],
    matter: PlannedMatter,
    gate: PlannedGate,
    material: PlannedMaterial,
) -> Mapping[Mode, str]:
    written = _written(at, matter.key, gate.code)
    listed = _unlisted(matter, gate, material, written)
    pending = issued = ""
    if matter.accept_pending is None:
        pending = "即办件，当场办结，不容缺" if matter.instant else "本事项不在容缺受理清单"
    if matter.issue_then_supply is None:
        issued = "本事项不在承诺制容缺办结清单"
    return {
        Mode.HOLD: "",
        Mode.ACCEPT_PENDING: pending or listed,
        Mode.ISSUE_THEN_SUPPLY: issued or listed,
        Mode.INFORM_COMMIT: _unpromised(every, matter, gate, written),
    }


def _unlisted(
    matter: PlannedMatter,
    gate: PlannedGate,
    material: PlannedMaterial,
    written: GatingMaterial | None,
) -> str:
    if gate.tolerable is not None:
        return ""
    if gate.why_not is not None:
        return gate.why_not
    if written is not None and written.tolerable is not None:
        margin = matter.accept_pending.margin if matter.accept_pending else 0
        return (
            f"承诺时限只有 {limit_words(matter.promised)}，"
            f"补齐须早于办结 {margin} 个工作日，留不出时间"
        )
    return "主审要件，没有它审查无从开始" if material.main else "不在可以容缺的材料清单"


def _unpromised(
    every: tuple[tuple[PlannedMatter, PlannedGate], ...],
    matter: PlannedMatter,
    gate: PlannedGate,
    written: GatingMaterial | None,
) -> str:
    if matter.inform_commit is None:
        return "本事项不实行告知承诺"
    if not gate.promised:
        promised = written is not None and written.promised
        return (gate.why_not if promised else None) or "这份材料不能以承诺代替"
    others = [other.name for other, its in every if not its.promised]
    return f"{'、'.join(others)}也要这份材料，不能只作承诺" if others else ""


def _written(at: Standing, matter: str, code: str) -> GatingMaterial | None:
    """The gate as the definition writes it, before this application's circumstances."""
    found = next((each for each in at.definition.matters if each.key == matter), None)
    return next((gate for gate in found.materials if gate.code == code), None) if found else None


# ── how it is told ────────────────────────────────────────


def _view(services: Services, choice: Choices, mode: Mode) -> ModeView:
    closed = choice.closed[mode]
    if closed:
        return ModeView(Option(mode, words.MODE[mode], unavailable=closed), "")
    basis, rule = _basis(choice, mode), choice.matter.inform_commit
    day = _due_on(services, choice, mode)
    examined = mode is Mode.HOLD and choice.matter.examine is not None
    return ModeView(
        Option(mode, words.MODE[mode]),
        effect=_EXAMINED if examined else _MEANS[mode],
        due_on=day,
        due="" if day else _until(choice, mode),
        consequence=_consequence(choice.matter, mode),
        basis=basis_view(services, basis) if basis else None,
        conditions=rule.conditions if rule and mode is Mode.INFORM_COMMIT else (),
    )


def _chosen(view: ModeView, way: Mode | None) -> ModeView:
    if view.option.value != way:
        return view
    option = Option(view.option.value, view.option.label, chosen=True)
    return ModeView(
        option, view.effect, view.due_on, view.basis, view.due, view.consequence, view.conditions
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


def _consequence(matter: PlannedMatter, mode: Mode) -> str:
    """What follows from being late, or from a promise that was not true."""
    pending, issued, promise = (
        matter.accept_pending,
        matter.issue_then_supply,
        matter.inform_commit,
    )
    if mode is Mode.ACCEPT_PENDING and pending is not None:
        return f"{LAPSE[pending.lapse]}；{_credit(pending.credit)}"
    if mode is Mode.ISSUE_THEN_SUPPLY and issued is not None:
        undone = "审查是否撤销已经发出的结果" if issued.undone else "已经发出的结果不变"
        return f"{undone}；{_credit(issued.credit)}"
    if mode is Mode.INFORM_COMMIT and promise is not None:
        return f"逾期不整改或者整改后仍不符合的，撤销决定；{_credit(promise.credit)}"
    if matter.examine is not None:
        return f"{LAPSE[matter.examine.lapse]}；{_credit(Credit.NONE)}"
    return f"{LAPSE[matter.hold.lapse]}；{_credit(matter.hold.credit)}"


def _credit(grade: Credit) -> str:
    return words.CREDIT[grade]


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
