"""One exchange about many payments: what one of them is refused for holds up no other."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

import structlog

from activities.outside.payments.treasury import (
    PaymentDiffers,
    PaymentRefused,
    Receipt,
    TreasuryAway,
    TreasuryRefused,
)
from definitions.language.base import Value

log = structlog.get_logger(__name__)


class Heard(Value):
    """What was answered by key, which keys were refused, and whether nobody answered (any more).

    `differing`: of the refused ones those under whose keys the treasury has something else.
    """

    receipts: Mapping[str, Receipt]
    refused: frozenset[str] = frozenset()
    differing: frozenset[str] = frozenset()
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
    differing: set[str] = set()
    parts, away = [list(keys)] if keys else [], False
    while parts:
        part = parts.pop()
        try:
            receipts |= await ask(part)
        except PaymentRefused as error:
            if len(part) == 1:
                # It stays open until it is put right.
                log.error("payment_refused", instruction=part[0])  # noqa: TRY400 - a trace says no more
                refused |= set(part)
                differing |= set(part) if isinstance(error, PaymentDiffers) else set()
            else:
                half = len(part) // 2
                parts += [part[half:], part[:half]]
        except (TreasuryAway, TreasuryRefused):
            # A refusal of everything is in the log for whoever operates it.
            away = True
            break
    return Heard(
        receipts=receipts,
        refused=frozenset(refused),
        differing=frozenset(differing),
        away=away,
    )
