"""Predict the caller's overall sentiment and its trend from the whole call, not as a mean of its words (spec 3.4).

Most callers say little of what they feel. Which facts they tell, what stays open, how the moods lie and what the agent offers or
regrets tells more than adjectives do, so the fitted verdicts of ``analyzers.whole_call`` decide, unless the engine judged the call.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from analyzers.call import AnnotatedCall
from analyzers.language.annotations import SentimentLabel, Trend
from analyzers.likelihoods import Likelihoods
from analyzers.targets import SentimentTargets

LABELS: Mapping[str, SentimentLabel] = {"positive": "positive", "neutral": "neutral", "negative": "negative"}
TRENDS: Mapping[str, Trend] = {"improving": "improving", "stable": "stable", "declining": "declining"}


_LITTLE_SAID = 0.5
"""Confidence that a call of a few words without a plain mood is neutral: it may as well be anything else."""


class Judgement(NamedTuple):
    label: SentimentLabel
    confidence: float


def settled(call: AnnotatedCall) -> Judgement | None:
    """Return what the engine judges of the whole call; None for an engine that judges none."""
    found = call.annotations.judgement
    if found is None or found.sentiment is None:
        return None
    return Judgement(found.sentiment, found.sentiment_confidence or 0.0)


def judged(score: float, chances: Likelihoods | None, targets: SentimentTargets) -> Judgement:
    """Return the likeliest label and its probability; a mean score far from neutral decides by itself.

    Without probabilities, for a call of too few words to be like those they were fitted on, the mean score alone decides.
    """
    if abs(score) >= targets.plain_mean:
        return Judgement("positive" if score > 0 else "negative", round(0.5 + abs(score) / 2, 4))
    if chances is None:
        return Judgement("neutral", _LITTLE_SAID)
    likeliest = max(LABELS, key=lambda label: chances[label])
    return Judgement(LABELS[likeliest], round(chances[likeliest], 4))


def settled_trend(call: AnnotatedCall) -> Trend | None:
    return call.annotations.judgement.trend if call.annotations.judgement else None


def judged_trend(chances: Likelihoods) -> Trend:
    return TRENDS[max(TRENDS, key=lambda label: chances[label])]
