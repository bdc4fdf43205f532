"""Audit chains: each entry carries the digest of itself and of everything before it."""

import hashlib
import json
from typing import Any

GENESIS = "0" * 64


def chained(previous: str, dumped: dict[str, Any]) -> str:
    """The digest of an event as it was written, and of everything before it.

    Never of a model read from it: a later release knows more fields.
    """
    body = json.dumps(dumped, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()
