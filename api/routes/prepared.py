"""Papers that the house prepares from a draft, ready to sign."""
# ruff: noqa: D400, D415 - what routes say of themselves is OpenAPI text, in Chinese

from typing import Annotated

from fastapi import APIRouter, Path

from api import intake
from api.assessment import facts_for, service_of
from api.auth.identity import Preparer
from api.problems import ApiCode, responses
from api.routes.answers import READING, V1
from api.services import Given
from definitions.rules.calendar import local_day
from definitions.rules.drafting import Paper, papers

router = APIRouter(prefix=V1, tags=["申请"])


@router.get(
    "/drafts/{draft}/papers",
    summary="待签材料",
    responses=responses(*READING, ApiCode.UNKNOWN_DRAFT),
)
async def of_draft(
    given: Given, who: Preparer, draft: Annotated[str, Path(max_length=40)]
) -> tuple[Paper, ...]:
    """系统按填报内容和登记库生成的申请书、决议、章程修正案等，空格是须手填的；打印版在工作台。"""
    found = await intake.draft_of(given, who.actor, draft)
    definition = service_of(given, found.service).definition
    on = local_day(found.submitted_at or given.now())
    return papers(definition, facts_for(definition, found.answers, found.firm, found.form, on=on))
