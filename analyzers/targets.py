"""Read ``data/targets.yml``: the thresholds, weights and grades that turn a measured figure into a status and a score."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from contract.reference import ReferenceTable

MetricStatus = Literal["good", "warning", "poor", "measured", "unavailable"]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Band(_Entry):
    """States where a figure is good, where it is poor, and how its 0-10 score falls off in between."""

    target: str
    at_least: float | None = None
    at_most: float | None = None
    below: float | None = None
    poor_below: float | None = None
    poor_above: float | None = None
    zero_low: float | None = None
    zero_high: float | None = None

    def good(self, value: float) -> bool:
        return (
            (self.at_least is None or value >= self.at_least)
            and (self.at_most is None or value <= self.at_most)
            and (self.below is None or value < self.below)
        )

    def status(self, value: float | None) -> MetricStatus:
        """Return the status of a figure; ``unavailable`` when it was not measured."""
        if value is None:
            return "unavailable"
        if self.good(value):
            return "good"
        too_low = self.poor_below is not None and value < self.poor_below
        too_high = self.poor_above is not None and value > self.poor_above
        return "poor" if too_low or too_high else "warning"

    def score(self, value: float | None) -> float | None:
        """Return a score from 0 to 10, or None for a figure that was not measured."""
        if value is None:
            return None
        if self.good(value):
            return 10.0
        high = self.at_most if self.at_most is not None else self.below
        if high is not None and value >= high:
            return _fall(value - high, self.zero_high, high)
        low = self.at_least if self.at_least is not None else 0.0
        return _fall(low - value, self.zero_low, low)


def _fall(distance: float, zero: float | None, edge: float) -> float:
    reach = abs(zero - edge) if zero is not None else 0.0
    return max(0.0, 10.0 * (1 - distance / reach)) if reach else 0.0


class LatencyTargets(_Entry):
    reply: Band
    average: Band
    p95: Band
    p99: Band


class ComponentTargets(_Entry):
    eou_delay: Band
    llm_ttft: Band
    tts_ttfb: Band


class Grade(_Entry):
    grade: str
    at_least: float


class PerformanceTargets(_Entry):
    weights: Mapping[str, float]
    error_rate: Band
    failed_call_cap: float
    tokens_per_turn: Band
    completion_per_turn: Band
    grades: tuple[Grade, ...]

    def grade(self, score: float | None) -> str | None:
        """Return the first grade whose threshold the score reaches; None without a score."""
        return next((g.grade for g in self.grades if score is not None and score >= g.at_least), None)


class LineLimits(_Entry):
    """Limits a connection category: the line must stay below both, packet loss in percent and jitter in milliseconds."""

    packet_loss: float
    jitter: float


class ConnectionLimits(_Entry):
    excellent: LineLimits
    good: LineLimits
    fair: LineLimits


class AnomalyTargets(_Entry):
    spike_ratio: float
    burst_errors: int
    burst_seconds: float
    recurring_errors: int


class SatisfactionWeights(_Entry):
    """Weighs the parts of the satisfaction proxy; ``calm`` and ``slope`` turn the mean sentiment into a share of 1."""

    weights: Mapping[str, float]
    calm: float
    slope: float


class QualityTargets(_Entry):
    turn_balance: Band
    total_questions: Band
    active_listening: Band
    interruptions: Band
    interruptions_per_minute: Band
    dead_air_percentage: Band
    user_satisfaction: Band
    satisfaction: SatisfactionWeights
    agent_effectiveness: Band
    gap_seconds: float
    frustration_markers: int
    ending_items: int
    clear_goodbye: float
    improper_disconnects: tuple[str, ...]
    progression_scores: Mapping[str, float]
    ending_weights: Mapping[str, float]
    effectiveness_weights: Mapping[str, float]
    weights: Mapping[str, float]


class SentimentTargets(_Entry):
    positive_from: float
    negative_to: float
    plain_mean: float
    plain_step: float
    strong_utterance: float
    follow_up_questions: int


class ContentTargets(_Entry):
    coverage: Band
    quality: Band
    similar: float
    similar_words: int
    meaning_distance: float
    same_question: float
    same_theme: float
    follow_up_seconds: float
    critical_categories: tuple[str, ...]
    impact_points: Mapping[str, int]
    top: int


class Targets(ReferenceTable):
    file: ClassVar[str] = "targets.yml"
    latency: LatencyTargets
    components: ComponentTargets
    performance: PerformanceTargets
    connection: ConnectionLimits
    anomalies: AnomalyTargets
    quality: QualityTargets
    sentiment: SentimentTargets
    content: ContentTargets


def weighted(scores: Mapping[str, float | None], weights: Mapping[str, float]) -> float | None:
    """Return the weighted mean of what was measured; None when nothing was.

    A null drops out and the other weights are scaled up.
    """
    measured = [(value, weights[name]) for name, value in scores.items() if value is not None and weights.get(name, 0) > 0]
    total = sum(weight for _, weight in measured)
    return sum(value * weight for value, weight in measured) / total if total else None
