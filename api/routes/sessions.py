"""Signing in and out."""
# ruff: noqa: D400, D415 - what routes say of themselves is OpenAPI text, in Chinese

from datetime import datetime

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.auth.identity import Current
from api.auth.signing import sign_in, sign_out
from api.problems import ApiCode, responses
from api.routes.answers import V1
from api.services import Given
from definitions.errors import Code
from definitions.language.roles import Role

router = APIRouter(prefix=V1, tags=["会话"])


class Credentials(BaseModel):
    """An account and its password."""

    model_config = ConfigDict(extra="forbid")

    login: str = Field(min_length=1, max_length=100, examples=["window1"])
    password: str = Field(min_length=1, max_length=200, examples=["…"])


class AccountBody(BaseModel):
    """Who is signed in."""

    id: str
    login: str
    name: str
    role: Role
    department: str | None


class SessionBody(BaseModel):
    """A session: its token, told this once, for `Authorization: Bearer`."""

    token: str
    expires_at: datetime
    account: AccountBody


@router.post(
    "/sessions",
    status_code=201,
    summary="登录",
    responses=responses(ApiCode.SIGN_IN_FAILED, ApiCode.TOO_MANY, Code.INVALID),
)
async def open_session(given: Given, request: Request, body: Credentials) -> SessionBody:
    """返回令牌，12 小时有效。连续失败会被要求等待。"""
    address = request.client.host if request.client else ""
    opened = await sign_in(given, body.login, body.password, address=address)
    return SessionBody(
        token=opened.token,
        expires_at=opened.ends_at,
        account=AccountBody(**_account_of(opened.account)),
    )


@router.get("/sessions/current", summary="当前账号", responses=responses(ApiCode.UNAUTHENTICATED))
async def current_session(who: Current) -> AccountBody:
    """谁在登录。"""
    return AccountBody(**_account_of(who.account))


@router.delete(
    "/sessions/current",
    status_code=204,
    summary="退出",
    responses=responses(ApiCode.UNAUTHENTICATED, ApiCode.CROSS_SITE),
)
async def close_session(given: Given, who: Current) -> Response:
    """令牌立即失效。"""
    await sign_out(given, who)
    return Response(status_code=204)


def _account_of(account: object) -> dict[str, object]:
    return {name: getattr(account, name) for name in AccountBody.model_fields}
