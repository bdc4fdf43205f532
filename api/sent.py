"""What a client sends around a command: idempotency key, version it saw, the body's digest."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Header, Request
from pydantic import BaseModel

from api.problems import ApiCode, Problem
from definitions.language.base import Value

_KEY = re.compile(r"[\x21-\x7e]{8,100}")
_ETAG = re.compile(r'(?:W/)?"(\d{1,9})(?:-\d{1,9})?"')


class Sent(Value):
    """`key` is the caller's own; `expected` the version of the target they saw (None: any)."""

    key: str
    payload: str
    expected: int | None = None


Key = Annotated[
    str | None,
    Header(alias="Idempotency-Key", description="8–100 个可见字符；重发同一请求用同一个键"),
]
IfMatch = Annotated[
    str | None, Header(alias="If-Match", description="所见版本（ETag）；已被他人更新则拒绝")
]


def sent(
    request: Request, body: BaseModel | None, key: str | None, if_match: str | None = None
) -> Sent:
    """From an API request. Raises `idempotency-key-missing`, `malformed`."""
    content = body.model_dump(mode="json") if body is not None else {}
    return Sent(
        key=checked_key(key),
        payload=payload_of(request.method, request.url.path, content),
        expected=version_of(if_match),
    )


def checked_key(key: str | None) -> str:
    """The key, if it is one."""
    if key is None:
        raise Problem(ApiCode.KEY_MISSING, "请在 Idempotency-Key 头中给出幂等键")
    if not _KEY.fullmatch(key):
        raise Problem(ApiCode.MALFORMED, "Idempotency-Key 应为 8 到 100 个可见 ASCII 字符")
    return key


def payload_of(method: str, path: str, body: Mapping[str, Any]) -> str:
    """The digest by which a repeated request is told from another one under the same key."""
    said = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{method} {path}\n{said}".encode()).hexdigest()


def version_of(if_match: str | None) -> int | None:
    """The version an ETag of ours names. `*` is any."""
    if if_match is None or if_match.strip() == "*":
        return None
    found = _ETAG.fullmatch(if_match.strip())
    if found is None:
        raise Problem(ApiCode.MALFORMED, "If-Match 应为所读资源的 ETag")
    return int(found[1])


def etag(version: int, whole: int | None = None) -> str:
    """A resource's version, and that of the application it is shown with where that counts."""
    return f'"{version}"' if whole is None else f'"{version}-{whole}"'


def is_known(request: Request, tag: str) -> bool:
    """Whether the client has this version already (If-None-Match)."""
    given = request.headers.get("if-none-match", "")
    return tag in {each.strip().removeprefix("W/") for each in given.split(",")}
