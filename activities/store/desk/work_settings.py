"""How one person takes work: the shift, how many tasks at once, which kinds first."""

from datetime import time

from pydantic import ConfigDict
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.inbox import WorkSetting
from definitions.language.base import Value


class WorkSettings(Value):
    """`skills` are item codes or kinds of tasks, taken first. `keys`: single keys are shortcuts.

    Without a shift, one takes work at any time.
    """

    model_config = ConfigDict(frozen=True, from_attributes=True)

    at_most: int = 20
    shift_from: time | None = None
    shift_until: time | None = None
    skills: tuple[str, ...] = ()
    keys: bool = True


async def work_settings(session: ReadSession, account: str) -> WorkSettings:
    """How somebody takes work; as everybody begins where nothing was set."""
    found = await session.scalar(select(WorkSetting).where(WorkSetting.account == account))
    return WorkSettings.model_validate(found) if found else WorkSettings()


async def put_work_settings(session: WriteSession, account: str, wanted: WorkSettings) -> None:
    """Keep them."""
    values = {**wanted.model_dump(), "skills": list(wanted.skills)}
    kept = insert(WorkSetting).values(account=account, **values)
    await session.execute(kept.on_conflict_do_update(index_elements=["account"], set_=values))
