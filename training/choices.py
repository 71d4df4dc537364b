"""Fit the choices between values that a call names: ``python -m training.choices FOLD...`` writes ``data/fitted_choices.yml``.

It learns from the calls of the folds (``evaluation.folds``). For each fact it prints the share that is right when each writer's
calls are judged by a choice fitted on the others', beside the rules'.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml
from numpy.typing import NDArray
from scipy.optimize import minimize

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.choice import FittedChoice, FittedChoices, Numbers
from analyzers.language.embedded.chosen_context import RELATION_OF, context_candidates, product_mentions
from analyzers.language.embedded.chosen_figures import FigureFact, candidates, ruled_figure
from analyzers.language.embedded.chosen_liking import LIKINGS, liking_candidates
from analyzers.language.embedded.chosen_tool import ruled_tool, way_candidates, ways_of_working
from analyzers.language.embedded.chosen_use_case import USES, use_case_candidates
from contract.reference import Reference
from evaluation.gold import GoldCompetitor
from evaluation.matching import Matcher
from evaluation.names import EvaluationNames
from training.read_calls import ReadCall, read_calls

STRENGTH = 1.0
"""Weight of the L2 penalty: from 0.1 to 3 the share that is right on writers left out differs by .01."""


class ChoiceExample(NamedTuple):
    """Hold the candidates of one fact of one call, which of them are right, and whether the rules alone are."""

    writer: str
    candidates: Sequence[Numbers]
    right: Sequence[bool]
    rules: bool


Recipe = Callable[[ReadCall, Matcher], Iterator[ChoiceExample]]


def _figure(fact: FigureFact) -> Recipe:
    def examples(call: ReadCall, matcher: Matcher) -> Iterator[ChoiceExample]:
        ruled = ruled_figure(call.spans, fact)
        options = candidates(call.conversation, fact, call.spans)
        label = getattr(call.gold.sales, fact)
        right = [matcher.equal(fact, label, option.value) for option in options]
        yield ChoiceExample(
            call.writer,
            [option.numbers for option in options],
            right,
            matcher.equal(fact, label, round(float(ruled.value)) if ruled and isinstance(ruled.value, int | float) else None),
        )

    return examples


def _tool(call: ReadCall, matcher: Matcher) -> Iterator[ChoiceExample]:
    ruled, label = ruled_tool(call.spans), call.gold.sales.current_tool
    options = way_candidates(call.conversation, call.spans, ways_of_working(call.conversation), ruled)
    right = [matcher.equal("current_tool", label, option.value) for option in options]
    by_rules = matcher.equal("current_tool", label, str(ruled.value) if ruled else None)
    yield ChoiceExample(call.writer, [option.numbers for option in options], right, by_rules)


def _use_case(call: ReadCall, _: Matcher) -> Iterator[ChoiceExample]:
    label = call.gold.sales.use_case
    ruled = next((one.value for one in call.spans if one.type == SpanType.USE_CASE and one.attributes.get("primary")), None)
    yield ChoiceExample(
        call.writer, use_case_candidates(call.conversation, call.spans), [use == label for use in USES], ruled == label
    )


def _context(call: ReadCall, matcher: Matcher) -> Iterator[ChoiceExample]:
    for label, mentions in _rivals(call, matcher):
        right = [context == label.context for context in RELATION_OF]
        ruled = mentions[0].attributes.get("context") == label.context
        yield ChoiceExample(call.writer, context_candidates(call.conversation, mentions), right, ruled)


def _liking(call: ReadCall, matcher: Matcher) -> Iterator[ChoiceExample]:
    for label, mentions in _rivals(call, matcher):
        right = [liking == label.sentiment for liking in LIKINGS]
        ruled = mentions[0].attributes.get("sentiment") == label.sentiment
        yield ChoiceExample(call.writer, liking_candidates(call.conversation, mentions), right, ruled)


def _rivals(call: ReadCall, matcher: Matcher) -> Iterator[tuple[GoldCompetitor, list[Span]]]:
    """Yield the labelled rivals that the rules find, each with its mentions."""
    found: defaultdict[str, list[Span]] = defaultdict(list)
    for name, mentions in product_mentions(call.spans).items():
        found[matcher.product(name)] += mentions
    for label in call.gold.sales.competitors:
        if mentions := found.get(matcher.product(label.name)):
            yield label, mentions


RECIPES: dict[str, Recipe] = {
    "team_size": _figure("team_size"),
    "monthly_volume": _figure("monthly_volume"),
    "current_tool": _tool,
    "use_case": _use_case,
    "competitor_context": _context,
    "competitor_sentiment": _liking,
}


def fitted(examples: Sequence[ChoiceExample]) -> dict[str, float]:
    """Fit the weights under which the right candidates are likeliest; where none is right a call says nothing."""
    names = sorted({name for example in examples for numbers in example.candidates for name in numbers})
    taught = [(_matrix(example, names), np.array(example.right, float)) for example in examples if any(example.right)]

    def loss(weights: NDArray[Any]) -> tuple[float, NDArray[Any]]:
        total, slope = STRENGTH * float(weights @ weights) / 2, STRENGTH * weights
        for values, right in taught:
            sums = values @ weights
            chances = np.exp(sums - sums.max())
            chances /= chances.sum()
            good = chances * right
            total -= float(np.log(good.sum()))
            slope = slope - values.T @ (good / good.sum() - chances)
        return total, slope

    found: NDArray[Any] = minimize(loss, np.zeros(len(names)), jac=True).x
    return {name: round(float(weight), 3) for name, weight in zip(names, found, strict=True)}


def _matrix(example: ChoiceExample, names: Sequence[str]) -> NDArray[Any]:
    return np.array([[numbers.get(name, 0.0) for name in names] for numbers in example.candidates])


def judged(name: str, examples: Sequence[ChoiceExample]) -> FittedChoice:
    """Fit a choice on all examples, print what it is worth on writers left out, and note that with the weights."""
    right: defaultdict[str, list[bool]] = defaultdict(list)
    for writer in sorted({example.writer for example in examples}):
        weights = fitted([example for example in examples if example.writer != writer])
        one = FittedChoice(accuracy=0.0, rules=0.0, weights=weights)
        right[writer] += [_is_right(one, example) for example in examples if example.writer == writer]
    found = [so for each in right.values() for so in each]
    accuracy, rules = (round(sum(of) / len(of), 3) for of in (found, [example.rules for example in examples]))
    possible = sum(any(example.right) for example in examples) / len(examples)
    each = ", ".join(f"{writer} {sum(of) / len(of):.2f}" for writer, of in right.items())
    print(f"{name}: {accuracy:.3f} of {len(examples)} (rules {rules:.3f}, a candidate is right in {possible:.3f}); {each}")
    return FittedChoice(accuracy=accuracy, rules=rules, weights=fitted(examples))


def _is_right(choice: FittedChoice, example: ChoiceExample) -> bool:
    chances = choice.likelihoods(example.candidates)
    return example.right[chances.index(max(chances))]


HEADER = """\
# Weights of the choices between values that a call names (analyzers/language/embedded/choice.py).
# Written by: python -m training.choices
"""


def main(*folders: Path) -> None:
    reference = Reference()
    matcher, calls = Matcher(EvaluationNames(reference)), read_calls(folders, reference)
    choices = {name: judged(name, [e for call in calls for e in recipe(call, matcher)]) for name, recipe in RECIPES.items()}
    contents = FittedChoices(calls=len(calls), writers=len({call.writer for call in calls}), choices=choices).model_dump(
        mode="json"
    )
    text = yaml.safe_dump(contents, sort_keys=False, width=132)
    (reference.folder / FittedChoices.file).write_text(HEADER + text, encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
