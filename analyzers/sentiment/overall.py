"""Predict the caller's overall sentiment from the course of the call, not as a mean of its words (spec 3.4).

Most callers say little of what they feel. Whether objections stay open, the call ends in a step towards buying and both say
goodbye tells more than adjectives do, so a small linear model over ``course`` decides. It is fitted on labelled calls by
``python -m training.call_sentiment``.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, fsum
from typing import ClassVar, NamedTuple

from analyzers.call import AnnotatedCall
from analyzers.language.annotations import SentimentLabel
from contract.reference import ReferenceTable


class CallSentiment(ReferenceTable):
    """Holds the fitted model: per label the weight of each number of the course, and ``bias``.

    ``fitted`` says on what data and with what accuracy. From a mean score of ``plain_words`` away from neutral the words are
    clear enough to decide by themselves.
    """

    file: ClassVar[str] = "call_sentiment.yml"
    fitted: Mapping[str, str | int | float]
    plain_words: float
    weights: Mapping[SentimentLabel, Mapping[str, float]]


class Judgement(NamedTuple):
    label: SentimentLabel
    confidence: float


def settled(call: AnnotatedCall) -> Judgement | None:
    """Return what the engine judges of the whole call; None for an engine that judges none."""
    found = call.annotations.judgement
    if found is None or found.sentiment is None:
        return None
    return Judgement(found.sentiment, found.sentiment_confidence or 0.0)


def judged(numbers: Mapping[str, float], score: float, model: CallSentiment) -> Judgement:
    """Return the likeliest label and its probability; a number without a weight in the model is ignored."""
    if abs(score) >= model.plain_words:
        return Judgement("positive" if score > 0 else "negative", round(0.5 + abs(score) / 2, 4))
    logits: dict[SentimentLabel, float] = {label: _logit(numbers, weights) for label, weights in model.weights.items()}
    highest = max(logits.values())
    raised: dict[SentimentLabel, float] = {label: exp(logit - highest) for label, logit in logits.items()}
    likeliest = max(raised, key=lambda label: raised[label])
    return Judgement(likeliest, round(raised[likeliest] / fsum(raised.values()), 4))


def _logit(numbers: Mapping[str, float], weights: Mapping[str, float]) -> float:
    return fsum((weights["bias"], *(weights.get(name, 0.0) * value for name, value in numbers.items())))
