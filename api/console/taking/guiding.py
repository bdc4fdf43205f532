"""The guided questions as a page: one question, what is known, and what it leads to."""

import re
from collections.abc import Iterator

from activities.store.desk.applications import Answer
from api.console.request import submission
from api.console.taking.ahead import count_words, preview_view
from api.console.taking.drafts import head
from api.console.taking.standing import Standing
from api.console.views.intake import (
    AnsweredView,
    BlockerView,
    CheckSection,
    ConfirmView,
    GuidancePage,
    KnownView,
    QuestionView,
)
from api.console.views.shared import FieldControl, FieldView, Frame, Option, Pair
from api.console.wording import answer_words, basis_view, source_view
from api.firms import DECLARED
from api.services import Services
from definitions.language.facts import FACTS_BY_NAME
from definitions.language.questions import Question
from definitions.rules.conditions import Fact, Facts
from definitions.rules.guidance import Answers, options_of
from definitions.rules.outlook import outlook

Answered = tuple[str, ...]
NOTHING = {"one": "请选一项", "many": "请至少选一项", "date": "请填写日期"}
"""What is said where a question was sent without an answer, by its kind."""

_DAY = re.compile(r"(\d{4})\D*(\d{1,2})\D+(\d{1,2})\D*|(\d{4})(\d{2})(\d{2})")


def question_shown(at: Standing, wanted: str) -> Question:
    """The question to ask now: the one wanted, else the first open one, else the last answered."""
    found = at.question(wanted) if wanted else None
    if found is not None and not _from_register(at, found):
        return found
    if at.guidance.asked:
        return at.guidance.asked[0]
    own = [
        q for q in at.definition.questions if q.id in at.draft.answers and not _from_register(at, q)
    ]
    return own[0] if at.guidance.blockers and own else (own or at.definition.questions)[-1]


def given(question: Question, chosen: Answered) -> Answer:
    """An answer as it is kept; a day that was typed otherwise is written as 2026-11-24."""
    if question.kind == "many":
        return chosen
    if question.kind == "date" and (found := _DAY.fullmatch(chosen[0].strip())):
        year, month, day = (part for part in found.groups() if part)
        return f"{year}-{int(month):02}-{int(day):02}"
    return chosen[0].strip()


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
    kept = at.draft.answers.get(asked.id, ())
    ticked = chosen if chosen is not None else kept if isinstance(kept, tuple) else (kept,)
    answered = tuple(_answered(at, asked))
    ahead = outlook(
        at.definition,
        services.library.catalogue,
        at.facts,
        at.guidance,
        on=at.day,
        calendar=services.calendar,
    )
    situation = at.guidance.situation
    return GuidancePage(
        frame=frame,
        draft=head(at, "guidance", action=f"guidance?question={asked.id}"),
        question=question_view(asked, at.facts, ticked, error),
        count=count_words(len(own_answers(at)), len(at.guidance.asked)),
        answered=answered,
        confirm=_confirm(at),
        preview=preview_view(
            services,
            ahead,
            situation.name if situation else "",
            none=ahead.settled and not at.guidance.blockers,
        ),
        version=f"{at.definition.name} 第 {at.definition.version} 版",
        blockers=tuple(
            BlockerView(b.reason, b.owner, b.remedy, basis_view(services, b.basis))
            for b in at.guidance.blockers
        ),
        insist=submission(f"{at.url}/insist", at.draft.version)
        if at.guidance.blockers and not at.draft.insisted
        else None,
    )


def question_view(asked: Question, facts: Facts, ticked: Answered, error: str) -> QuestionView:
    """A question with the options that are open, or the field for its day."""
    field = FieldView(
        asked.id,
        asked.text,
        FieldControl.DATE,
        value=ticked[0] if ticked else "",
        hint="例如 2026-11-24，不能晚于今天",
        error=error,
        max_length=20,
    )
    return QuestionView(
        name=asked.id,
        text=asked.text,
        why=asked.why,
        many=asked.kind == "many",
        options=tuple(
            Option(option.value, option.label, option.hint or "", chosen=option.value in ticked)
            for option in options_of(asked, facts)
        ),
        error=error,
        field=field if asked.kind == "date" else None,
    )


def own_answers(at: Standing) -> Answers:
    """What the applicant answered, of the questions that matter."""
    return {
        q.id: at.draft.answers[q.id]
        for q in at.definition.questions
        if q.id in at.draft.answers and f"answer.{q.id}" in at.facts and not _from_register(at, q)
    }


def confirmed(at: Standing) -> Answers:
    """What registers answered, as answers: kept with the others once the applicant confirms it."""
    said = {q: _as_answer(at.facts[f"answer.{q.id}"]) for q in _known(at)}
    return {q.id: answer for q, answer in said.items() if _is_possible(q, answer)}


def guided_section(at: Standing) -> CheckSection:
    """Every answer with whose word it is, under the version of the rules that asked for it."""
    own, register = own_answers(at), {question.id for question in _known(at)}
    kept = at.draft.answers
    rows = [Pair("所依规则", f"{at.definition.name} 第 {at.definition.version} 版")]
    for question in at.definition.questions:
        fact = at.facts.get(f"answer.{question.id}")
        if fact is None or question.id not in own.keys() | register:
            continue
        whose = "" if question.id in own else "（登记库）"
        if question.id in register and question.id in kept:
            whose = "（登记库，申请人已确认）"
        rows.append(Pair(question.text, f"{answer_words(question, fact)}{whose}"))
    return CheckSection("引导", f"{len(rows) - 1} 题", f"{at.url}/guidance", tuple(rows))


def _as_answer(fact: Fact) -> Answer:
    return fact if isinstance(fact, tuple) else str(fact)


def _is_possible(question: Question, answer: Answer) -> bool:
    """A register may say what the question does not know; that is no answer to keep."""
    values = {option.value for option in question.options}
    many = answer if isinstance(answer, tuple) else (answer,)
    return question.kind == "date" or (bool(many) and values.issuperset(many))


def _answered(at: Standing, asked: Question) -> Iterator[AnsweredView]:
    for question in at.definition.questions:
        fact = f"answer.{question.id}"
        if fact not in at.facts or question.id == asked.id or at.question(question.id) is None:
            continue
        if not _from_register(at, question):
            yield AnsweredView(
                question=question.text,
                answer=answer_words(question, at.facts[fact]),
                url=f"{at.url}/guidance?question={question.id}",
            )


def _confirm(at: Standing) -> ConfirmView | None:
    known = _known(at)
    if not known:
        return None
    is_done = confirmed(at).items() <= dict(at.draft.answers).items()
    rows = []
    for question in known:
        name = (question.answered_by or "").removeprefix("firm.")
        source = source_view(at.draft.firm_source.get(name, ""))
        owner = FACTS_BY_NAME[name].owner
        rows.append(
            KnownView(
                question=question.text,
                answer=answer_words(question, at.facts[f"answer.{question.id}"]),
                source=f"{source.label} {source.detail}".strip(),
                objection=f"与实际不符的，向{owner}申请更正；更正前按登记库的记载办理。",
            )
        )
    asked = None if is_done else submission(f"{at.url}/guidance/confirm", at.draft.version)
    return ConfirmView(rows=tuple(rows), submission=asked)


def _known(at: Standing) -> tuple[Question, ...]:
    """The questions that matter and that a register answers."""
    return tuple(
        question
        for question in at.definition.questions
        if f"answer.{question.id}" in at.facts
        and at.question(question.id) is not None
        and _from_register(at, question)
    )


def _from_register(at: Standing, question: Question) -> bool:
    name = (question.answered_by or "").removeprefix("firm.")
    return name in at.draft.firm and at.draft.firm_source.get(name) != DECLARED
