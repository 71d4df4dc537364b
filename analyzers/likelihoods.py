"""Turn the logits of a fitted model into probabilities of its labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, fsum

Likelihoods = Mapping[str, float]
"""Probability of each label; they add up to 1."""


def softmax(labels: Sequence[str], logits: Sequence[float]) -> Likelihoods:
    """Return the probability of each label from its logit."""
    raised = [exp(logit - max(logits)) for logit in logits]
    return {label: value / fsum(raised) for label, value in zip(labels, raised, strict=True)}
