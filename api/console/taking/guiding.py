"""The guided questions as a page: one question, what is known, and what it leads to."""

from collections.abc import Iterator

from api.console.taking.drafts import head
from api.console.taking.schedule import schedule
from api.console.taking.standing import Standing
from api.console.taking.words import answer_words, basis_view, source_view
from api.console.views.intake import (
    AnsweredView,
    BlockerView,
    GuidancePage,
    PreviewLine,
    PreviewView,
    QuestionView,
)
from api.console.views.shared import Frame, Option
from api.firms import DECLARED
from api.services import Services
from definitions.language.materials import MaterialUse, Source
from definitions.language.matters import MatterDefinition
from definitions.language.questions import Question
from definitions.rules.conditions import holds

Answered = tuple[str, ...]
_OPEN = "看后面的回答"
_SHORT = 15


def question_shown(at: Standing, wanted: str) -> Question:
    """The question to ask now: the one wanted, else the first open one, else the last answered."""
    found = at.question(wanted) if wanted else None
    if found is not None and not _from_register(at, found):
        return found
    if at.guidance.asked:
        return at.guidance.asked[0]
    own = [q for q in at.definition.questions if q.id in at.draft.answers]
    return own[0] if at.guidance.blockers and own else (own or at.definition.questions)[-1]


def guidance_page(
    services: Services,
    at: Standing,
    frame: Frame,
    asked: Question,
    *,
    chosen: Answered | None = None,
    error: str = "",
) -> GuidancePage:
    """The page. `chosen` is what was ticked just now, where it could not be kept."""
    draft = head(at, "guidance", action=f"guidance?question={asked.id}")
    return GuidancePage(
        frame=frame,
        draft=draft,
        question=_question(at, asked, chosen, error),
        answered=tuple(_answered(at, asked)),
        preview=_preview(services, at),
        blockers=tuple(
            BlockerView(b.reason, b.owner, b.remedy, basis_view(services, b.basis))
            for b in at.guidance.blockers
        ),
    )


def _question(at: Standing, asked: Question, chosen: Answered | None, error: str) -> QuestionView:
    kept = at.draft.answers.get(asked.id, ())
    ticked = chosen if chosen is not None else kept if isinstance(kept, tuple) else (kept,)
    return QuestionView(
        name=asked.id,
        text=asked.text,
        why=asked.why,
        many=asked.kind == "many",
        options=tuple(
            Option(option.value, option.label, option.hint or "", chosen=option.value in ticked)
            for option in asked.options
        ),
        error=error,
    )


def _answered(at: Standing, asked: Question) -> Iterator[AnsweredView]:
    for question in at.definition.questions:
        fact = f"answer.{question.id}"
        if fact not in at.facts or question.id == asked.id or at.question(question.id) is None:
            continue
        known = _from_register(at, question)
        name = (question.answered_by or "").removeprefix("firm.")
        source = source_view(at.draft.firm_source.get(name, "")) if known else None
        yield AnsweredView(
            question=question.text,
            answer=answer_words(question, at.facts[fact]),
            url="" if known else f"{at.url}/guidance?question={question.id}",
            source=source.label if source else "",
        )


def _from_register(at: Standing, question: Question) -> bool:
    name = (question.answered_by or "").removeprefix("firm.")
    return name in at.draft.firm and at.draft.firm_source.get(name) != DECLARED


# ── what it leads to ────────────────────────────────────────


def _preview(services: Services, at: Standing) -> PreviewView:
    spared = [(m, _otherwise(at, m)) for m in at.definition.matters]
    needed = [m for m, why in spared if why is None]
    situation = at.guidance.situation
    promised, publicity = _promises(services, at)
    brought, waived = _materials(services, at, {m.key for m in needed})
    return PreviewView(
        situation=situation.name if situation else "答完全部问题后确定；下面是现在看来要办的。",
        matters=tuple(
            PreviewLine(m.name, "" if _is_sure(at, m) else "看后面的回答") for m in needed
        ),
        spared=tuple(PreviewLine(m.name, why) for m, why in spared if why is not None),
        materials=tuple(brought),
        waived=tuple(waived),
        promised=promised,
        publicity=publicity,
    )


def _promises(services: Services, at: Standing) -> tuple[str, str]:
    if at.plan is None:
        return "", ""
    due = schedule(at.needed, at.day, services.calendar)
    return f"承诺 {due.working_days} 个工作日（材料齐全的）", due.publicity


def _otherwise(at: Standing, matter: MatterDefinition) -> str | None:
    """Why the matter is not needed; before everything is answered, only what is certain."""
    wanted = (True,) if at.plan is not None else (True, None)
    failed = (r for r in matter.needed if holds(r.when, at.facts) not in wanted)
    return next((requirement.otherwise for requirement in failed), None)


def _is_sure(at: Standing, matter: MatterDefinition) -> bool:
    return all(holds(requirement.when, at.facts) is True for requirement in matter.needed)


def _materials(
    services: Services, at: Standing, needed: set[str]
) -> tuple[list[PreviewLine], list[PreviewLine]]:
    known = {material.code: material for material in services.library.catalogue.materials}
    gates = {g.code for m in at.definition.matters if m.key in needed for g in m.materials}
    brought, waived = [], []
    for use in at.definition.materials:
        material, held = known[use.code], holds(use.when, at.facts)
        if use.code not in gates or held is False or use.produced_by is not None:
            continue
        why = _waived(at, use)
        if why is not None:
            waived.append(PreviewLine(material.name, why))
        elif material.source is Source.SYSTEM:
            waived.append(PreviewLine(material.name, "按填报内容生成，签名即可"))
        else:
            note = "" if held else _OPEN
            brought.append(PreviewLine(material.name, note or material.standard))
    return brought, waived


def _waived(at: Standing, use: MaterialUse) -> str | None:
    """Who verifies it instead."""
    if use.waived is None or holds(use.waived.when, at.facts) is not True:
        return None
    return f"由{use.waived.by}核验" if len(use.waived.by) < _SHORT else use.waived.by
