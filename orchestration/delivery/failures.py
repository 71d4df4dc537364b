"""Failures of destinations, in the platform's tree of verdicts."""

from __future__ import annotations

from contract.platform.failures import TransientFailure


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
