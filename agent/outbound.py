"""Requests to vendors while a caller waits: a first try and three more (spec README: 2.3), and never longer than they can bear."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import cache

import httpx

from contract.platform.failures import PermanentFailure, TransientFailure
from contract.platform.retry import RetryAfterRule, RetryPolicy, acall_with_retry, http_date, retry_after

Send = Callable[[httpx.AsyncClient], Awaitable[httpx.Response]]

TOTAL_SECONDS = 8.0  # all tries of one request: callers take silence for a lost line after about ten seconds
_RATE_LIMITED = 429  # HTTP status
_REFUSED = (401, 403)  # HTTP status: wrong or missing credentials


@dataclass(frozen=True, slots=True)
class TimeBounds:
    """Seconds: of one try, of all tries with their waits, and of the first wait, which doubles; jitter is a tenth of it."""

    one_try: float
    total: float = TOTAL_SECONDS
    first_wait: float = 1.0

    def retry_policy(self) -> RetryPolicy:
        return RetryPolicy(
            first_wait=self.first_wait,
            longest_wait=4 * self.first_wait,
            jitter=self.first_wait / 10,
            retry_after_rule=RetryAfterRule.AT_LEAST,
            total=self.total,
        )


class _VendorUnavailable(TransientFailure):
    """``retry_after`` is what the vendor asked for, in seconds."""

    def __init__(self, problem: str, retry_after: float | None = None) -> None:
        super().__init__(problem, "Try again later.")
        self.retry_after = retry_after


async def ask(vendor: str, send: Send, bounds: TimeBounds, *, accept: Iterable[int] = ()) -> httpx.Response:
    """The vendor's answer: a 2xx, or a status in ``accept``.

    ``TransientFailure`` when it stays away (429, 5xx, time-out, no connection) or the next try would start after the total bound;
    ``PermanentFailure`` when it refuses the key or the request. Messages name the vendor and the status, never the content.
    """
    clock = asyncio.get_running_loop().time
    async with httpx.AsyncClient(verify=_tls(), timeout=None, follow_redirects=False) as client:  # noqa: S113 each try has its own bound
        deadline = clock() + bounds.total

        async def send_once() -> httpx.Response:
            return await _once(vendor, send, client, min(bounds.one_try, deadline - clock()), tuple(accept))

        return await acall_with_retry(
            send_once, bounds.retry_policy(), lambda error: isinstance(error, _VendorUnavailable), clock=clock
        )


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
    """A date is measured against the answer's own."""
    return retry_after(headers.get("retry-after"), http_date(headers.get("date")))


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()
