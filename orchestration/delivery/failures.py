"""Failures of destinations, in the platform's tree of verdicts."""

from __future__ import annotations

from contract.platform.failures import TransientFailure
from contract.platform.retry import RetryPolicy

RETRY_POLICY = RetryPolicy(jitter=0.5, max_retry_after=60.0)
"""Spec 2.3; a destination that asks for more than a minute is tried on the next run instead."""


class DestinationUnavailable(TransientFailure):
    """No usable answer: a dropped connection, a time-out, a 5xx, a 429. ``retry_after`` is in seconds, if the vendor said."""

    def __init__(self, problem: str, remedy: str, retry_after: float | None = None, code: str | None = None) -> None:
        super().__init__(problem, remedy)
        self.retry_after = retry_after
        self.code = code


class QuotaExceeded(DestinationUnavailable):
    """The vendor's allocation, or ours, is used up: trying again within minutes makes it worse."""


class CircuitOpen(TransientFailure):
    """The destination failed several times in a row and is left alone for a while."""


def is_worth_retrying(error: BaseException) -> bool:
    """Return whether a destination may answer within seconds."""
    return isinstance(error, DestinationUnavailable) and not isinstance(error, QuotaExceeded)
