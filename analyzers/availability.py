"""Whether a report, or a part of one, could be made at all: ``unavailable`` always says why, and never comes as a zero."""

from __future__ import annotations

from typing import Literal

from analyzers.call import AnnotatedCall
from analyzers.evidence import ReportModel


class Availability(ReportModel):
    """Base of a report or part; ``reason`` is a short key such as ``no_transcript``, null when ``status`` is ok."""

    status: Literal["ok", "unavailable"] = "ok"
    reason: str | None = None


class Rate(ReportModel):
    """A share between 0 and 1 together with the number of cases it rests on; null when there were none."""

    value: float | None
    n: int

    @classmethod
    def of(cls, hits: int, cases: int) -> Rate:
        return cls(value=round(hits / cases, 4) if cases else None, n=cases)


def words_missing(call: AnnotatedCall) -> str | None:
    """Why reports that need words cannot be made for this call (contract: consent refused), or None when they can."""
    if not call.document.words_kept:
        return "consent_refused"
    return call.annotations.unavailable
