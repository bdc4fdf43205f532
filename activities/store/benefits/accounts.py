"""收款账户: where money goes, by what sources say of it and by what people have put right.

A source repeats itself with every delivery. Only what it says otherwise than before moves an
account, so that one that was corrected stays corrected; the beneficiary is told of each move.
"""

from collections.abc import Mapping

from sqlalchemy import text

from activities.store.benefits.notices import Notice, NoticeKind, tell_all
from activities.store.engine import WriteSession

# Whoever is new comes with what the file says; of the others all rows are locked here, in order.
_SUBJECTS = text(
    "INSERT INTO subject AS s (kind, code, name, account_name, account_number, said_accounts) "
    "SELECT :kind, code, name, account_name, account_number, CASE WHEN account_number IS NULL "
    "THEN '{}' ELSE jsonb_build_object(CAST(:source AS text), jsonb_build_object("
    "'name', account_name, 'number', account_number, 'as_of', CAST(:as_of AS date))) END "
    "FROM coming ORDER BY code ON CONFLICT (kind, code) DO UPDATE SET name = excluded.name "
    "WHERE s.name IS DISTINCT FROM excluded.name"
)
_SAID_OTHERWISE = (
    "s.kind = :kind AND s.code = c.code AND c.account_number IS NOT NULL "
    "AND (s.said_accounts #>> ARRAY[:source, 'name'], s.said_accounts #>> ARRAY[:source, 'number'])"
    " IS DISTINCT FROM (c.account_name, c.account_number) "
    "AND coalesce(CAST(s.said_accounts #>> ARRAY[:source, 'as_of'] AS date), :as_of) <= :as_of"
)
# A source's first word fills in what is missing; what stands, only another word of it moves.
_MOVED = text(
    "WITH moved AS (UPDATE subject s SET account_name = c.account_name, "  # noqa: S608 - no input
    "account_number = c.account_number, account_version = s.account_version + 1 FROM coming c "
    f"WHERE {_SAID_OTHERWISE} AND (s.account_number IS NULL OR s.said_accounts ? :source) "
    "AND (s.account_name, s.account_number) IS DISTINCT FROM (c.account_name, c.account_number) "
    "RETURNING s.id, s.account_version AS version, s.account_number AS number) "
    "SELECT id, version, right(number, 4) AS tail FROM moved "
    "WHERE EXISTS (SELECT FROM entitlement e WHERE e.subject = moved.id) ORDER BY id"
)
_SAID = text(
    "UPDATE subject s SET said_accounts = s.said_accounts || "  # noqa: S608 - no input
    "jsonb_build_object(CAST(:source AS text), jsonb_build_object('name', c.account_name, "
    "'number', c.account_number, 'as_of', CAST(:as_of AS date))) "
    f"FROM coming c WHERE {_SAID_OTHERWISE}"
)
_TOLD = 1_000


async def put_coming(session: WriteSession, said: Mapping[str, object], name: str) -> None:
    """The subjects of the table `coming`, with their names and accounts.

    `said` is `source`, `kind` and `as_of` of the file; `name` that of its source. A day older than
    that of the source's last word on an account says nothing of it.
    """
    await session.execute(_SUBJECTS, said)
    moved = (await session.execute(_MOVED, said)).all()
    await session.execute(_SAID, said)
    for first in range(0, len(moved), _TOLD):
        notices = [
            Notice(
                subject=row.id,
                entitlement=None,
                kind=NoticeKind.ACCOUNT,
                key=f"account:{row.id}:{row.version}",
                text=f"收款账户已按“{name}”提供的数据改为尾号 {row.tail} 的账户。"
                "不是本人（本单位）账户的，请尽快到窗口或者向承办部门更正。",
            )
            for row in moved[first : first + _TOLD]
        ]
        await tell_all(session, notices)
