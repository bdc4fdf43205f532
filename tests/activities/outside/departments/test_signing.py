"""Signed messages: what verifies, and that nothing altered ever does."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities.outside.departments.signing import (
    ID,
    SIGNATURE,
    TIMESTAMP,
    TOLERANCE,
    Algorithm,
    Fault,
    NotSigned,
    Signed,
    secret_of,
    signed,
    verified,
)

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
NEW, OLD, OTHER = (secret_of(bytes([n]) * 32) for n in (1, 2, 3))
BODY = b'{"task":"T","outcome":"pass"}'

bodies = st.binary(max_size=200)
ids = st.from_regex(r"[A-Za-z0-9_-]{1,40}", fullmatch=True)
algorithms = st.sampled_from(Algorithm)


def message(body: bytes = BODY, *, secret: str = NEW, at: datetime = NOW) -> dict[str, str]:
    return signed(body, name="msg_1", at=at, secret=secret, algorithm=Algorithm.SHA256)


def fault(
    headers: dict[str, str],
    body: bytes = BODY,
    *,
    secrets: tuple[str, ...] = (NEW, OLD),
    algorithm: Algorithm = Algorithm.SHA256,
    now: datetime = NOW,
) -> Fault | None:
    """Why it is not taken; None where it is."""
    try:
        verified(headers, body, secrets=secrets, algorithm=algorithm, now=now)
    except NotSigned as refused:
        return refused.fault
    return None


class TestWhatVerifies:
    @given(body=bodies, name=ids, algorithm=algorithms)
    def test_any_signed_message_verifies_as_what_it_is(
        self, body: bytes, name: str, algorithm: Algorithm
    ) -> None:
        headers = signed(body, name=name, at=NOW, secret=NEW, algorithm=algorithm)
        found = verified(headers, body, secrets=[NEW], algorithm=algorithm, now=NOW)
        assert found == Signed(id=name, at=NOW)

    def test_the_signature_is_that_of_standard_webhooks(self) -> None:
        key = base64.b64decode(NEW.removeprefix("whsec_"))
        said = f"msg_1.{int(NOW.timestamp())}.".encode() + BODY
        expected = base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
        assert message()[SIGNATURE] == f"v1,{expected}"

    def test_a_signature_by_sm3_says_so_and_differs(self) -> None:
        headers = signed(BODY, name="msg_1", at=NOW, secret=NEW, algorithm=Algorithm.SM3)
        kind, _, mac = headers[SIGNATURE].partition(",")
        assert kind == "v1sm3"
        assert mac != message()[SIGNATURE].partition(",")[2]
        assert fault(headers, algorithm=Algorithm.SM3) is None

    def test_hmac_by_sm3_is_built_from_the_hash_as_rfc_2104_says(self) -> None:
        key = base64.b64decode(NEW.removeprefix("whsec_"))
        said = f"msg_1.{int(NOW.timestamp())}.".encode() + BODY
        sm3 = "sm3" if "sm3" in hashlib.algorithms_available else None
        if sm3 is None:
            pytest.skip("this Python's OpenSSL has no SM3 to compare with")
        expected = base64.b64encode(hmac.new(key, said, sm3).digest()).decode()
        headers = signed(BODY, name="msg_1", at=NOW, secret=NEW, algorithm=Algorithm.SM3)
        assert headers[SIGNATURE] == f"v1sm3,{expected}"

    def test_one_right_signature_among_several_is_enough(self) -> None:
        headers = message()
        several = f"v1,{message(secret=OTHER)[SIGNATURE][3:]} v2,x v1,!! {headers[SIGNATURE]}"
        assert fault({**headers, SIGNATURE: several}) is None

    def test_both_active_secrets_verify_and_a_retired_one_does_not(self) -> None:
        assert fault(message(secret=NEW)) is None
        assert fault(message(secret=OLD)) is None
        assert fault(message(secret=OTHER)) is Fault.INVALID
        assert fault(message(secret=OTHER), secrets=(NEW, OLD, OTHER)) is Fault.INVALID

    @pytest.mark.parametrize("distance", [-TOLERANCE, timedelta(0), TOLERANCE])
    def test_five_minutes_either_way_are_borne(self, distance: timedelta) -> None:
        assert fault(message(at=NOW + distance)) is None


class TestWhatDoesNot:
    @given(body=bodies, other=bodies, algorithm=algorithms)
    def test_an_altered_body(self, body: bytes, other: bytes, algorithm: Algorithm) -> None:
        headers = signed(body, name="msg_1", at=NOW, secret=NEW, algorithm=algorithm)
        if body != other:
            assert fault(headers, other, algorithm=algorithm) is Fault.INVALID

    @given(name=st.text(min_size=1, max_size=20), body=bodies)
    def test_an_altered_id(self, name: str, body: bytes) -> None:
        headers = message(body)
        if name != headers[ID]:
            assert fault({**headers, ID: name}, body) is Fault.INVALID

    @given(seconds=st.integers(-400, 400).filter(bool), body=bodies)
    def test_an_altered_timestamp(self, seconds: int, body: bytes) -> None:
        headers = message(body)
        moved = str(int(headers[TIMESTAMP]) + seconds)
        assert fault({**headers, TIMESTAMP: moved}, body) is Fault.INVALID

    @given(signature=st.text(min_size=1, max_size=80), body=bodies)
    def test_an_invented_signature(self, signature: str, body: bytes) -> None:
        assert fault({**message(body), SIGNATURE: signature}, body) is Fault.INVALID
        assert fault({**message(body), SIGNATURE: f"v1,{signature}"}, body) is Fault.INVALID

    @given(place=st.integers(0, 31), bit=st.integers(0, 7), body=bodies)
    def test_a_signature_with_one_bit_turned(self, place: int, bit: int, body: bytes) -> None:
        headers = message(body)
        raw = bytearray(base64.b64decode(headers[SIGNATURE][3:]))
        raw[place] ^= 1 << bit
        altered = f"v1,{base64.b64encode(bytes(raw)).decode()}"
        assert fault({**headers, SIGNATURE: altered}, body) is Fault.INVALID

    @given(head=st.from_regex(r"[0-9]{1,10}", fullmatch=True), rest=bodies)
    def test_the_parts_cannot_be_cut_elsewhere(self, head: str, rest: bytes) -> None:
        headers = message(head.encode() + b"." + rest)
        moved = {**headers, ID: f"{headers[ID]}.{headers[TIMESTAMP]}", TIMESTAMP: head}
        assert fault(moved, rest) is Fault.INVALID

    @pytest.mark.parametrize("header", [ID, TIMESTAMP, SIGNATURE])
    def test_a_header_that_is_missing(self, header: str) -> None:
        headers = message()
        del headers[header]
        assert fault(headers) is Fault.MISSING

    def test_a_signature_by_the_algorithm_that_was_not_agreed_on(self) -> None:
        assert fault(message(), algorithm=Algorithm.SM3) is Fault.INVALID

    def test_one_that_is_too_old_or_from_the_future(self) -> None:
        late = timedelta(seconds=1)
        assert fault(message(at=NOW - TOLERANCE - late)) is Fault.STALE
        assert fault(message(at=NOW + TOLERANCE + late)) is Fault.FUTURE

    def test_a_forged_one_is_not_told_that_it_is_late(self) -> None:
        assert fault(message(secret=OTHER, at=NOW - timedelta(days=1))) is Fault.INVALID

    def test_without_any_secret_nothing_verifies(self) -> None:
        assert fault(message(), secrets=()) is Fault.INVALID
        assert fault(message(), secrets=("", "whsec_", "plain")) is Fault.INVALID


class TestSecrets:
    @pytest.mark.parametrize("secret", ["", "plain", "whsec_", "whsec_c2hvcnQ=", "whsec_ä"])
    def test_what_is_no_secret_or_too_short_signs_nothing(self, secret: str) -> None:
        with pytest.raises(ValueError, match="not a secret"):
            message(secret=secret)

    @pytest.mark.parametrize("name", ["", "a.b", "a b", "ä", "x" * 81])
    def test_what_is_no_id_is_not_signed(self, name: str) -> None:
        with pytest.raises(ValueError, match="not a message id"):
            signed(BODY, name=name, at=NOW, secret=NEW, algorithm=Algorithm.SHA256)
