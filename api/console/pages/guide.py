"""办事指南 for anybody: services, situations, and a check of one's own case. Nothing is stored."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Path, Query, Request, Response

from api.console.fill import guide as fill
from api.console.fill.guide import URL
from api.console.request import page, public_frame
from api.console.request import router as pages
from api.console.taking.ahead import count_words, preview_view
from api.console.taking.guiding import NOTHING, given, question_view
from api.console.views.guide import GuideCheckPage, GuidePage
from api.console.views.intake import AnsweredView, BlockerView
from api.console.views.shared import Breadcrumb, ErrorView, FieldView, Frame, Link
from api.console.wording import answer_words, basis_view
from api.problems import ApiCode, Problem
from api.services import Given, Services
from definitions.errors import Refused
from definitions.language.questions import Question
from definitions.language.service import ServiceDefinition
from definitions.loading import Loaded
from definitions.rules.calendar import local_day
from definitions.rules.conditions import Fact, facts_in, holds
from definitions.rules.guidance import facts_of, guide
from definitions.rules.outlook import outlook

router = pages()

_HOME = Breadcrumb("办事指南", URL)
_KEPT = "public, max-age=300"
_ASKED, _LONGEST = "asked", 60
ServiceName = Annotated[str, Path(max_length=60)]


@router.get(URL)
async def overview(
    request: Request, services: Given, q: Annotated[str, Query(max_length=60)] = ""
) -> Response:
    """Every service in force, with the situations that were looked for."""
    sought = tuple(q.split())
    rows = [fill.service_row(each.definition, sought) for each in _in_force(services)]
    found = tuple(row for row in rows if row is not None)
    view = GuidePage(
        frame=public_frame(request, services, "办事指南", here=URL),
        words=FieldView("q", "找一件事", value=q, hint="例如 住所 变更", required=False),
        services=found,
        found=sum(len(group.links) for row in found for group in row.groups),
    )
    return _kept(request, page(request, view), (each.sha256 for each in _in_force(services)))


@router.get(URL + "/{service}")
async def one_service(request: Request, services: Given, service: ServiceName) -> Response:
    """One service with its situations."""
    loaded = _loaded(services, service)
    frame = _frame(request, services, loaded.definition.name, _HOME)
    view = fill.service_page(services, frame, loaded)
    return _kept(request, page(request, view), (loaded.sha256,))


@router.get(URL + "/{service}/check")
async def check(request: Request, services: Given, service: ServiceName) -> Response:
    """One question, or what everything answered comes to; all answers stand in the address."""
    loaded = _loaded(services, service)
    went = _gone_through(loaded.definition, request, local_day(services.now()))
    back = Breadcrumb(loaded.definition.name, fill.service_url(loaded.definition))
    title = "自己查一查" if went.asked else "准备清单"
    wrong = (ErrorView(went.asked.id, went.error),) if went.asked and went.error else ()
    frame = replace(_frame(request, services, title, _HOME, back), errors=wrong)
    return page(request, _check_page(services, frame, loaded, went), status=422 if wrong else 200)


@router.get(URL + "/{service}/{situation}")
async def one_situation(
    request: Request,
    services: Given,
    service: ServiceName,
    situation: Annotated[str, Path(max_length=24)],
) -> Response:
    """One situation: who, where, what, how long, what if."""
    loaded = _loaded(services, service)
    every = fill.situations(loaded.definition)
    found = next((each for each in every if each.code == situation), None)
    if found is None:
        raise Problem(ApiCode.NOT_FOUND)
    back = Breadcrumb(loaded.definition.name, fill.service_url(loaded.definition))
    frame = _frame(request, services, found.name, _HOME, back)
    view = fill.situation_page(services, frame, loaded, found)
    return _kept(request, page(request, view), (loaded.sha256,))


# ── the check ────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Went:
    """How far the answers lead. `typed` is what could not be taken for the question asked."""

    answers: dict[str, str | tuple[str, ...]]
    facts: dict[str, Fact]
    asked: Question | None
    typed: tuple[str, ...] = ()
    error: str = ""


def _gone_through(definition: ServiceDefinition, request: Request, today: date) -> _Went:
    """The answers of the address, taken one after the other as long as they fit."""
    answers: dict[str, str | tuple[str, ...]] = {}
    for question in definition.questions:
        chosen = tuple(
            value[:_LONGEST] for value in request.query_params.getlist(question.id) if value.strip()
        )
        facts = facts_of(definition, answers, {}, on=today)
        if holds(question.when, facts) is not True:
            continue
        if not chosen:
            error = NOTHING[question.kind]
            pressed = request.query_params.get(_ASKED) == question.id
            return _Went(answers, facts, question, error=error if pressed else "")
        try:
            tried = {**answers, question.id: given(question, chosen)}
            facts_of(definition, tried, {}, on=today)
        except Refused as refused:
            return _Went(answers, facts, question, chosen, refused.message)
        answers = tried
    return _Went(answers, facts_of(definition, answers, {}, on=today), None)


def _check_page(services: Services, frame: Frame, loaded: Loaded, went: _Went) -> GuideCheckPage:
    definition = loaded.definition
    stands = guide(definition, went.facts)
    ahead = outlook(
        definition,
        services.library.catalogue,
        went.facts,
        stands,
        on=local_day(services.now()),
        calendar=services.calendar,
    )
    url = f"{fill.service_url(definition)}/check"
    situation = stands.situation
    link = (
        Link(situation.name, f"{fill.service_url(definition)}/{situation.code}")
        if situation
        else None
    )
    return GuideCheckPage(
        frame=frame,
        action=url,
        question=question_view(went.asked, went.facts, went.typed, went.error)
        if went.asked
        else None,
        hidden=(*_pairs(went.answers), *(((_ASKED, went.asked.id),) if went.asked else ())),
        count=count_words(len(went.answers), len(stands.asked)),
        answered=tuple(_answered(url, definition, went)),
        blockers=tuple(
            BlockerView(b.reason, b.owner, b.remedy, basis_view(services, b.basis))
            for b in stands.blockers
        ),
        unknown=tuple(_unknown(definition, went)),
        situation=link,
        preview=preview_view(
            services,
            ahead,
            situation.name if situation else "",
            none=ahead.settled and not stands.blockers,
        ),
        restart_url=url,
    )


def _answered(url: str, definition: ServiceDefinition, went: _Went) -> Iterator[AnsweredView]:
    for question in definition.questions:
        if question.id in went.answers:
            fact = went.facts[f"answer.{question.id}"]
            again = _before(url, definition, went, question)
            yield AnsweredView(question.text, answer_words(question, fact), again)


def _unknown(definition: ServiceDefinition, went: _Went) -> Iterator[str]:
    """What would rule it out and only a register knows."""
    for blocker in definition.blockers:
        asks = any(name.startswith("firm.") for name in facts_in(blocker.when))
        if asks and holds(blocker.when, went.facts) is None:
            yield f"{blocker.reason}（{blocker.owner}：{blocker.remedy}）"


def _before(url: str, definition: ServiceDefinition, went: _Went, question: Question) -> str:
    """Where that question is asked again: with the answers before it, and those after it gone."""
    ids = [each.id for each in definition.questions]
    before = set(ids[: ids.index(question.id)])
    earlier = {name: said for name, said in went.answers.items() if name in before}
    return f"{url}?{urlencode(_pairs(earlier))}" if earlier else url


def _pairs(answers: dict[str, str | tuple[str, ...]]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, value)
        for name, said in answers.items()
        for value in (said if isinstance(said, tuple) else (said,))
    )


# ── what the pages share ────────────────────────────────────────


def _in_force(services: Services) -> list[Loaded]:
    names = dict.fromkeys(loaded.definition.service for loaded in services.library.services)
    found = []
    for name in names:
        try:
            loaded = services.library.service(name, services.now())
        except Refused:
            continue
        if not loaded.definition.inside:
            found.append(loaded)
    return found


def _loaded(services: Services, service: str) -> Loaded:
    try:
        return services.library.service(service, services.now())
    except Refused as refused:
        raise Problem(ApiCode.NOT_FOUND) from refused


def _frame(request: Request, services: Services, title: str, *crumbs: Breadcrumb) -> Frame:
    return replace(public_frame(request, services, title), crumbs=crumbs)


def _kept(request: Request, answer: Response, digests: Iterable[str]) -> Response:
    """With a tag of the definitions and of how the page looks, or 304 where it is known."""
    said = hashlib.sha256("".join(digests).encode()).hexdigest()[:16]
    look = hashlib.sha256(bytes(answer.body)).hexdigest()[:16]
    tag = f'"{said}-{look}"'
    known = {each.strip() for each in request.headers.get("if-none-match", "").split(",")}
    headers = {"ETag": tag, "Cache-Control": _KEPT, "Vary": "Cookie"}
    if tag in known:
        return Response(status_code=304, headers=headers)
    answer.headers.update(headers)
    return answer
