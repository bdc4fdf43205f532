"""Signed messages between the hall and a department's system (Standard Webhooks), pure.

What is signed is `{id}.{timestamp}.{body}`, so that none of the three can be exchanged. A header
may bring several signatures, and two secrets are valid while one replaces the other: each side can
change over without a message being lost.
"""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from cryptography.hazmat.primitives import constant_time, hashes, hmac

from definitions.language.base import Value

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
TOLERANCE = timedelta(minutes=5)
ACTIVE_SECRETS = 2
SECRET_BYTES = 32
_PREFIX = "whsec_"
# Below, a secret could be guessed; above, it is longer than any hash takes in.
_SHORTEST, _LONGEST = 24, 64
# Without a full stop: "a.1" at 2 and "a" at 1 with a body "2.…" would be signed alike.
_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")
_TIMESTAMP = re.compile(r"[0-9]{1,11}")
_MOST_SIGNATURES = 8


class Algorithm(StrEnum):
    """With which hash a connection signs; SM3 is the national one (GB/T 32905)."""

    SHA256 = "hmac-sha256"
    SM3 = "hmac-sm3"


_VERSIONS: Mapping[Algorithm, str] = {Algorithm.SHA256: "v1", Algorithm.SM3: "v1sm3"}


class Fault(StrEnum):
    """Why a message is not taken as the other side's."""

    MISSING = "signature-missing"
    INVALID = "signature-invalid"
    STALE = "signature-stale"
    FUTURE = "signature-future"


class NotSigned(Exception):
    """The message is not known to be the other side's."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


class Signed(Value):
    """What a verified message says of itself."""

    id: str
    at: datetime


def secret_of(raw: bytes) -> str:
    """How a secret is written."""
    return _PREFIX + base64.b64encode(raw).decode()


def signed(
    body: bytes, *, name: str, at: datetime, secret: str, algorithm: Algorithm
) -> dict[str, str]:
    """The headers of a message. Raises `ValueError` for what is no id or no secret."""
    if not _ID.fullmatch(name):
        raise ValueError("not a message id")
    raw = _raw(secret)
    if raw is None:
        raise ValueError("not a secret")
    timestamp = str(int(at.timestamp()))
    made = base64.b64encode(_mac(body, name, timestamp, raw, algorithm)).decode()
    return {ID: name, TIMESTAMP: timestamp, SIGNATURE: f"{_VERSIONS[algorithm]},{made}"}


def verified(
    headers: Mapping[str, str],
    body: bytes,
    *,
    secrets: Sequence[str],
    algorithm: Algorithm,
    now: datetime,
) -> Signed:
    """Who signed it and when, by any of the active secrets. Raises `NotSigned`.

    The time is looked at last: only who has a secret is told that it was too late.
    """
    name, timestamp = headers.get(ID, ""), headers.get(TIMESTAMP, "")
    given = headers.get(SIGNATURE, "")
    if not name or not timestamp or not given:
        raise NotSigned(Fault.MISSING)
    if not _ID.fullmatch(name) or not _TIMESTAMP.fullmatch(timestamp):
        raise NotSigned(Fault.INVALID)
    keys = [raw for raw in map(_raw, secrets[:ACTIVE_SECRETS]) if raw is not None]
    macs = [_mac(body, name, timestamp, raw, algorithm) for raw in keys]
    offered = _offered(given, _VERSIONS[algorithm])
    # Every pair is compared, so that the time it takes does not tell which of them failed.
    matching = [constant_time.bytes_eq(mac, each) for mac in macs for each in offered]
    if not any(matching):
        raise NotSigned(Fault.INVALID)
    at = datetime.fromtimestamp(int(timestamp), UTC)
    if at < now - TOLERANCE:
        raise NotSigned(Fault.STALE)
    if at > now + TOLERANCE:
        raise NotSigned(Fault.FUTURE)
    return Signed(id=name, at=at)


def _mac(body: bytes, name: str, timestamp: str, raw: bytes, algorithm: Algorithm) -> bytes:
    mac = hmac.HMAC(raw, hashes.SM3() if algorithm is Algorithm.SM3 else hashes.SHA256())
    mac.update(f"{name}.{timestamp}.".encode())
    mac.update(body)
    return mac.finalize()


def _offered(given: str, version: str) -> list[bytes]:
    found = [each.partition(",") for each in given.split(" ")[:_MOST_SIGNATURES]]
    macs = [_decoded(encoded) for kind, _, encoded in found if kind == version]
    return [mac for mac in macs if mac is not None]


def _raw(secret: str) -> bytes | None:
    if not secret.startswith(_PREFIX):
        return None
    raw = _decoded(secret.removeprefix(_PREFIX))
    return raw if raw is not None and _SHORTEST <= len(raw) <= _LONGEST else None


def _decoded(encoded: str) -> bytes | None:
    """Strictly: a second spelling of a signature would be another signature."""
    try:
        raw = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if base64.b64encode(raw).decode() == encoded else None
