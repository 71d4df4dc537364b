"""Why one transcript could not be annotated by OpenAI. ``reason`` is what is recorded beside the annotations that stand in.

Everything here lets the rest of the batch go on; a wrong key or model is a ``ConfigurationFailure`` and stops it.
"""

from __future__ import annotations

import re

from contract.platform.failures import PermanentFailure, TransientFailure

_CODE = re.compile(r"[a-z0-9_]{1,60}")
_UNAVAILABLE = re.compile(r"http_\d+|timeout|unreachable|unreadable_response|insufficient_quota|server_error|rate_limit_exceeded")
"""Reasons of ``EngineUnavailable``; the others are of one transcript, or of the day's ceiling."""


def is_unavailability(reason: str) -> bool:
    """Return whether a recorded reason means that the service did not work, and not that it refused one transcript."""
    return _UNAVAILABLE.fullmatch(reason) is not None


class EngineUnavailable(TransientFailure):
    """The service did not answer, or asked for patience: worth another try. ``retry_after`` is what it asked for, in seconds.

    ``billed_unknown``: the request may have been worked on and paid for, as after a time-out.
    """

    def __init__(self, reason: str, retry_after: float | None = None, *, billed_unknown: bool = False) -> None:
        super().__init__(f"OpenAI is away ({reason}).", "Try again later; the sessions are marked for it.")
        self.reason = reason
        self.retry_after = retry_after
        self.billed_unknown = billed_unknown


class Unusable(PermanentFailure):
    """An answer that asking again as it stands will not better: refusal, cut off, malformed twice, request not accepted."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"OpenAI gave no usable answer ({reason}).", "The embedded engine stands in; see docs/understanding.md.")
        self.reason = reason


class CeilingReached(PermanentFailure):
    """The day's money is spent, or would be by this request."""

    reason = "cost_ceiling"

    def __init__(self, ceiling_usd: float) -> None:
        super().__init__(
            f"The daily ceiling of {ceiling_usd:.2f} USD for OpenAI is reached.",
            "Raise VOICE_OPENAI_DAILY_USD or wait for the next UTC day.",
        )


EngineFailure = EngineUnavailable | Unusable | CeilingReached


def code(value: object) -> str:
    """A code of the service as part of a reason; anything that is not one, and might hold what was said, is left out."""
    return value if isinstance(value, str) and _CODE.fullmatch(value) else "unknown"
