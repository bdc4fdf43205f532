"""The look right before paying: whether death, move, dissolution or credit stand in the way now."""

from collections.abc import Sequence
from datetime import date

from activities.store.benefits.entitlements import Move
from activities.store.engine import WriteSession
from definitions.language.base import Value
from definitions.policy_loading import FactCatalogue, LoadedPolicy


class Rechecked(Value):
    """`good` may be paid; `moves` say where the others go, and by which condition."""

    good: tuple[str, ...]
    moves: tuple[Move, ...]


async def recheck(
    session: WriteSession,
    catalogue: FactCatalogue,
    policy: LoadedPolicy,
    entitlements: Sequence[str],
    on: date,
) -> Rechecked:
    """The conditions marked `again`, by the facts as they are known on that day.

    STOPPED where one is not fulfilled any more, HELD where a fact is missing or too old, EXCLUDED
    where somebody else has used up the same by now. Nothing is moved here.
    """
    raise NotImplementedError
