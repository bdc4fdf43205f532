"""Whatever a run of a policy asks for, a worker does."""

from pathlib import Path
from typing import cast

from temporalio.client import Client

from activities.contracts import benefits as contracts
from activities.store.engine import Store
from deploy import benefits
from deploy.settings import Settings


def names(functions: object) -> set[str]:
    """How activities are called in Temporal."""
    found = (getattr(each, "__temporal_activity_definition", None) for each in functions)  # type: ignore[attr-defined]
    return {each.name for each in found if each is not None}


async def test_every_activity_of_a_run_is_wired(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    store = Store("postgresql+psycopg://nobody@localhost/nothing", name="test")
    # Nothing is asked of either here.
    client = cast("Client", None)
    async with benefits.activities(client, store, settings) as wired:
        assert names(wired) == names(vars(contracts).values())
    await store.close()
