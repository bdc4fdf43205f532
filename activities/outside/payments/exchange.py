"""One exchange about many payments: what one of them is refused for holds up no other."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

import structlog

from activities.outside.payments.treasury import (
    PaymentRefused,
    Receipt,
    TreasuryAway,
    TreasuryRefused,
)
from definitions.language.base import Value

log = structlog.get_logger(__name__)


class Heard(Value):
    """What was answered by key, which keys were refused, and whether nobody answered (any more)."""

    receipts: Mapping[str, Receipt]
    refused: frozenset[str] = frozenset()
    away: bool = False

    def is_unknown(self, key: str) -> bool:
        """Whether the treasury has never heard of it."""
        return not self.away and key not in self.receipts and key not in self.refused


async def exchanged(
    ask: Callable[[Sequence[str]], Awaitable[Mapping[str, Receipt]]], keys: Sequence[str]
) -> Heard:
    """Ask about all of them; where some are refused, in ever smaller parts.

    What was answered before nobody answered any more is kept.
    """
    receipts: dict[str, Receipt] = {}
    refused: set[str] = set()
    parts = [list(keys)] if keys else []
    while parts:
        part = parts.pop()
        try:
            receipts |= await ask(part)
        except PaymentRefused:
            if len(part) == 1:
                # It stays open until a person has looked.
                log.error("payment_refused", instruction=part[0])  # noqa: TRY400 - a trace says no more
                refused |= set(part)
            else:
                half = len(part) // 2
                parts += [part[half:], part[:half]]
        except (TreasuryAway, TreasuryRefused):
            # A refusal of everything is in the log for whoever operates it.
            return Heard(receipts=receipts, refused=frozenset(refused), away=True)
    return Heard(receipts=receipts, refused=frozenset(refused))
