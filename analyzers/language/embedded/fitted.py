"""Predict what the call as a whole says of a fact by a logistic regression over a few numbers (``data/fitted_facts.yml``).

A rule decides by one phrase; here several weak hints are added up, each weighted by how often it was right on labelled calls.
``python -m training.call_facts`` fits the weights and prints what they are worth on writers left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from analyzers.likelihoods import Likelihoods, softmax
from contract.reference import ReferenceTable

BIAS = "(bias)"


class FittedFact(BaseModel):
    """Holds one weight a label for each number, and for ``BIAS``.

    ``accuracy`` is the share that is right of writers left out, ``rules`` that of the rules alone on the same calls.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    labels: tuple[str, ...]
    accuracy: float
    rules: float
    weights: Mapping[str, Sequence[float]]

    def likelihoods(self, numbers: Mapping[str, float]) -> Likelihoods:
        """Return the probability of each label; they add up to 1. A number without a weight is ignored."""
        known = [(self.weights[name], value) for name, value in {**numbers, BIAS: 1.0}.items() if name in self.weights]
        logits = [fsum(weight[at] * value for weight, value in known) for at in range(len(self.labels))]
        return softmax(self.labels, logits)


class FittedFacts(ReferenceTable):
    """Holds the fitted facts by name."""

    file: ClassVar[str] = "fitted_facts.yml"
    calls: int
    writers: int
    facts: Mapping[str, FittedFact]
