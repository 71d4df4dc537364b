"""Define the shape of the executive summary (spec 3.9); names as in ``docs/reports.md``."""

from __future__ import annotations

from typing import Literal

from analyzers.availability import Availability
from analyzers.evidence import Evidence, ReportModel
from analyzers.language.annotations import NextAction
from contract.document.tier import Tier

LeavingKind = Literal["rival", "cancels"]


class Outcome(ReportModel):
    """States the call's outcome; ``qualified`` is Tier 1 (``docs/mappings.md``)."""

    qualified: bool
    tier: Tier
    next_action: NextAction


class Risk(ReportModel):
    """Describes a risk; ``text`` is a plain sentence that quotes the caller in quotation marks, verbatim from ``evidence``."""

    kind: Literal["objection", "competitor", "budget", "timeline"]
    text: str
    evidence: tuple[Evidence, ...] = ()


class Opportunity(ReportModel):
    """Describes the opportunity in plain sentences that say what they were derived from; null where the call gives no ground."""

    deal_size: str | None = None
    expansion: str | None = None
    referral: str | None = None
    strategic_value: str | None = None


class RecommendedAction(ReportModel):
    kind: Literal["call", "email", "demo", "quote"]
    action: str
    owner: Literal["account_executive", "sales", "marketing", "support"]
    timing: str
    talking_points: tuple[str, ...] = ()


class ExecutiveSummary(Availability):
    """Holds the summary and what follows from it; every part is null when the words are missing.

    ``summary`` is two or three paragraphs of prose separated by blank lines. ``leaving`` says where a caller goes who has chosen
    another product or ends what they have with us.
    """

    outcome: Outcome | None = None
    leaving: LeavingKind | None = None
    summary: str | None = None
    key_takeaways: tuple[str, ...] = ()
    risks: tuple[Risk, ...] = ()
    opportunity: Opportunity | None = None
    recommended_action: RecommendedAction | None = None
