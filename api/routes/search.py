"""One box that finds: by number, name or code, with what there is to do beside each hit."""
# ruff: noqa: D400, D415 - what routes say of themselves is OpenAPI text, in Chinese

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from activities.store.reading import tasks as reading
from activities.store.reading.bundles import BundleHead, heads
from activities.store.reading.search import candidates, page_of
from activities.store.reading.tasks import TaskView
from api import inbox as shown
from api.auth.identity import Reader
from api.problems import responses
from api.routes.answers import READING, V1
from api.routes.tasks import task_scope
from api.services import Given

router = APIRouter(prefix=V1, tags=["办件"])


class Hit(BaseModel):
    """An application that was found, and its tasks that are open for the reader."""

    bundle: BundleHead
    tasks: list[TaskView]


class SearchAnswer(BaseModel):
    """What was found, the latest first; `more`: there are others, a longer word finds them."""

    items: list[Hit]
    more: bool


@router.get("/search", summary="查询", responses=responses(*READING))
async def search(
    given: Given,
    who: Reader,
    q: Annotated[
        str,
        Query(
            min_length=1,
            max_length=100,
            description="办件或事项的编号（开头也可）、编号的末几位、统一社会信用代码、企业名称的一部分",
        ),
    ],
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> SearchAnswer:
    """只找得到看得到的：本部门参与的、授权范围以内的。"""
    async with given.store.reading() as session:
        found = await candidates(session, who.scope, q)
        numbers = page_of(found, None, limit)
        bundles = await heads(session, numbers)
        open_ = await reading.open_of(session, task_scope(who), numbers, now=given.now())
        tasks = await shown.dressed(given, session, open_)
    hits = [
        Hit(bundle=head, tasks=[task for task in tasks if task.bundle == head.number])
        for head in bundles
    ]
    return SearchAnswer(items=hits, more=found.more or len(found.numbers) > limit)
