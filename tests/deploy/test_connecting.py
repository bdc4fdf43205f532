"""Connecting departments' systems from the command line, on a real database and a real Temporal."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from temporalio.api.operatorservice.v1 import ListNexusEndpointsRequest
from temporalio.testing import WorkflowEnvironment

from activities.contracts.assignments import Way
from activities.store.desk.connections import account_of, keys_of
from activities.store.engine import Store
from definitions.language.roles import Role
from deploy import connecting
from deploy.connecting import Wanted, endpoint_of
from deploy.settings import Settings
from deploy.temporal_setup import give_endpoint, give_namespace
from deploy.trouble import Trouble
from tests.support.temporal import time_skipping

pytestmark = pytest.mark.stack


@pytest.fixture
def settings(database_url: str, store: Store, tmp_path: Path) -> Settings:
    """A database and nothing else."""
    assert store
    return Settings(home=tmp_path, database_url=SecretStr(database_url))


@pytest.fixture(scope="module")
async def env() -> AsyncIterator[WorkflowEnvironment]:
    """A Temporal."""
    async with time_skipping() as environment:
        yield environment


class TestAdding:
    def test_a_new_connection_takes_nothing_until_it_is_enabled(self, settings: Settings) -> None:
        added = connecting.add(settings, Wanted("tax", "tax", Way.WORKER))
        assert (added.login, added.connection.queue) == ("tax.system", "dept-tax")
        assert added.password
        assert not added.connection.active
        connecting.switch(settings, "tax", active=True)
        assert [each.active for each in connecting.listed(settings)] == [True]

    def test_said_again_it_changes_no_password_no_secret_and_not_whether_it_is_active(
        self, settings: Settings
    ) -> None:
        wanted = Wanted("tax", "tax", Way.WEBHOOK, url="http://tax.example")
        first = connecting.add(settings, wanted)
        connecting.switch(settings, "tax", active=True)
        again = connecting.add(settings, wanted)
        assert first.password
        assert first.secret
        assert (again.password, again.secret) == (None, None)
        assert again.connection.active
        assert again.connection.secrets == 1

    def test_an_account_of_another_department_acts_for_nobody_else(
        self, settings: Settings
    ) -> None:
        connecting.add(settings, Wanted("tax", "tax", Way.WORKER))
        with pytest.raises(Trouble, match="不属于"):
            connecting.add(settings, Wanted("bank", "bank", Way.WORKER, account="tax.system"))

    def test_a_webhook_needs_an_address(self, settings: Settings) -> None:
        with pytest.raises(Trouble, match="--url"):
            connecting.add(settings, Wanted("tax", "tax", Way.WEBHOOK))

    def test_a_namespace_needs_a_temporal(self, settings: Settings) -> None:
        with pytest.raises(Trouble, match="yijianshi up"):
            connecting.add(settings, Wanted("tax", "tax", Way.NEXUS))

    async def test_what_decides_by_itself_acts_as_an_approver(
        self, settings: Settings, store: Store
    ) -> None:
        await asyncio.to_thread(
            connecting.add,
            settings,
            Wanted("bank", "bank", Way.AUTOMATIC, account="b.auto", decides=True),
        )
        async with store.reading() as session:
            account = await account_of(session, "bank")
        assert account is not None
        assert account.role is Role.APPROVER


class TestSecrets:
    async def test_the_old_one_is_valid_until_it_is_dropped(
        self, settings: Settings, store: Store
    ) -> None:
        wanted = Wanted("tax", "tax", Way.WEBHOOK, url="http://tax.example")
        first = (await asyncio.to_thread(connecting.add, settings, wanted)).secret
        second = await asyncio.to_thread(connecting.new_secret, settings, "tax")
        assert await _secrets(store) == [second, first]
        await asyncio.to_thread(connecting.drop_old, settings, "tax")
        assert await _secrets(store) == [second]

    def test_of_a_connection_that_is_not_there(self, settings: Settings) -> None:
        with pytest.raises(Trouble, match="connections list"):
            connecting.new_secret(settings, "nobody")
        with pytest.raises(Trouble, match="connections list"):
            connecting.switch(settings, "nobody", active=True)


class TestNamespaces:
    async def test_made_once_and_led_elsewhere_when_asked(self, env: WorkflowEnvironment) -> None:
        name = endpoint_of("market_regulation")
        assert name == "dept-market-regulation"
        assert await give_namespace(env.client, name)
        assert not await give_namespace(env.client, name)
        assert await give_endpoint(env.client, name, namespace=name, queue="one")
        assert not await give_endpoint(env.client, name, namespace=name, queue="one")
        assert await give_endpoint(env.client, name, namespace=name, queue="two")
        request = ListNexusEndpointsRequest(name=name)
        found = await env.client.operator_service.list_nexus_endpoints(request)
        assert [each.spec.target.worker.task_queue for each in found.endpoints] == ["two"]


async def _secrets(store: Store) -> list[str]:
    async with store.reading() as session:
        keys = await keys_of(session, "tax")
        assert await session.scalar(text("SELECT count(*) FROM connection")) == 1
    assert keys is not None
    return [each.get_secret_value() for each in keys.secrets]
