"""The shape of the objection and competitor report (spec 3.5); names as ``docs/reports.md``."""

from __future__ import annotations

from typing import Literal

from analyzers.availability import Availability
from analyzers.evidence import ExtractedFact, ReportModel
from analyzers.sales_intelligence.models import CompetitorMention, ObjectionFact

Aspect = Literal["features", "pricing", "general"]
BarrierKind = Literal["technical", "contractual", "organizational", "cost"]


class PrioritisedObjection(ObjectionFact):
    """``rank`` 1 is to be handled first: open blockers, then open concerns, then what the caller has accepted."""

    rank: int


class CompetitorIntelligence(CompetitorMention):
    """What the caller holds for and against the product."""

    strengths_named: tuple[str, ...] = ()
    weaknesses_named: tuple[str, ...] = ()


class ComparisonRequestFact(ExtractedFact):
    """``competitor`` is null when the caller asks for a comparison without naming a product."""

    competitor: str | None
    aspect: Aspect


class SwitchingBarrierFact(ExtractedFact):
    kind: BarrierKind
    topic: str
    mitigation: str | None = None


class TalkingPoint(ReportModel):
    """``about`` is the objection topic or competitor it answers."""

    about: str
    point: str


class Battlecard(ReportModel):
    """A card a salesperson should open: which product, where, and what in the call calls for it."""

    competitor: str
    url: str | None
    trigger: str


class ObjectionsCompetitorsReport(Availability):
    objections: tuple[PrioritisedObjection, ...] = ()
    competitors: tuple[CompetitorIntelligence, ...] = ()
    comparison_requests: tuple[ComparisonRequestFact, ...] = ()
    switching_barriers: tuple[SwitchingBarrierFact, ...] = ()
    talking_points: tuple[TalkingPoint, ...] = ()
    battlecards: tuple[Battlecard, ...] = ()
