"""Fit facts that are predicted from the whole call: ``python -m training.call_facts FOLD...`` writes ``data/fitted_facts.yml``.

It learns from the calls of the folds (``evaluation.folds``). For each fact it prints the share that is right when each writer's
calls are judged by a model that saw only the others' (leave one writer out), beside the rules'.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from analyzers.language.embedded.chosen_people import people_candidates
from analyzers.language.embedded.chosen_promises import AGENTS, CALLERS, AgentPromise, agent_promises, caller_promises
from analyzers.language.embedded.chosen_systems import SYSTEM, system_candidates
from analyzers.language.embedded.fitted import BIAS, FittedFact, FittedFacts
from analyzers.relative_dates import date_meant
from contract.reference import Reference
from evaluation.facts import Entry
from evaluation.gold import GoldAction
from evaluation.matching import Matcher
from evaluation.names import EvaluationNames
from training.read_calls import ReadCall, read_calls
from training.whole_call import row


class FactExample(NamedTuple):
    """Hold the numbers of one call, its label, and what the rules alone say."""

    writer: str
    numbers: Mapping[str, float]
    label: str
    rules: str


class FactRecipe(NamedTuple):
    """Say how examples of a fact are made from a call, and the inverse strength of the L2 penalty (scikit-learn's ``C``)."""

    examples: Callable[[ReadCall, Matcher], Iterator[FactExample]]
    strength: float


def _stakeholders(call: ReadCall, matcher: Matcher) -> Iterator[FactExample]:
    candidates = people_candidates(call.conversation, call.spans)
    gold = [Entry(text=label.role) for label in call.gold.sales.stakeholders]
    right = {at for _, at in matcher.pairs("stakeholders", gold, [Entry(text=one.name) for one in candidates])}
    for at, one in enumerate(candidates):
        yield FactExample(call.writer, one.numbers, _yes(at in right), _yes(bool(one.numbers["ruled"])))


def _agents_promises(call: ReadCall, matcher: Matcher) -> Iterator[FactExample]:
    candidates = agent_promises(call.conversation)
    gold = [_entry(label) for label in call.gold.action_items if label.owner != "user"]
    owners = [(at, owner) for at in range(len(candidates)) for owner in ("sales", "support")]
    said = [_said(candidates[at], owner, call) for at, owner in owners]
    owner_of = dict(owners[one] for _, one in matcher.pairs("action_items", gold, said))
    for at, promise in enumerate(candidates):
        counts = promise.commitment.firm or promise.terms.accepted
        rules = promise.terms.owner if counts else "none"
        yield FactExample(call.writer, promise.numbers, owner_of.get(at, "none"), rules)


def _said(promise: AgentPromise, owner: str, call: ReadCall) -> Entry:
    due = date_meant(promise.terms.deadline, call.called_on)
    return Entry(promise.text, owner, detail=promise.terms.kind, date=due.isoformat() if due else None)


def _callers_promises(call: ReadCall, matcher: Matcher) -> Iterator[FactExample]:
    candidates = caller_promises(call.conversation, call.spans)
    gold = [_entry(label) for label in call.gold.action_items if label.owner == "user"]
    said = [Entry(str(one.spans[0].value), "user", one.spans[0].quote, "commitment") for one in candidates]
    right = {at for _, at in matcher.pairs("action_items", gold, said)}
    for at, promise in enumerate(candidates):
        yield FactExample(call.writer, promise.numbers, _yes(at in right), _yes(bool(promise.ruled)))


def _systems(call: ReadCall, matcher: Matcher) -> Iterator[FactExample]:
    candidates, sales = system_candidates(call.conversation, call.spans), call.gold.sales
    uses, said = {"needed": sales.integrations_needed, "in_use": sales.integrations_in_use}, [Entry(one.name) for one in candidates]
    use_of = {
        at: use for use, names in uses.items() for _, at in matcher.pairs("integrations", [Entry(name) for name in names], said)
    }
    for at, one in enumerate(candidates):
        rules = next((use for use in uses if one.numbers[f"ruled_{use}"]), "none")
        yield FactExample(call.writer, one.numbers, use_of.get(at, "none"), rules)


def _entry(label: GoldAction) -> Entry:
    return Entry(label.text, label.owner, detail=label.kind, date=label.deadline)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


RECIPES: Mapping[str, FactRecipe] = {
    "stakeholder": FactRecipe(_stakeholders, 1.0),
    AGENTS: FactRecipe(_agents_promises, 1.0),
    CALLERS: FactRecipe(_callers_promises, 1.0),
    SYSTEM: FactRecipe(_systems, 1.0),
}
"""So few numbers need no stronger penalty than scikit-learn's default: from 0.2 to 3 the figures for money differ by .05."""


def fitted(examples: Sequence[FactExample], strength: float) -> FittedFact:
    """Fit one fact; scaling is folded into the weights."""
    names, truth = list(examples[0].numbers), np.array([one.label for one in examples])
    values = np.array([[one.numbers[name] for name in names] for one in examples])
    mean, spread = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-9)
    model = LogisticRegression(C=strength, max_iter=5000).fit((values - mean) / spread, truth)
    slopes: NDArray[Any] = model.coef_ / spread
    rows = [model.intercept_ - slopes @ mean, *slopes.T]
    weights = {name: row(of) for name, of in zip([BIAS, *names], rows, strict=True)}
    return FittedFact(labels=tuple(map(str, model.classes_)), accuracy=0.0, rules=0.0, weights=weights)


def left_out(examples: Sequence[FactExample], strength: float) -> list[str]:
    """Return, example by example, what the model of the other writers says."""
    writers = {one.writer for one in examples}
    models = {writer: fitted([one for one in examples if one.writer != writer], strength) for writer in writers}
    return [_likeliest(models[one.writer], one.numbers) for one in examples]


def _likeliest(model: FittedFact, numbers: Mapping[str, float]) -> str:
    chances = model.likelihoods(numbers)
    return max(chances, key=lambda label: chances[label])


def judged(name: str, examples: Sequence[FactExample], strength: float) -> FittedFact:
    """Fit a fact on all examples, print what it is worth on writers left out, and note that with the weights."""
    right = [label == one.label for label, one in zip(left_out(examples, strength), examples, strict=True)]
    by_rules = [one.rules == one.label for one in examples]
    by_writer: defaultdict[str, list[bool]] = defaultdict(list)
    for one, so in zip(examples, right, strict=True):
        by_writer[one.writer].append(so)
    accuracy, rules = (round(sum(of) / len(of), 3) for of in (right, by_rules))
    each = ", ".join(f"{writer} {sum(of) / len(of):.2f} ({len(of)})" for writer, of in sorted(by_writer.items()))
    print(f"{name}: {accuracy:.3f} of {len(examples)} (rules {rules:.3f}); {each}")
    return fitted(examples, strength).model_copy(update={"accuracy": accuracy, "rules": rules})


HEADER = (
    "# Weights of facts predicted from the whole call (analyzers/language/embedded/fitted.py). By: python -m training.call_facts\n"
)


def main(*folders: Path) -> None:
    reference = Reference()
    matcher, calls = Matcher(EvaluationNames(reference)), read_calls(folders, reference)
    examples = {name: [e for call in calls for e in of.examples(call, matcher)] for name, of in RECIPES.items()}
    facts = {name: judged(name, examples[name], of.strength) for name, of in RECIPES.items()}
    contents = FittedFacts(calls=len(calls), writers=len({call.writer for call in calls}), facts=facts).model_dump(mode="json")
    text = yaml.safe_dump(contents, sort_keys=False, default_flow_style=None, width=132)
    (reference.folder / FittedFacts.file).write_text(HEADER + text, encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
