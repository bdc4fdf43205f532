"""The schema, brought to its head and looked at."""

from sqlalchemy.exc import OperationalError

from activities.store.migrations import run as migrations
from deploy.settings import Settings
from deploy.trouble import Exit, Trouble


def url(settings: Settings) -> str:
    """The database's address; trouble where none is set or running."""
    if settings.database_url is None:
        raise Trouble("没有可用的数据库。", code=Exit.INPUT)
    return settings.database_url.get_secret_value()


def trouble(error: OperationalError) -> Trouble:
    """A database that cannot be reached, in the driver's own words: they name no password."""
    words = str(error.orig).strip().splitlines() or ["原因不明"]
    return Trouble(f"数据库不可用：{words[0]}；请检查 YIJIANSHI_DATABASE_URL 和数据库。")


def migrate(settings: Settings) -> None:
    """Bring the schema to its head."""
    migrations.migrate(url(settings))


def revisions(settings: Settings) -> tuple[str | None, str | None]:
    """The database's revision, and the newest there is."""
    return migrations.revisions(url(settings))
