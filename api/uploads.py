"""Taking files in: streamed, checked by content and never by name, stored under their digest."""

import asyncio
import errno
import os
from collections.abc import AsyncIterator, Mapping
from pathlib import PurePosixPath
from typing import IO

import structlog
from starlette.datastructures import UploadFile

from activities.files import CHUNK, LONGEST_NAME, TooLarge, media_type_of
from activities.inspection.inspector import inspector
from activities.inspection.seen import Flaw, Look
from activities.store.desk.uploads import UploadView, put_upload
from api.problems import ApiCode, Fault, Problem
from api.services import Services
from definitions.errors import Code
from definitions.language.roles import Actor

log = structlog.get_logger(__name__)

_FULL = {errno.ENOSPC, errno.EDQUOT}
_TAKEN = "PDF、OFD、JPEG、PNG、TIFF"
_FAMILIES: Mapping[str, str] = {".pdf": "PDF", ".ofd": "OFD"} | dict.fromkeys(
    (".jpg", ".jpeg", ".png", ".tif", ".tiff"), "图片"
)
_SENTENCES: Mapping[Flaw, str] = {
    Flaw.TRUNCATED: "文件不完整，后面一截没有传上来，请重新导出或者重新扫描",
    Flaw.ENCRYPTED: "文件有打开密码，请去掉密码后再上传",
    Flaw.UNREADABLE: "文件打不开，请重新导出或者重新扫描",
    Flaw.WITHOUT_PAGES: "文件里一页也没有，请重新导出或者重新扫描",
    Flaw.TOO_MANY_PAGES: "文件页数过多，请分开上传",
    Flaw.TOO_MANY_PIXELS: "图片尺寸过大，请降低扫描分辨率后再上传",
    Flaw.TOO_SLOW: "文件结构异常，无法检查，请重新导出或者重新扫描",
}


async def take_upload(services: Services, actor: Actor, upload: UploadFile) -> UploadView:
    """Keep one file that can be read.

    Raises `invalid`, `media-type`, `file-unusable`, `too-large`, `storage-full`.
    """
    name = checked_name(upload.filename or "")
    head = await upload.read(CHUNK)
    if not head:
        raise _invalid("empty", "文件是空的，请重新选择")
    kind = media_type_of(head)
    if kind is None and _family(name) not in {"PDF", "OFD"}:
        raise Problem(ApiCode.MEDIA_TYPE, f"只接收 {_TAKEN} 文件，请转换后再上传")
    _named_as(kind, name)
    look = await _looked(services, upload)
    if look.flaw is Flaw.NOT_TAKEN:
        raise Problem(ApiCode.MEDIA_TYPE, f"只接收 {_TAKEN} 文件，请转换后再上传")
    if look.flaw is not None:
        raise _unusable(look.flaw, _SENTENCES[look.flaw])
    await upload.seek(0)
    try:
        stored = await services.files.put(_pieces(upload), limit=services.largest_upload)
    except TooLarge as error:
        raise _too_large(error.limit) from None
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
            seen=look.seen,
        )


def checked_name(given: str) -> str:
    """The file's own name, without folders. Raises `invalid`."""
    name = PurePosixPath(given.replace("\\", "/")).name.strip()
    if not name or not name.isprintable():
        raise _invalid("name", "文件没有名称，或名称中有不可显示的字符")
    if len(name) > LONGEST_NAME:
        raise _invalid("name", f"文件名不得超过 {LONGEST_NAME} 个字")
    return name


async def _looked(services: Services, upload: UploadFile) -> Look:
    """A look into the file. What is larger than allowed is not looked into."""
    size = await asyncio.to_thread(_size, upload.file)
    if size > services.largest_upload:
        raise _too_large(services.largest_upload)
    return await inspector().look(upload.file, size)


def _size(file: IO[bytes]) -> int:
    """Its bytes; it stands at its beginning then."""
    file.seek(0, os.SEEK_END)
    size = file.tell()
    file.seek(0)
    return size


def _named_as(kind: str | None, name: str) -> None:
    """A name that says PDF over something else misleads whoever opens it. Raises."""
    said, is_ = _family(name), _family(f".{(kind or '').partition('/')[2]}")
    if said is None or said == is_:
        return
    what = f"实际是{is_}" if is_ else "也不是其他可以接收的文件"
    message = f"“{name}”不是{said}文件，{what}：请用扫描或者导出的原文件，不要只改文件名"
    raise _unusable(Flaw.NOT_AS_NAMED, message)


def _family(name: str) -> str | None:
    return _FAMILIES.get(PurePosixPath(f"x{name.lower()}").suffix)


async def _pieces(upload: UploadFile) -> AsyncIterator[bytes]:
    while piece := await upload.read(CHUNK):
        yield piece


def _too_large(limit: int) -> Problem:
    return Problem(ApiCode.TOO_LARGE, f"文件超过 {limit // 1024 // 1024} MiB，请压缩或分开上传")


def _unusable(flaw: Flaw, message: str) -> Problem:
    return Problem(
        ApiCode.FILE_UNUSABLE,
        message,
        errors=[Fault(pointer="/file", rule=flaw.value, message=message)],
    )


def _invalid(rule: str, message: str) -> Problem:
    return Problem(
        Code.INVALID, message, errors=[Fault(pointer="/file", rule=rule, message=message)]
    )
