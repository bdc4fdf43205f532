"""What stands on the page of one task besides its head."""

from collections.abc import Sequence
from dataclasses import replace

from activities.store.reading.bundles import BundleView
from activities.store.reading.matters import MatterView
from activities.store.reading.tasks import TaskView
from activities.store.reading.timeline import TimelineEntry
from api.console import formats, words
from api.console.fill import application, materials
from api.console.fill.extending import proposal
from api.console.fill.matters import in_order, status_of
from api.console.fill.outcomes import Entered, Ground
from api.console.fill.requests import asked
from api.console.fill.seen import Seen, last_day
from api.console.fill.standing import Known, standing
from api.console.fill.tasks import decision_form
from api.console.views.acts import StandingView
from api.console.views.bundle import DecisionView
from api.console.views.desk import DecisionForm, PreviewedFile
from api.console.views.materials import StoredMaterial
from api.console.views.shared import Pair, StatusView, Tone
from definitions.language.pending import Mode
from definitions.matter.tasks import Outcome, TaskKind

_REVIEWED = frozenset({Outcome.PASS, Outcome.ADVISE_REFUSAL})
_STEPS = frozenset({TaskKind.RECEIPT, TaskKind.REVIEW, TaskKind.DECIDE})


def papers(
    seen: Seen, bundle: BundleView, task: TaskView, matter: MatterView | None
) -> tuple[StoredMaterial, ...]:
    """What the task rests on: a check on its paper, a step on all that the matter needs."""
    if task.kind is TaskKind.CHECK and task.material is not None:
        codes: tuple[str, ...] = (task.material,)
    else:
        codes = matter.gates if matter else ()
    return materials.stored(seen, bundle, (), codes=codes)


def preview(shown: Sequence[StoredMaterial]) -> PreviewedFile | None:
    """The first file; the others are one press away."""
    for material in shown:
        for file in material.files:
            return PreviewedFile(file.name, file.url)
    return None


def facts(at: Ground) -> tuple[Pair, ...]:
    """What the task is about besides papers: what the matter waited for, the application."""
    seen, bundle, matter = at.seen, at.bundle, at.matter
    linked = {each.key: each for each in in_order(bundle)}
    before = [
        Pair(linked[key].name, status_of(linked[key]).label)
        for key, _ in (matter.needs if matter else ())
        if key in linked
    ]
    head = (
        Pair("统一社会信用代码", bundle.firm_code),
        Pair("情形", bundle.situation_name),
    )
    return (*head, *application.form_facts(seen, bundle), *before)


def about(at: Ground, said: Sequence[TimelineEntry]) -> tuple[Pair, ...]:
    """What is before whoever ends the task: the objection, the extension, the promise."""
    task = at.task
    if task.request is not None:
        return asked(at.seen, task)
    if task.kind is TaskKind.COMPLAINT:
        return (Pair("反映", "\n".join(task.reasons)),)
    if task.kind is TaskKind.EXTENSION:
        return proposal(at.seen, task, at.matter, proposed(task, said))
    if task.kind is not TaskKind.OBJECTION:
        return ()
    return tuple(
        Pair("异议", "\n".join(entry.reasons)) for entry in said if entry.kind == "objection_raised"
    )


def beside(at: Ground, tasks: Sequence[TaskView], known: Known) -> tuple[StandingView, ...]:
    """What stands beside the matter's ordinary way, but for what the task itself is about."""
    if at.matter is None:
        return ()
    found = standing(at.seen, at.bundle, at.matter, tasks, known)
    asked = at.task.kind is TaskKind.EXTENSION and at.task.completed_at is None
    return tuple(each for each in found if not (asked and each.id == "extension"))


def earlier(at: Ground, said: Sequence[TimelineEntry]) -> tuple[DecisionView, ...]:
    """The opinions of every review, for who decides; the latest first."""
    if at.task.kind is not TaskKind.DECIDE:
        return ()
    return tuple(_opinion(at, each, each.outcome) for each in _reviews(said) if each.outcome)


def _opinion(at: Ground, found: TimelineEntry, outcome: str) -> DecisionView:
    seen, tone = at.seen, Tone.OK if outcome == Outcome.PASS else Tone.BAD
    organ = seen.organ(found.actor_department)
    names = {each.id: each.name for each in at.colleagues}
    people = "、".join([found.actor_name or "", *(names.get(c, "") for c in found.companions)])
    label = f"{found.task_name or '审查'}：{words.OUTCOME[outcome]}"
    return DecisionView(
        status=StatusView(label, words.SYMBOLS[tone], tone),
        organ=f"{organ} {people}".strip(),
        decided_at=found.at,
        reasons="\n".join(found.reasons),
        basis=tuple(seen.basis(basis) for basis in found.bases),
        remedies=(),
        document=None,
    )


def form(
    at: Ground,
    said: Sequence[TimelineEntry],
    *,
    typed: Entered | None,
    people: frozenset[str] = frozenset(),
) -> DecisionForm:
    """The form that ends the task, or why this person cannot; never without what was typed.

    `people` are those this person acts for: themselves, and who is absent today.
    """
    made = decision_form(at, gate=_gate(at), entered=typed, people=people)
    if not made.closed:
        made = replace(made, closed=_other_eyes(at, said, people | {at.seen.actor.id}))
    if made.closed and typed is not None:
        made = replace(made, closed=made.closed + _kept(typed))
    return made


def _other_eyes(at: Ground, said: Sequence[TimelineEntry], people: frozenset[str]) -> str:
    """Who has examined or proposed does not decide (四眼)."""
    mine = at.task.kind is TaskKind.DECIDE and any(
        people & {review.actor, *review.companions} for review in _reviews(said)
    )
    if mine:
        return "本件由您审查或者同行核查，决定须由另一人作出，请放回待领。"
    proposal = proposed(at.task, said)
    if proposal is not None and proposal.actor in people:
        return "延期由您提请，须由另一人批准，请放回待领。"
    return ""


def proposed(task: TaskView, said: Sequence[TimelineEntry]) -> TimelineEntry | None:
    """Who asked for the extension that this task decides, and when."""
    if task.kind is not TaskKind.EXTENSION:
        return None
    return next((e for e in said if e.kind == "task_opened" and e.task == task.id), None)


def _reviews(said: Sequence[TimelineEntry]) -> list[TimelineEntry]:
    return [e for e in said if e.kind == "task_completed" and e.outcome in _REVIEWED]


def _gate(at: Ground) -> str:
    """What stands in the way of the result although the task may be ended."""
    task, matter = at.task, at.matter
    if task.kind not in _STEPS or matter is None:
        return ""
    if matter.suspended and task.kind is TaskKind.REVIEW:
        return f"特别程序（{matter.special.procedures[-1].name}）正在进行，计时已停。"
    if not matter.missing:
        return ""
    known = {material.code: material for material in at.bundle.materials}
    parts = []
    for code in matter.missing:
        material = known.get(code)
        due = material.due_at if material else None
        until = f" {formats.day(last_day(due), at.seen.now)}前补齐" if due else ""
        parts.append(f"{material.name if material else code}{until}")
    lacking = f"还缺：{'、'.join(parts)}。"
    if task.kind is TaskKind.RECEIPT:
        return f"{lacking}不能容缺的，请一次性告知补正；申请人选了容缺、可以容缺的，可以受理。"
    if matter.special.mode is Mode.ISSUE_THEN_SUPPLY:
        return f"{lacking}{words.MODE[Mode.ISSUE_THEN_SUPPLY]}：结果先出，办结后补交。"
    return f"{lacking}可以先办这一步，补齐前不发证。"


def _kept(typed: Entered) -> str:
    said = (typed.opinion, typed.reasons, *(v for v in typed.more.values() if v))
    kept = "；".join(part for part in said if part)
    return f"您刚才填写的：“{kept}”" if kept else ""
