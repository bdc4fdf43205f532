"""The treasury over HTTP: instructions in batches, receipts by key, the statement in pages.

Every key is an idempotency key over there, so a call that was not answered is made again, some
times and a little later each time; then the treasury counts as away. Accounts go in bodies, and
neither they nor anything of an answer is logged.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import TypeVar

import httpx2
import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from activities.outside.payments.treasury import (
    MOST,
    Line,
    Payment,
    PaymentDiffers,
    PaymentRefused,
    Receipt,
    TreasuryAway,
    TreasuryRefused,
)

log = structlog.get_logger(__name__)

TIMEOUT = 20.0
_PAUSES = (0.2, 0.6, 1.5)
# Of the refusals, what another try may mend.
_AGAIN = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})
# And what lies in the payments that were told, not in who tells them or where.
_REFUSALS: Mapping[int, type[TreasuryRefused]] = {
    HTTPStatus.BAD_REQUEST: PaymentRefused,
    HTTPStatus.CONFLICT: PaymentDiffers,
    HTTPStatus.UNPROCESSABLE_ENTITY: PaymentRefused,
}


class _Receipts(BaseModel):
    model_config = ConfigDict(extra="ignore")

    receipts: tuple[Receipt, ...]


class _Statement(BaseModel):
    model_config = ConfigDict(extra="ignore")

    lines: tuple[Line, ...]


_Said = TypeVar("_Said", bound=BaseModel)


class HttpTreasury:
    """`Treasury` over HTTP. `sleep` waits between two tries."""

    def __init__(
        self,
        base: str,
        *,
        token: str = "",
        timeout: float = TIMEOUT,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        # The treasury is named by the settings; a proxy of the environment is not meant for it.
        self._http = httpx2.AsyncClient(
            base_url=base.rstrip("/"), headers=headers, timeout=timeout, trust_env=False
        )
        self._timeout = timeout
        self._sleep = sleep

    async def pay(self, payments: Sequence[Payment]) -> Mapping[str, Receipt]:
        """As `Treasury.pay`. What is answered about other keys than these is passed over."""
        assert len(payments) <= MOST
        body = {"payments": [payment.model_dump(mode="json") for payment in payments]}
        return await self._receipts("/instructions", body, {p.key: p.fen for p in payments})

    async def receipts(
        self, keys: Sequence[str], fens: Mapping[str, int] | None = None
    ) -> Mapping[str, Receipt]:
        """As `Treasury.receipts`."""
        assert len(keys) <= MOST
        sums = {key: (fens or {}).get(key) for key in keys}
        return await self._receipts("/receipts", {"keys": list(keys)}, sums)

    async def statement(self, project: str, *, after: str = "") -> Sequence[Line]:
        """As `Treasury.statement`."""
        said = await self._asked("/statement", {"project": project, "after": after})
        return _understood(_Statement, said).lines

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    async def _receipts(
        self, path: str, body: Mapping[str, object], keys: Mapping[str, int | None]
    ) -> Mapping[str, Receipt]:
        """By key; told twice, a key is in it once. Another sum than was asked is no receipt."""
        receipts = _understood(_Receipts, await self._asked(path, body)).receipts
        known = {receipt.key: receipt for receipt in receipts if receipt.key in keys}
        wrong = sum(keys[key] not in (None, receipt.fen) for key, receipt in known.items())
        if wrong:
            log.error("treasury_sums_differ", path=path, receipts=wrong)
            raise PaymentDiffers
        return known

    async def _asked(self, path: str, body: Mapping[str, object]) -> bytes:
        """Raises `TreasuryAway` when it did not answer however often it was asked."""
        why = ""
        for pause in (*_PAUSES, None):
            try:
                async with asyncio.timeout(self._timeout):
                    answer = await self._http.post(path, json=body)
            except (httpx2.HTTPError, TimeoutError) as error:
                why = type(error).__name__
            else:
                if answer.status_code == HTTPStatus.OK:
                    return answer.content
                why = str(answer.status_code)
                if answer.is_client_error and answer.status_code not in _AGAIN:
                    log.error("treasury_refused", path=path, status=answer.status_code)
                    raise _REFUSALS.get(answer.status_code, TreasuryRefused)
            if pause is not None:
                await self._sleep(pause)
        log.warning("treasury_away", path=path, reason=why)
        raise TreasuryAway


def _understood(model: type[_Said], said: bytes) -> _Said:
    try:
        return model.model_validate_json(said)
    except ValidationError:
        # Its text quotes the answer.
        log.warning("treasury_not_understood", model=model.__name__.strip("_").lower())
        raise TreasuryAway from None
