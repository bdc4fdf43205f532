"""What an exclusion group has used up, each token by one entitlement at a time.

A claim counts as long as its entitlement may still come to money; what is out has let go of it.
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import ARRAY, Text, any_, cast, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from activities.store.engine import ReadSession, WriteSession
from activities.store.tables.benefits import Claim, Entitlement
from definitions.benefits.entitlement import Status
from definitions.language.benefits import PolicyDefinition

OUT = (
    Status.STRUCK,
    Status.EXCLUDED,
    Status.DECLINED,
    Status.SILENT,
    Status.STOPPED,
    Status.CANCELLED,
    Status.RECOVERED,
)
# Under which period a token is claimed that is used up for good.
_FOR_GOOD = ""


def claim_period(policy: PolicyDefinition, period: str) -> str:
    """Under which period the policy's tokens are claimed."""
    exclusion = policy.exclusion
    assert exclusion is not None
    return _FOR_GOOD if exclusion.for_good else period


async def take_turns(session: WriteSession, policy: PolicyDefinition) -> None:
    """Until the end of the transaction nobody else claims in the policy's group."""
    if policy.exclusion is not None:
        name = func.hashtext(f"exclusion:{policy.exclusion.group}")
        await session.execute(select(func.pg_advisory_xact_lock(name)))


async def claimed(
    session: ReadSession, policy: PolicyDefinition, period: str, tokens: Iterable[str]
) -> dict[str, str]:
    """By which entitlement each of these tokens is used up; those that are free are left out."""
    wanted = sorted(set(tokens))
    if policy.exclusion is None or not wanted:
        return {}
    rows = await session.execute(
        select(Claim.token, Claim.entitlement)
        .join(Entitlement, Entitlement.id == Claim.entitlement)
        .where(
            Claim.group == policy.exclusion.group,
            Claim.period == claim_period(policy, period),
            Claim.token == any_(cast(wanted, ARRAY(Text))),
            Entitlement.status.not_in(OUT),
        )
    )
    return {row.token: row.entitlement for row in rows}


async def claim(
    session: WriteSession,
    policy: PolicyDefinition,
    period: str,
    wanted: Mapping[str, Sequence[str]],
) -> None:
    """Let each entitlement have its tokens, after `take_turns` and a look at who has them.

    Whoever had one before and is out loses it.
    """
    if policy.exclusion is None or not wanted:
        return
    group, within = policy.exclusion.group, claim_period(policy, period)
    await session.execute(delete(Claim).where(Claim.entitlement.in_(list(wanted))))
    rows = [
        {"group": group, "period": within, "token": token, "entitlement": entitlement}
        for entitlement, tokens in wanted.items()
        for token in tokens
    ]
    if rows:
        put = insert(Claim).values(rows)
        ours = {"entitlement": put.excluded.entitlement}
        keys = [Claim.group, Claim.period, Claim.token]
        await session.execute(put.on_conflict_do_update(index_elements=keys, set_=ours))
