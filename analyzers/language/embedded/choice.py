"""Choose one of the values that a call names for a fact, by a few numbers of each (``data/fitted_choices.yml``).

A rule takes the figure that its words point to; here every figure that was said is a candidate, beside none at all, and rules,
reader, speaker and place each count by how often they were right on labelled calls of writers that neither rules nor reader had
learnt from. ``python -m training.choices`` fits the weights and prints what they are worth on writers left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, fsum
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from contract.reference import ReferenceTable

Numbers = Mapping[str, float]
"""What is known of one candidate, by name."""


class FittedChoice(BaseModel):
    """Holds one weight for each number of a candidate: a conditional logistic regression.

    ``accuracy`` is the share that is right of writers left out, ``rules`` that of the rules alone on the same calls.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    accuracy: float
    rules: float
    weights: Mapping[str, float]

    def likelihoods(self, candidates: Sequence[Numbers]) -> list[float]:
        """Return the probability of each candidate; they add up to 1. A number without a weight is ignored."""
        sums = [fsum(self.weights.get(name, 0.0) * value for name, value in numbers.items()) for numbers in candidates]
        raised = [exp(one - max(sums)) for one in sums]
        return [one / fsum(raised) for one in raised]


class FittedChoices(ReferenceTable):
    """Holds the fitted choices by the name of the fact, and on how many calls and writers they were fitted."""

    file: ClassVar[str] = "fitted_choices.yml"
    calls: int
    writers: int
    choices: Mapping[str, FittedChoice]
