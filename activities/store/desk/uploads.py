"""Uploads: which stored content came in under which name, from whom."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime

from pydantic import ConfigDict
from sqlalchemy import select

from activities.inspection.seen import Seen
from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.desk import Upload
from definitions.language.base import Value
from definitions.matter.values import FileRef


class UploadView(Value):
    """A file that came in."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    id: str
    sha256: str
    size: int
    media_type: str
    name: str
    owner: str
    created_at: datetime
    seen: Seen = Seen()

    @property
    def ref(self) -> FileRef:
        """How events refer to it: without its name."""
        return FileRef(id=self.id, sha256=self.sha256, size=self.size, media_type=self.media_type)


async def put_upload(
    session: WriteSession,
    *,
    sha256: str,
    size: int,
    media_type: str,
    name: str,
    owner: str,
    now: datetime,
    seen: Seen | None = None,
) -> UploadView:
    """Note a stored file under a new id."""
    row = Upload(
        id=f"f-{secrets.token_hex(12)}",
        sha256=sha256,
        size=size,
        media_type=media_type,
        name=name,
        owner=owner,
        created_at=now,
        seen=(seen or Seen()).model_dump(mode="json", exclude_defaults=True),
    )
    session.add(row)
    await session.flush()
    return UploadView.model_validate(row)


async def uploads(session: ReadSession, ids: Iterable[str]) -> Mapping[str, UploadView]:
    """The uploads by id; what is not there is left out."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    found = await session.scalars(select(Upload).where(Upload.id.in_(wanted)))
    return {row.id: UploadView.model_validate(row) for row in found}


async def upload_of(session: ReadSession, *, owner: str, sha256: str) -> UploadView | None:
    """The first upload of this content by this account."""
    row = await session.scalar(
        select(Upload)
        .where(Upload.sha256 == sha256, Upload.owner == owner)
        .order_by(Upload.created_at, Upload.id)
        .limit(1)
    )
    return UploadView.model_validate(row) if row else None
