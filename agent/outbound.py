"""Requests to vendors while a caller waits: a first try and three more (spec README: 2.3), and never longer than they can bear."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache

import httpx
import stamina

from contract.platform.failures import PermanentFailure, TransientFailure

Send = Callable[[httpx.AsyncClient], Awaitable[httpx.Response]]

TRIES = 4
TOTAL_SECONDS = 8.0
_RATE_LIMITED = 429
_REFUSED = (401, 403)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Seconds: of one try, of all tries with their waits, and of the first wait, which doubles; jitter is a tenth of it."""

    one_try: float
    total: float = TOTAL_SECONDS
    first_wait: float = 1.0


class _VendorUnavailable(TransientFailure):
    """``retry_after`` is what the vendor asked for, in seconds."""

    def __init__(self, problem: str, retry_after: float | None = None) -> None:
        super().__init__(problem, "Try again later.")
        self.retry_after = retry_after


async def ask(vendor: str, send: Send, retry_policy: RetryPolicy, *, accept: Iterable[int] = ()) -> httpx.Response:
    """The vendor's answer: a 2xx, or a status in ``accept``.

    ``TransientFailure`` when it stays away (429, 5xx, time-out, no connection) or the next try would start after the total bound;
    ``PermanentFailure`` when it refuses the key or the request. Messages name the vendor and the status, never the content.
    """
    deadline = asyncio.get_running_loop().time() + retry_policy.total
    jitter = retry_policy.first_wait / 10
    retries = iter(range(TRIES))

    def worth(error: Exception) -> bool | float:
        if not isinstance(error, _VendorUnavailable):
            return False
        wait = retry_policy.first_wait * 2 ** next(retries)
        left = deadline - asyncio.get_running_loop().time()
        if max(wait + jitter, error.retry_after or 0.0) >= left:
            return False
        return error.retry_after if error.retry_after is not None and error.retry_after > wait else True

    waits = {"wait_initial": retry_policy.first_wait, "wait_max": 4 * retry_policy.first_wait + jitter, "wait_jitter": jitter}
    async with httpx.AsyncClient(verify=_tls(), timeout=None, follow_redirects=False) as client:  # noqa: S113 each try has its own bound
        async for attempt in stamina.retry_context(on=worth, attempts=TRIES, timeout=None, **waits):
            with attempt:
                left = deadline - asyncio.get_running_loop().time()
                return await _once(vendor, send, client, min(retry_policy.one_try, left), tuple(accept))
    raise AssertionError("stamina raises after the last try")


async def _once(vendor: str, send: Send, client: httpx.AsyncClient, seconds: float, accept: tuple[int, ...]) -> httpx.Response:
    try:
        async with asyncio.timeout(seconds):
            answer = await send(client)
    except TimeoutError as error:
        raise _VendorUnavailable(f"{vendor} did not answer in time.") from error
    except httpx.TransportError as error:
        raise _VendorUnavailable(f"{vendor} cannot be reached ({type(error).__name__}).") from error
    if answer.is_success or answer.status_code in accept:
        return answer
    raise _failure(vendor, answer)


def _failure(vendor: str, answer: httpx.Response) -> TransientFailure | PermanentFailure:
    """Google tells of its rate limits with 403 too, under reasons that end in ``ateLimitExceeded``."""
    status = answer.status_code
    if status == _RATE_LIMITED or answer.is_server_error or (status in _REFUSED and "ateLimitExceeded" in answer.text):
        return _VendorUnavailable(f"{vendor} answered {status}.", _retry_after(answer.headers))
    if status in _REFUSED:
        return PermanentFailure(f"{vendor} refused the key ({status}).", "Check the key and what it may do.")
    return PermanentFailure(f"{vendor} refused the request ({status}).", "Compare the request with the vendor's documentation.")


def _retry_after(headers: httpx.Headers) -> float | None:
    """Both forms of RFC 9110 10.2.3; a date is measured against the answer's own."""
    value = headers.get("retry-after", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        return max((parsedate_to_datetime(value) - parsedate_to_datetime(headers["date"])).total_seconds(), 0.0)
    except (ValueError, TypeError, KeyError):
        return None


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()
