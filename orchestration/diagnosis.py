"""Define one line of the output of ``voice doctor``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Diagnosis:
    """The result of one check; ``remedy`` says what to do when it is not ``ok``."""

    subject: str
    ok: bool
    found: str
    remedy: str | None = None
