"""The shapes that several routes answer with: an act taken, a resource with its version."""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from api.commands import Answer
from api.engine import Accepted
from api.problems import ApiCode, responses
from api.sent import IfMatch, Key, Sent, etag, is_known, sent
from api.services import Given, Services
from definitions.errors import Code

V1 = "/api/v1"
# What any command may be refused with; each route adds its own.
COMMAND = (
    *(ApiCode.MALFORMED, ApiCode.KEY_MISSING, ApiCode.UNAUTHENTICATED, ApiCode.CROSS_SITE),
    *(Code.FORBIDDEN, Code.UNKNOWN_BUNDLE, Code.BUNDLE_CLOSED, Code.VERSION_CONFLICT),
    *(Code.INVALID, Code.KEY_REUSED, ApiCode.ENGINE_AWAY, ApiCode.REGISTER_AWAY),
)
READING = (ApiCode.UNAUTHENTICATED, Code.FORBIDDEN, Code.INVALID, ApiCode.REGISTER_AWAY)


@dataclass(frozen=True, slots=True)
class Call:
    """What surrounds a command: the services, the request, its key, the version that was seen."""

    given: Services
    request: Request
    key: str | None
    if_match: str | None

    def sent(self, body: BaseModel | None) -> Sent:
        """With the body's digest. Raises `idempotency-key-missing`, `malformed`."""
        return sent(self.request, body, self.key, self.if_match)


def call_of(given: Given, request: Request, key: Key = None, if_match: IfMatch = None) -> Call:
    """A dependency of every command."""
    return Call(given=given, request=request, key=key, if_match=if_match)


Calling = Annotated[Call, Depends(call_of)]


class Acted(BaseModel):
    """An act was taken. `version` is the version its target came to, `seq` its last event.

    `registering`: it is durable, but lists do not show it yet.
    """

    number: str = Field(examples=["SJ-YJS-310117-20261122-000123"])
    state: Literal["recorded", "registering"] = Field(examples=["recorded"])
    message: str = Field(examples=["已办理"])
    version: int | None = Field(default=None, examples=[17])
    seq: int | None = Field(default=None, examples=[18])


def command_responses(*codes: Code | ApiCode) -> dict[int | str, dict[str, object]]:
    """OpenAPI's responses of a command."""
    accepted: dict[str, object] = {"model": Acted, "description": "已接收，正在登记"}
    return {202: accepted, **responses(*COMMAND, *codes)}


def acted(answer: Answer) -> JSONResponse:
    """200 with the new version, or 202 where the register does not show it yet."""
    if isinstance(answer, Accepted):
        body = Acted(number=answer.number, state="registering", message="已接收，正在登记")
        return JSONResponse(body.model_dump(), 202, headers={"Retry-After": "2"})
    body = Acted(
        number=answer.number,
        state="recorded",
        message="已办理",
        version=answer.version,
        seq=answer.seq,
    )
    return JSONResponse(body.model_dump(), headers={"ETag": etag(answer.version, answer.seq)})


def versioned(request: Request, body: object, tag: str) -> Response:
    """The resource with its version, or 304 where the client has it."""
    headers = {"ETag": tag}
    if is_known(request, tag):
        return Response(status_code=304, headers=headers)
    return JSONResponse(jsonable_encoder(body), headers=headers)
