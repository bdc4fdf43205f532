"""What stands on the page of one task besides its head."""

from collections.abc import Sequence
from dataclasses import replace

from activities.store.reading.bundles import BundleView
from activities.store.reading.matters import MatterView
from activities.store.reading.tasks import TaskView
from activities.store.reading.timeline import TimelineEntry
from api.console import formats, words
from api.console.fill import application, materials
from api.console.fill.matters import in_order, status_of
from api.console.fill.seen import Seen, last_day
from api.console.fill.tasks import Entered, decision_form
from api.console.views.bundle import DecisionView
from api.console.views.desk import DecisionForm, PreviewedFile
from api.console.views.materials import StoredMaterial
from api.console.views.shared import Pair, StatusView, Tone
from definitions.matter.state import Outcome, TaskKind

_REVIEWED = frozenset({Outcome.PASS, Outcome.ADVISE_REFUSAL})
_STEPS = frozenset({TaskKind.REVIEW, TaskKind.DECIDE})


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


def facts(
    seen: Seen,
    bundle: BundleView,
    task: TaskView,
    matter: MatterView | None,
    said: Sequence[TimelineEntry],
) -> tuple[Pair, ...]:
    """The objection where there is one, what the matter waited for, the application."""
    raised = [
        Pair("异议", "\n".join(entry.reasons))
        for entry in said
        if entry.kind == "objection_raised" and task.kind is TaskKind.OBJECTION
    ]
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
    return (*raised, *head, *application.form_facts(seen, bundle), *before)


def earlier(seen: Seen, task: TaskView, said: Sequence[TimelineEntry]) -> DecisionView | None:
    """The review's opinion, for who decides."""
    found = _review(task, said)
    if found is None or found.outcome is None:
        return None
    passed = found.outcome == Outcome.PASS
    tone = Tone.OK if passed else Tone.BAD
    organ = seen.organ(found.actor_department)
    return DecisionView(
        status=StatusView(words.OUTCOME[found.outcome], words.SYMBOLS[tone], tone),
        organ=f"{organ} {found.actor_name or ''}".strip(),
        decided_at=found.at,
        reasons="\n".join(found.reasons),
        basis=tuple(seen.basis(basis) for basis in found.bases),
        remedies=(),
        document=None,
    )


def form(
    seen: Seen,
    bundle: BundleView,
    task: TaskView,
    matter: MatterView | None,
    said: Sequence[TimelineEntry],
    *,
    typed: Entered | None,
) -> DecisionForm:
    """The form that ends the task, or why this person cannot; never without what was typed."""
    made = decision_form(seen, task, matter, gate=_gate(seen, bundle, task, matter), entered=typed)
    review = _review(task, said)
    if not made.closed and review is not None and review.actor == seen.actor.id:
        made = replace(made, closed="本件由您审查，决定须由另一人作出，请放回待领。")
    if made.closed and typed is not None:
        made = replace(made, closed=made.closed + _kept(typed))
    return made


def _review(task: TaskView, said: Sequence[TimelineEntry]) -> TimelineEntry | None:
    if task.kind is not TaskKind.DECIDE:
        return None
    done = (e for e in said if e.kind == "task_completed" and e.outcome in _REVIEWED)
    return next(done, None)


def _gate(seen: Seen, bundle: BundleView, task: TaskView, matter: MatterView | None) -> str:
    """What keeps the result in the house although the task may be ended."""
    if task.kind not in _STEPS or matter is None or not matter.missing:
        return ""
    known = {material.code: material for material in bundle.materials}
    parts = []
    for code in matter.missing:
        material = known.get(code)
        due = material.due_at if material else None
        until = f" {formats.day(last_day(due), seen.now)}前补齐" if due else ""
        parts.append(f"{material.name if material else code}{until}")
    return f"还缺：{'、'.join(parts)}。可以先办这一步，补齐前不发证。"


def _kept(typed: Entered) -> str:
    said = (typed.opinion, typed.reasons)
    kept = "；".join(part for part in said if part)
    return f"您刚才填写的：“{kept}”" if kept else ""
