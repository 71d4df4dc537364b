"""Build the conversation quality report (spec 3.3); ``overall`` is what the platform calls the engagement score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from analyzers.advice import Advice
from analyzers.availability import words_missing
from analyzers.call import AnnotatedCall
from analyzers.content_gaps.models import ContentGapReport
from analyzers.conversation_quality.dialogue import (
    active_listening,
    agent_effectiveness,
    count,
    ending_without_words,
    interruption_contexts,
    natural_ending,
    questions_answered,
    replies,
)
from analyzers.conversation_quality.measured import dead_air, interruptions, turn_balance
from analyzers.conversation_quality.models import AgentEffectiveness, ConversationQualityReport, QualityMetric, QualityMetrics
from analyzers.conversation_quality.mood import progression, satisfaction
from analyzers.conversation_quality.remarks import (
    frustration,
    improvements,
    open_questions,
    rated,
    red_flags,
    resolution,
    strengths,
)
from analyzers.language.annotations import ActKind
from analyzers.sentiment.report import SentimentReport
from analyzers.targets import QualityTargets, Targets, weighted
from contract.reference import Reference

__all__ = ["ConversationQualityReport", "conversation_quality"]


class AgreedSteps(Protocol):
    """States what this analyzer needs of the action item report: whether anything was agreed."""

    @property
    def items(self) -> Sequence[object]: ...

    @property
    def next_steps(self) -> Sequence[object]: ...


def conversation_quality(
    call: AnnotatedCall, reference: Reference, sentiment: SentimentReport, content_gaps: ContentGapReport, action_items: AgreedSteps
) -> ConversationQualityReport:
    """Report how the conversation went; ``overall`` is the weighted mean of what was measured, without the satisfaction proxy.

    The satisfaction proxy is computed from ``overall`` and is therefore not part of it.
    """
    targets, advice = reference.table(Targets).quality, reference.table(Advice)
    missing = words_missing(call)
    reason = missing or (None if call.annotations.utterances and sentiment.status == "ok" else sentiment.reason)
    agreed = bool(action_items.items or action_items.next_steps)
    metrics = _without_words(call, sentiment, missing, targets) if missing else _with_words(call, sentiment, agreed, targets)
    scores = {name: metric.score for name, metric in metrics.items()}
    mean = None if reason else weighted(scores, targets.weights)
    overall = None if mean is None else round(mean, 1)
    answered = questions_answered(call)
    metrics["user_satisfaction"] = satisfaction(overall, sentiment, answered, targets)
    known = rated(metrics, targets.weights)
    return ConversationQualityReport(
        status="unavailable" if reason else "ok",
        reason=reason,
        overall=overall,
        metrics=QualityMetrics.model_validate(metrics),
        acknowledgements=None if missing else count(call, ActKind.ACKNOWLEDGEMENT, "agent"),
        build_ons=None if missing else count(call, ActKind.BUILD_ON, "agent"),
        clarifications=None if missing else count(call, ActKind.CLARIFICATION, "agent"),
        interruption_contexts=interruption_contexts(call, understood=missing is None),
        red_flags=(
            *red_flags(known, advice),
            *frustration(sentiment, targets.frustration_markers, advice),
            *open_questions(answered, advice),
        ),
        strengths=(*strengths(known, advice), *resolution(answered, advice)),
        recommendations=improvements(known, advice),
    )


def _measured(call: AnnotatedCall, targets: QualityTargets) -> dict[str, QualityMetric]:
    interrupted = interruptions(call.document, targets)
    return {
        "turn_balance": turn_balance(call.document, targets),
        "interruptions": interrupted.total,
        "interruptions_per_minute": interrupted.per_minute,
        "dead_air_percentage": dead_air(call.document, targets),
    }


def _with_words(call: AnnotatedCall, sentiment: SentimentReport, agreed: bool, targets: QualityTargets) -> dict[str, QualityMetric]:
    pairs = replies(call)
    asked = {role: count(call, ActKind.QUESTION, role) for role in ("user", "agent")}
    return _measured(call, targets) | {
        "user_questions": QualityMetric.counted(asked["user"], None),
        "agent_questions": QualityMetric.counted(asked["agent"], None),
        "total_questions": QualityMetric.within(asked["user"] + asked["agent"], targets.total_questions, ""),
        "active_listening": active_listening(pairs, targets),
        "natural_ending": natural_ending(call, agreed, targets),
        "sentiment_progression": progression(sentiment, targets),
        "agent_effectiveness": agent_effectiveness(call, pairs, targets),
    }


def _without_words(
    call: AnnotatedCall, sentiment: SentimentReport, reason: str, targets: QualityTargets
) -> dict[str, QualityMetric]:
    unknown = QualityMetric.counted(None, reason)
    nothing = {"question_resolution": None, "response_appropriateness": None, "tool_effectiveness": None}
    effectiveness: Mapping[str, object] = unknown.model_dump() | nothing | {"target": targets.agent_effectiveness.target}
    return _measured(call, targets) | {
        "user_questions": unknown,
        "agent_questions": unknown,
        "total_questions": QualityMetric.within(None, targets.total_questions, reason),
        "active_listening": QualityMetric.within(None, targets.active_listening, reason),
        "natural_ending": ending_without_words(call, reason, targets),
        "sentiment_progression": progression(sentiment, targets),
        "agent_effectiveness": AgentEffectiveness.model_validate(effectiveness),
    }
