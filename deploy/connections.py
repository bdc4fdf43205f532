"""Connections of the first day, one for each way; none takes a task until it is enabled."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from activities.contracts.assignments import Way
from activities.outside.departments.sandbox.behaviour import Credentials
from activities.outside.departments.signing import SECRET_BYTES, Algorithm, secret_of
from activities.outside.departments.webhooks import SANDBOX
from activities.store.desk.accounts import accounts
from activities.store.desk.connections import (
    ConnectionGiven,
    add_secret,
    connection_of,
    put_connection,
)
from activities.store.engine import WriteSession
from deploy import departments

_BY = "seed"


@dataclass(frozen=True, slots=True)
class _First:
    department: str
    way: Way
    queue: str | None = None
    endpoint: str | None = None
    url: str | None = None


FIRST = (
    _First("housing_fund", Way.WEBHOOK, url=f"{SANDBOX}housing_fund"),
    _First("human_resources", Way.WORKER, queue="dept-human_resources"),
    _First("tax", Way.NEXUS, endpoint="dept-tax"),
    _First("bank", Way.AUTOMATIC),
)


async def put_first(session: WriteSession, home: Path, made: Mapping[str, str]) -> None:
    """Those that are not there yet. `made`: passwords of accounts made just now, by login."""
    known = {account.login: account for account in await accounts(session)}
    for each in FIRST:
        account = known.get(f"{each.department}.system")
        if account is None or await connection_of(session, each.department) is not None:
            continue
        given = ConnectionGiven(
            department=each.department,
            way=each.way,
            account=account.id,
            queue=each.queue,
            endpoint=each.endpoint,
            url=each.url,
            algorithm=Algorithm.SHA256,
        )
        await put_connection(session, each.department, given, by=_BY)
        if each.way is not Way.WEBHOOK:
            continue
        secret = secret_of(secrets.token_bytes(SECRET_BYTES))
        await add_secret(session, each.department, secret, by=_BY)
        password = made.get(account.login)
        if password is not None:
            departments.leave(
                home,
                each.department,
                Credentials(
                    connection=each.department,
                    secrets=(secret,),
                    algorithm=Algorithm.SHA256,
                    login=account.login,
                    password=password,
                ),
            )
