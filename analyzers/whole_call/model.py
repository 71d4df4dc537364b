"""Predict verdicts on a whole call: a logistic regression over numbers of it, and one over each bag of words.

Facts of a call are read line by line; whether the caller will buy and what they feel shows in all of them together. The weights
are fitted on labelled calls by ``python -m training.whole_call``, which prints what they are worth on writers left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum, sqrt
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from pydantic import BaseModel, ConfigDict

from analyzers.call import AnnotatedCall
from analyzers.likelihoods import Likelihoods, softmax
from analyzers.whole_call.numbers import impression_numbers, numbers
from analyzers.whole_call.words import Bags, bags
from contract.reference import ReferenceTable

if TYPE_CHECKING:  # the report takes its verdict on the need from here
    from analyzers.sales_intelligence.models import SalesIntelligence

Weights = Mapping[str, Sequence[float]]
BIAS = "(bias)"
UNSAID = "unsaid"
"""Label of a fact that the call does not say."""
FEWEST_WORDS = 20
"""Different words of the agent, of those that have a weight, from which a call is judged by them: every labelled call has at least
34."""


class SeenCall(NamedTuple):
    """Holds what a verdict rests on: numbers of the call and of the reader's impressions (none of some engines), and words."""

    numbers: Mapping[str, float]
    impressions: Mapping[str, float]
    said: Bags


class Verdict(BaseModel):
    """Holds the fitted weights of one verdict: for each number, part of an impression and word one weight for each of ``labels``.

    ``accuracy`` is the share that is right of writers left out, ``baseline`` that of always saying the commonest label;
    ``sharpness`` multiplies the logits, so that on writers left out the probabilities are as often right as they say. ``surely``
    is the probability from which a verdict may be claimed there, None for never; ``surely_right`` of ``sure`` verdicts are right.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    labels: tuple[str, ...]
    accuracy: float
    baseline: float
    sharpness: float
    surely: float | None
    surely_right: float | None
    sure: int
    numbers: Weights
    impressions: Weights
    words: Mapping[str, Weights]

    def likelihoods(self, seen: SeenCall) -> Likelihoods:
        """Return the probabilities; a number or word without a weight is ignored, and so are impressions that there are none of."""
        parts = [_by_numbers(self.numbers, seen.numbers)]
        parts += [_by_numbers(self.impressions, seen.impressions)] if seen.impressions else []
        parts += [_by_words(weights, seen.said[bag]) for bag, weights in self.words.items()]
        logits = [self.sharpness * fsum(part[at] for part in parts) for at in range(len(self.labels))]
        return softmax(self.labels, logits)


class WholeCall(ReferenceTable):
    """Holds the fitted model: on how many calls and writers, and the weights of each verdict."""

    file: ClassVar[str] = "whole_call.yml"
    calls: int
    writers: int
    verdicts: Mapping[str, Verdict]


def seen_call(call: AnnotatedCall, found: SalesIntelligence) -> SeenCall:
    """Return what verdicts on a call rest on; ``found`` is what its lines say of the deal."""
    return SeenCall(numbers(call, found), impression_numbers(call.annotations), bags(call))


def verdicts(call: AnnotatedCall, found: SalesIntelligence, model: WholeCall, *names: str) -> Mapping[str, Likelihoods]:
    """Return the probabilities of the verdicts of these names (``data/whole_call.yml``)."""
    seen = seen_call(call, found)
    return {name: model.verdicts[name].likelihoods(seen) for name in names}


def recognised(call: AnnotatedCall, model: WholeCall) -> bool:
    """Return whether the agent says enough that the fit knows; a call of a few words is unlike those it was fitted on."""
    known = model.verdicts["temperature"].words["agent"]
    return sum(word in known for word in bags(call)["agent"]) >= FEWEST_WORDS


def _by_numbers(weights: Weights, values: Mapping[str, float]) -> list[float]:
    known = [(weights[name], value) for name, value in values.items() if name in weights and value]
    return [fsum((bias, *(weight[at] * value for weight, value in known))) for at, bias in enumerate(weights[BIAS])]


def _by_words(weights: Weights, said: frozenset[str]) -> list[float]:
    """Return the sums of the weights of the words that were said, divided by the root of their number: length does not count.

    Words that are all unknown say nothing, so there the bias does not count either.
    """
    known = [weights[word] for word in sorted(said) if word in weights and word != BIAS]
    if not known:
        return [0.0] * len(weights[BIAS])
    return [bias + fsum(weight[at] for weight in known) / sqrt(len(known)) for at, bias in enumerate(weights[BIAS])]
