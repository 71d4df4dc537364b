"""State whether a report, or a part of one, could be made: ``unavailable`` always says why, and never comes as a zero."""

from __future__ import annotations

from typing import Literal

from analyzers.call import AnnotatedCall
from analyzers.evidence import ReportModel


class Availability(ReportModel):
    """Serves as the base of a report or part; ``reason`` is a short key such as ``no_transcript``, null when ``status`` is ok."""

    status: Literal["ok", "unavailable"] = "ok"
    reason: str | None = None


class Rate(ReportModel):
    """Holds a share between 0 and 1 and the number of cases it rests on; the share is null when there were none."""

    value: float | None
    n: int

    @classmethod
    def of(cls, hits: int, cases: int) -> Rate:
        return cls(value=round(hits / cases, 4) if cases else None, n=cases)


def words_missing(call: AnnotatedCall) -> str | None:
    """Return why reports that need words cannot be made for this call (contract: consent refused); None when they can."""
    if not call.document.words_kept:
        return "consent_refused"
    return call.annotations.unavailable
