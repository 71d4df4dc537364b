"""A first try and three more after 1, 2 and 4 seconds with jitter, or after what the vendor asks for (spec 2.3)."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt
from tenacity.wait import wait_exponential, wait_random

from orchestration.delivery.failures import DestinationUnavailable, QuotaExceeded

TRIES = 4
LONGEST_WAIT_SECONDS = 60.0
"""Whoever asks for longer is tried on the next run instead."""

Answer = TypeVar("Answer")
_BACKOFF = wait_exponential(multiplier=1, min=1, max=4) + wait_random(0, 0.5)


def call_with_retry(send: Callable[[], Answer], sleep: Callable[[float], None] = time.sleep) -> Answer:
    """The answer of ``send``; its last ``DestinationUnavailable`` after four tries, or at once when waiting is no use."""
    retrying = Retrying(
        retry=retry_if_exception(_worth_waiting), wait=_wait, stop=stop_after_attempt(TRIES), sleep=sleep, reraise=True
    )
    return retrying(send)


def retry_after(header: str | None, now: datetime) -> float | None:
    """Seconds from both forms of the header (RFC 9110, 10.2.3); None when there is none, or none that can be read."""
    if not header:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())


def _worth_waiting(error: BaseException) -> bool:
    if not isinstance(error, DestinationUnavailable) or isinstance(error, QuotaExceeded):
        return False
    return (error.retry_after or 0) <= LONGEST_WAIT_SECONDS


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, DestinationUnavailable) else None
    return _BACKOFF(state) if asked is None else asked
