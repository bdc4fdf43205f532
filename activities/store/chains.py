"""Audit chains: each entry carries the digest of itself and of everything before it."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

GENESIS = "0" * 64


def chained(previous: str, dumped: dict[str, Any]) -> str:
    """The digest of an event as it was written, and of everything before it.

    Never of a model read from it: a later release knows more fields.
    """
    body = json.dumps(dumped, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def unbroken(entries: Iterable[tuple[int, str, dict[str, Any]]]) -> int | None:
    """The number of the last of these (number, digest, as written); None where one was changed.

    They are numbered from 1 on; of none, the last is 0.
    """
    chain, last = GENESIS, 0
    for seq, digest, dumped in entries:
        chain, last = chained(chain, dumped), last + 1
        if (seq, digest) != (last, chain):
            return None
    return last
