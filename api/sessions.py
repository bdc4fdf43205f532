"""Who a session token belongs to, remembered for seconds: an act needs no SQL to know who acts.

A closed account or session of another process is believed for at most `LIFE` more.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from activities.store.desk.accounts import AccountView

LIFE = 10.0
LARGEST = 10_000


@dataclass(frozen=True, slots=True)
class Remembered:
    """An account, until when its session lasts, and until when this is believed."""

    account: AccountView
    ends_at: datetime
    believed_until: float


class SessionCache:
    """Tokens by digest, in memory of this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, Remembered] = {}

    def get(self, digest: str, now: datetime) -> AccountView | None:
        """The account, where it was seen lately and its session has not ended."""
        found = self._known.get(digest)
        if found is None or found.believed_until < self._clock() or found.ends_at <= now:
            return None
        return found.account

    def put(self, digest: str, account: AccountView, ends_at: datetime) -> None:
        """Remember. When full, everything is forgotten: the next requests ask again."""
        if len(self._known) >= LARGEST:
            self._known.clear()
        self._known[digest] = Remembered(account, ends_at, self._clock() + LIFE)

    def forget(self, digest: str) -> None:
        """Signed out."""
        self._known.pop(digest, None)
