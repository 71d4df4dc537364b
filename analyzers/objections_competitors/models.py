"""Define the shape of the objection and competitor report (spec 3.5); names as in ``docs/reports.md``."""

from __future__ import annotations

from typing import Literal

from analyzers.availability import Availability
from analyzers.evidence import ExtractedFact, LabelledFact, ReportModel
from analyzers.sales_intelligence.models import CompetitorMention, ObjectionFact

Aspect = Literal["features", "pricing", "general"]
BarrierKind = Literal["technical", "contractual", "organizational", "cost"]


class PrioritisedObjection(ObjectionFact):
    """Ranks an objection; ``rank`` 1 is to be handled first: open blockers, then open concerns, then what was accepted."""

    rank: int


class CompetitorIntelligence(CompetitorMention):
    """Holds what the caller says for and against a competing product."""

    strengths_named: tuple[str, ...] = ()
    weaknesses_named: tuple[str, ...] = ()


class ComparisonRequestFact(ExtractedFact):
    """Records a request to compare; ``competitor`` is null when the caller names no product."""

    competitor: str | None
    aspect: Aspect


class SwitchingBarrierFact(LabelledFact):
    kind: BarrierKind
    topic: str
    mitigation: str | None = None


class TalkingPoint(ReportModel):
    """Suggests a line; ``about`` is the objection topic or competitor it answers."""

    about: str
    point: str


class Battlecard(ReportModel):
    """Names a card a salesperson should open: which product, where, and what in the call calls for it."""

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
