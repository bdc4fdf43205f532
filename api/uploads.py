"""Taking files in: streamed, checked by content and never by name, stored under their digest."""

import errno
from collections.abc import AsyncIterator
from pathlib import PurePosixPath

import structlog
from starlette.datastructures import UploadFile

from activities.files import CHUNK, LONGEST_NAME, TooLarge, media_type_of
from activities.store.desk.uploads import UploadView, put_upload
from api.problems import ApiCode, Fault, Problem
from api.services import Services
from definitions.errors import Code
from definitions.language.roles import Actor

log = structlog.get_logger(__name__)

_FULL = {errno.ENOSPC, errno.EDQUOT}
_TAKEN = "PDF、JPEG、PNG、TIFF"


async def take_upload(services: Services, actor: Actor, upload: UploadFile) -> UploadView:
    """Keep one file. Raises `invalid`, `media-type`, `too-large`, `storage-full`."""
    name = checked_name(upload.filename or "")
    head = await upload.read(CHUNK)
    if not head:
        raise _invalid("empty", "文件是空的，请重新选择")
    if media_type_of(head) is None:
        raise Problem(ApiCode.MEDIA_TYPE, f"只接收 {_TAKEN} 文件，请转换后再上传")
    try:
        stored = await services.files.put(_pieces(head, upload), limit=services.largest_upload)
    except TooLarge as error:
        limit = error.limit // 1024 // 1024
        raise Problem(ApiCode.TOO_LARGE, f"文件超过 {limit} MiB，请压缩或分开上传") from None
    except OSError as error:
        if error.errno not in _FULL:
            raise
        log.exception("storage_full")
        raise Problem(ApiCode.STORAGE_FULL, "存储空间不足，文件没有保存，请联系管理员") from None
    async with services.store.begin() as session:
        return await put_upload(
            session,
            sha256=stored.sha256,
            size=stored.size,
            media_type=stored.media_type or "",
            name=name,
            owner=actor.id,
            now=services.now(),
        )


def checked_name(given: str) -> str:
    """The file's own name, without folders. Raises `invalid`."""
    name = PurePosixPath(given.replace("\\", "/")).name.strip()
    if not name or not name.isprintable():
        raise _invalid("name", "文件没有名称，或名称中有不可显示的字符")
    if len(name) > LONGEST_NAME:
        raise _invalid("name", f"文件名不得超过 {LONGEST_NAME} 个字")
    return name


async def _pieces(head: bytes, upload: UploadFile) -> AsyncIterator[bytes]:
    yield head
    while piece := await upload.read(CHUNK):
        yield piece


def _invalid(rule: str, message: str) -> Problem:
    return Problem(
        Code.INVALID, message, errors=[Fault(pointer="/file", rule=rule, message=message)]
    )
