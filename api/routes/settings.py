"""How one takes work: the shift, how much at once, what first."""
# ruff: noqa: D400, D415 - what routes say of themselves is OpenAPI text, in Chinese

from fastapi import APIRouter

from activities.store.desk.work_settings import WorkSettings
from api.acting.work_settings import keep_settings, settings_of
from api.auth.identity import Worker
from api.problems import ApiCode, responses
from api.routes.answers import READING, V1
from api.routes.bodies_tasks import Settings
from api.services import Given

router = APIRouter(prefix=V1, tags=["待办"])


@router.get("/work-settings", summary="办件设置", responses=responses(*READING))
async def read(given: Given, who: Worker) -> WorkSettings:
    """本人的；没有设置过的为默认值。"""
    return await settings_of(given, who.actor)


@router.put(
    "/work-settings",
    summary="修改办件设置",
    responses=responses(*READING, ApiCode.MALFORMED, ApiCode.CROSS_SITE),
)
async def keep(given: Given, who: Worker, body: Settings) -> WorkSettings:
    """“领取下一件”按此分派：班次之外不分派，手上的件数到上限不分派，擅长的在前。"""
    return await keep_settings(given, who.actor, body.wanted())
