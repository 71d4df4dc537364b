"""Define the shape of the lead score report (spec 3.2); names as in ``docs/reports.md``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from analyzers.availability import Availability
from analyzers.evidence import Evidence, ReportModel

Component = Literal["demographic", "behavioral", "firmographic", "intent", "fit"]
Temperature = Literal["hot", "warm", "nurture"]
Basis = Literal["said", "measured", "live_signals", "not_said"]


class Components(ReportModel):
    """Holds the whole points of each component; their sum is the total."""

    demographic: int = Field(ge=0, le=20)
    behavioral: int = Field(ge=0, le=25)
    firmographic: int = Field(ge=0, le=20)
    intent: int = Field(ge=0, le=20)
    fit: int = Field(ge=0, le=15)


class KeyFactor(ReportModel):
    """Explains one part of the score: ``points`` of at most ``of``.

    ``basis`` ``not_said`` marks what the call does not say: it gives no points, and what it does say counts more.
    """

    component: Component
    factor: str
    points: float
    of: float
    why: str
    basis: Basis
    evidence: tuple[Evidence, ...] = ()


class LeadScore(Availability):
    """Holds the score; ``components`` add up to ``total`` (0-100); all null when the words of the call are missing.

    The person's earlier score and what changed are the warehouse's: ``leads.previous_lead_score``, ``score_change_explanation``.
    """

    total: int | None = Field(default=None, ge=0, le=100)
    temperature: Temperature | None = None
    components: Components | None = None
    confidence: Literal["high", "medium", "low"] | None = None
    key_factors: tuple[KeyFactor, ...] = ()
