"""One line of what ``voice doctor`` found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Diagnosis:
    """``remedy`` says what to do when it is not ``ok``."""

    subject: str
    ok: bool
    found: str
    remedy: str | None = None
