"""台账: double entry, in fen. What is set aside, paid, given back: each once, and it adds up.

Four accounts a policy: the budget, what is set aside of it, what was paid out, and what came back.
At any moment they add up to the budget.
"""

from enum import StrEnum

from definitions.language.base import Value


class Account(StrEnum):
    """Where money of a policy's budget stands."""

    BUDGET = "budget"
    RESERVED = "reserved"
    PAID = "paid"
    RETURNED = "returned"


class EntryKind(StrEnum):
    """What moved it. Of one attempt of one entitlement, each at most once.

    `OFFSET`: kept back from a later benefit instead of being returned.
    """

    RESERVE = "reserve"
    RELEASE = "release"
    PAY = "pay"
    RETURN = "return"
    OFFSET = "offset"


MOVES: dict[EntryKind, tuple[Account, Account]] = {
    EntryKind.RESERVE: (Account.BUDGET, Account.RESERVED),
    EntryKind.RELEASE: (Account.RESERVED, Account.BUDGET),
    EntryKind.PAY: (Account.RESERVED, Account.PAID),
    EntryKind.RETURN: (Account.PAID, Account.RETURNED),
    EntryKind.OFFSET: (Account.PAID, Account.RETURNED),
}
"""Of each kind: from which account, to which."""


class Entry(Value):
    """One line of the ledger."""

    entitlement: str
    kind: EntryKind
    attempt: int
    fen: int

    @property
    def taken_from(self) -> Account:
        """Which account has less afterwards."""
        return MOVES[self.kind][0]

    @property
    def given_to(self) -> Account:
        """Which account has more afterwards."""
        return MOVES[self.kind][1]


class Balance(Value):
    """A policy's money in one period, in fen. `reserved` and `paid` never exceed `total`."""

    total: int
    reserved: int = 0
    paid: int = 0
    returned: int = 0

    @property
    def left(self) -> int:
        """What may still be set aside. What came back is the treasury's, not spent again."""
        return self.total - self.reserved - self.paid

    def fits(self, fens: tuple[int, ...]) -> int:
        """How many of the sums, in their order, fit together."""
        left, n = self.left, 0
        for fen in fens:
            if fen > left:
                break
            left, n = left - fen, n + 1
        return n
