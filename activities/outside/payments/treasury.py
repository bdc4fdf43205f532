"""What is asked of the treasury. A payment is known to it by our key, and made at most once a key.

A lost answer says nothing: what became of a key is asked for by the key, and telling it again is
the same payment. Nothing here decides that money is to be paid.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from pydantic import Field

from definitions.language.base import Value

MOST = 500
"""So many payments in one exchange."""


class Payment(Value):
    """One instruction: `project` is the budget it is charged to, `purpose` what the payee reads."""

    key: str
    project: str
    fen: int = Field(gt=0)
    account_name: str = Field(repr=False)
    account_number: str = Field(repr=False)
    purpose: str


class Answered(StrEnum):
    """What the treasury says of a key. `TAKEN`: it is at it. `FAILED` is for good."""

    TAKEN = "taken"
    PAID = "paid"
    FAILED = "failed"


class Receipt(Value):
    """What became of one key. `reason` is the treasury's code of why it failed."""

    key: str
    answered: Answered
    fen: int
    ref: str | None = None
    reason: str | None = None


class Line(Value):
    """One line of the treasury's statement (对账单): money that has left."""

    ref: str
    key: str
    fen: int


class TreasuryAway(Exception):
    """It did not answer, or not in a way that can be understood: what was asked may be done."""


class TreasuryRefused(Exception):
    """It will not do what it was asked, however often: a person has to look."""


class PaymentRefused(TreasuryRefused):
    """What is said of some payment is refused; others of the same exchange may be in order."""


class PaymentDiffers(PaymentRefused):
    """It has another payment under that key: one of another sum, or to another account."""


class Treasury(Protocol):
    """Each call raises `TreasuryAway` and `TreasuryRefused`."""

    async def pay(self, payments: Sequence[Payment], /) -> Mapping[str, Receipt]:
        """Have them paid, at most `MOST` of them; what it says of each key at once."""
        ...

    async def receipts(
        self, keys: Sequence[str], fens: Mapping[str, int] | None = None, /
    ) -> Mapping[str, Receipt]:
        """What became of the keys. One that it does not know is not among them.

        `fens` are the sums by key: a receipt over another sum is refused.
        """
        ...

    async def statement(self, project: str, /, *, after: str = "") -> Sequence[Line]:
        """What has left for a budget, after this reference; nothing at the end."""
        ...

    async def close(self) -> None:
        """Give the connections back."""
        ...


class NoTreasury:
    """Where none is named: nothing is paid, and everything waits."""

    async def pay(self, *_: object) -> Mapping[str, Receipt]:
        """As `Treasury.pay`."""
        raise TreasuryAway

    async def receipts(self, *_: object) -> Mapping[str, Receipt]:
        """As `Treasury.receipts`."""
        raise TreasuryAway

    async def statement(self, *_: object, **__: object) -> Sequence[Line]:
        """As `Treasury.statement`."""
        raise TreasuryAway

    async def close(self) -> None:
        """There is nothing to give back."""
