"""The ledger adds up whatever happens, and the budget is never exceeded."""

from hypothesis import given
from hypothesis import strategies as st

from definitions.benefits.ledger import MOVES, Account, Balance, Entry, EntryKind

SUMS = st.integers(1, 500)


class TestBalance:
    """What a budget still holds."""

    def test_what_is_set_aside_and_paid_is_not_left(self) -> None:
        assert Balance(total=100, reserved=30, paid=20).left == 50

    def test_what_came_back_is_not_spent_again(self) -> None:
        assert Balance(total=100, paid=100, returned=40).left == 0

    def test_the_first_that_does_not_fit_ends_it(self) -> None:
        """A smaller one behind it is not let past: nobody is overtaken."""
        assert Balance(total=100).fits((60, 50, 10)) == 1
        assert Balance(total=100).fits((60, 40)) == 2
        assert Balance(total=100).fits(()) == 0


@given(st.integers(0, 2_000), st.lists(SUMS, max_size=20))
def test_as_many_fit_as_there_is_money_for(total: int, fens: list[int]) -> None:
    n = Balance(total=total).fits(tuple(fens))
    assert sum(fens[:n]) <= total
    assert n == len(fens) or sum(fens[: n + 1]) > total


@given(st.integers(0, 3_000), st.lists(st.tuples(SUMS, st.booleans(), st.booleans()), max_size=30))
def test_at_every_moment_the_accounts_add_up_to_the_budget(
    total: int, payments: list[tuple[int, bool, bool]]
) -> None:
    """Each payment is set aside where it fits, then paid or released, perhaps given back."""
    balance, stands = Balance(total=total), dict.fromkeys(Account, 0)
    stands[Account.BUDGET] = total
    for n, (fen, succeeds, comes_back) in enumerate(payments):
        if not balance.fits((fen,)):
            continue
        for kind in _kinds(succeeds=succeeds, comes_back=comes_back):
            entry = Entry(entitlement=f"e{n}", kind=kind, attempt=1, fen=fen)
            stands[entry.taken_from] -= entry.fen
            stands[entry.given_to] += entry.fen
            assert sum(stands.values()) == total
            assert min(stands.values()) >= 0
        balance = Balance(
            total=total,
            reserved=stands[Account.RESERVED],
            paid=stands[Account.PAID] + stands[Account.RETURNED],
            returned=stands[Account.RETURNED],
        )
        assert balance.reserved + balance.paid <= total


def test_every_kind_moves_money_between_two_accounts() -> None:
    assert set(MOVES) == set(EntryKind)
    assert all(taken_from != given_to for taken_from, given_to in MOVES.values())
    back = MOVES[EntryKind.RELEASE]
    assert MOVES[EntryKind.RESERVE] == (back[1], back[0])


def _kinds(*, succeeds: bool, comes_back: bool) -> list[EntryKind]:
    if not succeeds:
        return [EntryKind.RESERVE, EntryKind.RELEASE]
    paid = [EntryKind.RESERVE, EntryKind.PAY]
    return [*paid, EntryKind.RETURN] if comes_back else paid
