"""How the stand-in behaves, and how it makes trouble: by turns (`*_next`) or by chance (shares)."""

import random

from pydantic import Field

from definitions.language.base import Value

Share = int
_ALL = 1000


class Behaviour(Value):
    """Shares are in thousandths of the calls.

    `fail`: nothing is done. `lose`: everything is done and nobody hears of it. `cut`: half of a
    batch is done, then as with `lose`. `twice`: each receipt is told twice. `refused`: accounts
    with such endings take no money. `paid_after`: seconds from an instruction to the payment.
    """

    slow_seconds: float = Field(default=0.0, ge=0, le=60)
    paid_after: float = Field(default=0.0, ge=0, le=86_400)
    fail: Share = Field(default=0, ge=0, le=_ALL)
    lose: Share = Field(default=0, ge=0, le=_ALL)
    cut: Share = Field(default=0, ge=0, le=_ALL)
    twice: Share = Field(default=0, ge=0, le=_ALL)
    fail_next: int = Field(default=0, ge=0)
    lose_next: int = Field(default=0, ge=0)
    cut_next: int = Field(default=0, ge=0)
    refused: tuple[str, ...] = ("0000",)

    def refuses(self, account: str) -> bool:
        """Whether the account takes no money."""
        return account.endswith(self.refused) if self.refused else False


class Chance:
    """Which trouble a call is in for; those that were asked for by turns come first."""

    def __init__(self, seed: int | None = None) -> None:
        self._dice = random.Random(seed)  # noqa: S311 - no secret

    def strikes(self, behaviour: Behaviour, what: str) -> tuple[bool, Behaviour]:
        """Whether it happens to this call, and how the stand-in behaves afterwards."""
        left = getattr(behaviour, f"{what}_next", 0)
        if left:
            return True, behaviour.model_copy(update={f"{what}_next": left - 1})
        return self._dice.randrange(_ALL) < getattr(behaviour, what), behaviour
