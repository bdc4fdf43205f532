"""应享: one benefit of one subject in one period, from the list to the account and back.

It is a machine of few words: a status, and which may follow which. Why it went there stands in the
event; who may send it there is the API's and the run's to ask.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum

from definitions.errors import Code, Refused


class Status(StrEnum):
    """Where an entitlement stands.

    `HELD`: the last check could not be made, because who keeps the facts is away. `SHORT`: the
    budget does not reach. `FAILED`: the account took no money; nothing has left ours.
    """

    LISTED = "listed"
    STRUCK = "struck"
    EXCLUDED = "excluded"
    ASKED = "asked"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    SILENT = "silent"
    INVITED = "invited"
    OBJECTED = "objected"
    CLEARED = "cleared"
    HELD = "held"
    STOPPED = "stopped"
    SHORT = "short"
    RESERVED = "reserved"
    SENT = "sent"
    PAID = "paid"
    FAILED = "failed"
    RECOVERING = "recovering"
    RECOVERED = "recovered"
    CANCELLED = "cancelled"


_S = Status
_OUT = frozenset({_S.STRUCK, _S.EXCLUDED, _S.DECLINED, _S.OBJECTED, _S.STOPPED, _S.CANCELLED})

FOLLOWS: Mapping[Status, frozenset[Status]] = {
    # Matched again, the sum or the facts may be others.
    _S.LISTED: _OUT | {_S.LISTED, _S.ASKED, _S.INVITED, _S.CLEARED},
    _S.STRUCK: frozenset({_S.LISTED}),
    _S.EXCLUDED: frozenset({_S.LISTED}),
    _S.ASKED: _OUT | {_S.CONFIRMED, _S.SILENT},
    _S.CONFIRMED: _OUT | {_S.CLEARED},
    # Human review or a late wish may bring back what was not to be.
    _S.DECLINED: frozenset({_S.CLEARED}),
    _S.SILENT: frozenset({_S.CONFIRMED, _S.CLEARED}),
    _S.INVITED: _OUT | {_S.CONFIRMED, _S.CLEARED},
    # Matched again while it waits, it goes on waiting, with another sum.
    _S.OBJECTED: frozenset(
        {
            _S.OBJECTED,
            _S.LISTED,
            _S.CLEARED,
            _S.STOPPED,
            _S.CONFIRMED,
            _S.ASKED,
            _S.SILENT,
            _S.INVITED,
            _S.CANCELLED,
        }
    ),
    _S.CLEARED: _OUT | {_S.HELD, _S.SHORT, _S.RESERVED},
    _S.HELD: _OUT | {_S.CLEARED},
    _S.STOPPED: frozenset({_S.CLEARED}),
    _S.SHORT: _OUT | {_S.CLEARED, _S.RESERVED},
    # Once money is set aside, an objection waits for the answer, and is met by recovery.
    _S.RESERVED: frozenset({_S.SENT, _S.STOPPED, _S.CANCELLED}),
    _S.SENT: frozenset({_S.PAID, _S.FAILED}),
    # Another account, another attempt; or nobody can be paid, and the money goes back.
    _S.FAILED: frozenset({_S.RESERVED, _S.STOPPED}),
    _S.PAID: frozenset({_S.RECOVERING}),
    _S.RECOVERING: frozenset({_S.RECOVERED, _S.PAID}),
    _S.RECOVERED: frozenset(),
    # A later run of the same period takes up what an earlier one gave up.
    _S.CANCELLED: frozenset({_S.LISTED}),
}

# What a run still has to see to; everything else waits for nobody.
OPEN = frozenset(
    {
        _S.LISTED,
        _S.ASKED,
        _S.CONFIRMED,
        _S.OBJECTED,
        _S.CLEARED,
        _S.HELD,
        _S.RESERVED,
        _S.SENT,
        _S.FAILED,
    }
)
# What paying works at; what else is open waits for facts, accounts or people.
IN_HAND = frozenset({_S.CLEARED, _S.RESERVED, _S.SENT})
# Money has gone to these, whatever of it has come back since.
HAD = frozenset({_S.PAID, _S.RECOVERING, _S.RECOVERED})
# Nothing has been sent yet: what a cancelled run takes along.
CANCELLABLE = frozenset({s for s, after in FOLLOWS.items() if _S.CANCELLED in after})
# What a person may still say no to.
DECLINABLE = frozenset({s for s, after in FOLLOWS.items() if _S.DECLINED in after})
OBJECTABLE = frozenset({s for s, after in FOLLOWS.items() if _S.OBJECTED in after}) - {_S.OBJECTED}


def may_move(before: Status, after: Status, only_from: Collection[Status] | None = None) -> bool:
    """Whether the one may follow the other; where `only_from` is said, from those alone."""
    return after in FOLLOWS[before] and (only_from is None or before in only_from)


def require_move(
    before: Status, after: Status, only_from: Collection[Status] | None = None
) -> None:
    """Raise `Refused(ENTITLEMENT_NOT_OPEN)` unless the one may follow the other."""
    if not may_move(before, after, only_from):
        message = "这笔应享现在的状态不能这样办"
        raise Refused(Code.ENTITLEMENT_NOT_OPEN, message, before=before, after=after)
