"""Define the shape of the conversation quality report (spec 3.3)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from analyzers.availability import Availability
from analyzers.evidence import Metric, ReportModel
from analyzers.language.annotations import SentimentLabel
from analyzers.targets import Band


class QualityMetric(Metric):
    """Adds a score to a metric: ``score`` is 0-10, ``n`` the cases behind a share; ``reason`` says why a value is null."""

    score: float | None = None
    n: int | None = None
    reason: str | None = None

    @classmethod
    def within(cls, value: float | None, band: Band, reason: str, n: int | None = None) -> QualityMetric:
        """Compare a figure with its band; the figure is rounded to 4 decimals."""
        score = band.score(value)
        return cls(
            value=None if value is None else round(value, 4),
            target=band.target,
            status=band.status(value),
            score=None if score is None else round(score, 2),
            n=n,
            reason=reason if value is None else None,
        )

    @classmethod
    def counted(cls, value: int | None, reason: str | None) -> QualityMetric:
        """Build a metric from a count that has no target of its own."""
        return cls(value=value, status="unavailable" if value is None else "measured", reason=reason if value is None else None)


class SilentGap(ReportModel):
    """Describes a silence longer than the limit, with the turns before and after it."""

    after_item_id: str
    before_item_id: str
    started_at: datetime
    seconds: float


class DeadAir(QualityMetric):
    """Measures silence between turns; ``rule`` says how it is counted."""

    rule: str
    seconds: float | None
    gaps: tuple[SilentGap, ...]


class NaturalEnding(QualityMetric):
    """States whether both said goodbye near the end and nothing cut the call off, with resolution and next steps beside it."""

    goodbye_by_user: bool | None
    goodbye_by_agent: bool | None
    resolved: bool | None
    next_steps: bool | None
    disconnect_reason: str


class SentimentProgression(QualityMetric):
    """Compares the first quarter with the last; ``value`` is the trend."""

    start: SentimentLabel | None
    end: SentimentLabel | None
    start_score: float | None
    end_score: float | None


class AgentEffectiveness(QualityMetric):
    """Holds shares between 0 and 1, null where the call offered no case to count."""

    question_resolution: float | None
    response_appropriateness: float | None
    tool_effectiveness: float | None


class QualityMetrics(ReportModel):
    turn_balance: QualityMetric
    user_questions: QualityMetric
    agent_questions: QualityMetric
    total_questions: QualityMetric
    active_listening: QualityMetric
    interruptions: QualityMetric
    interruptions_per_minute: QualityMetric
    dead_air_percentage: DeadAir
    natural_ending: NaturalEnding
    sentiment_progression: SentimentProgression
    user_satisfaction: QualityMetric
    agent_effectiveness: AgentEffectiveness


class InterruptionContext(ReportModel):
    """Describes an interruption: ``context`` comes from the words that interrupted; null when they were not understood."""

    timestamp: datetime | None
    item_id: str | None
    interrupting_item_id: str | None
    context: Literal["excitement", "frustration", "neutral"] | None


class Remark(ReportModel):
    """Describes a red flag or a strength; ``metric`` names what it rests on."""

    kind: str
    metric: str
    value: float | int | bool | str | None
    text: str


class Improvement(ReportModel):
    metric: str
    text: str


class ConversationQualityReport(Availability):
    """Holds the conversation quality report; what needs no words is always present.

    ``overall`` is null when the words were not understood or the caller said nothing.
    """

    overall: float | None
    metrics: QualityMetrics
    acknowledgements: int | None
    build_ons: int | None
    clarifications: int | None
    interruption_contexts: tuple[InterruptionContext, ...]
    red_flags: tuple[Remark, ...]
    strengths: tuple[Remark, ...]
    recommendations: tuple[Improvement, ...]
