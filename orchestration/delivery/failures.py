"""Define the failures of destinations, in the platform's tree of verdicts."""

from __future__ import annotations

from contract.platform.failures import TransientFailure
from contract.platform.retry import RetryPolicy

RETRY_POLICY = RetryPolicy(jitter=0.5, max_retry_after=60.0)
"""Spec 2.3; a destination that asks for more than a minute is retried on the next run instead."""
NEXT_RUN = "It is retried on the next run."
"""Remedy of failures that need no action."""


class DestinationUnavailable(TransientFailure):
    """The destination gave no usable answer (connection, time-out, 5xx, 429). ``retry_after`` is in seconds, if it was given."""

    def __init__(self, problem: str, remedy: str, retry_after: float | None = None, code: str | None = None) -> None:
        super().__init__(problem, remedy)
        self.retry_after = retry_after
        self.code = code


class QuotaExceeded(DestinationUnavailable):
    """The vendor's allocation or the configured budget is used up: retrying within minutes makes it worse."""


class CircuitOpen(TransientFailure):
    """The destination failed several times in a row; nothing is sent to it for a while."""


def is_worth_retrying(error: BaseException) -> bool:
    """Return whether a retry may succeed within seconds."""
    return isinstance(error, DestinationUnavailable) and not isinstance(error, QuotaExceeded)
