"""Fit the verdicts on whole calls: ``python -m training.whole_call FOLD...`` writes ``data/whole_call.yml``.

It learns from the calls of the folds (``evaluation.folds``). For each verdict it prints the share that is right when each writer's
calls are judged by a model that saw only the others' (leave one writer out).
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from math import fsum, log
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from analyzers.call import AnnotatedCall
from analyzers.language.embedded import EmbeddedEngine
from analyzers.likelihoods import Likelihoods
from analyzers.sales_intelligence import facts_of_lines
from analyzers.whole_call.model import BIAS, UNSAID, SeenCall, Verdict, Weights, WholeCall, seen_call
from contract.reading import read_document
from contract.reference import Reference
from evaluation.claims import FittedKind, JudgedClaim, fit
from evaluation.folds import folds, writer_of
from evaluation.gold import Gold

LATER = datetime(2100, 1, 1, tzinfo=UTC)  # golden calls may be dated ahead
NUMBERS_STRENGTH, WORDS_STRENGTH = 0.005, 5.0
"""Inverse strengths of the L2 penalty (scikit-learn's ``C``): strong for numbers, which are as many as the calls; words are
held back by their length of 1 a call."""
LEAST_CALLS, LEAST_WRITERS = 8, 4
"""Calls and writers that must use a word before it gets a weight: what fewer say is their own."""
SHARPNESS = np.arange(0.2, 1.51, 0.05)
"""Powers of the probabilities that are tried."""
COURTESY = frozenset({"thank", "thanks", "bye", "goodbye", "welcome", "pleasure", "care", "hello", "hi", "cheers", "sorry"})
"""Words that say nothing of a call: thanks, greetings and farewells do not count (labels: sentiment)."""
VERDICTS: dict[str, Callable[[Gold], str]] = {
    "temperature": lambda gold: gold.outcome.temperature,
    "sentiment": lambda gold: gold.sentiment.overall,
    "trend": lambda gold: gold.sentiment.trend,
    "need": lambda gold: "yes" if gold.sales.bant.need else "no",
    "money": lambda gold: "yes" if gold.sales.bant.budget else "no",
    "authority": lambda gold: gold.sales.budget_authority or UNSAID,
    "timeline": lambda gold: gold.sales.decision_timeline or UNSAID,
    "urgency": lambda gold: gold.sales.urgency or UNSAID,
}
BAGS: dict[str, tuple[str, ...]] = {"temperature": ("agent",), "sentiment": ("agent",), "trend": ("agent",)}
"""Words that a verdict rests on; facts of the deal are read from the caller's lines alone."""


class JudgedCall(NamedTuple):
    writer: str
    gold: Gold
    seen: SeenCall


def examples(folders: Sequence[Path], reference: Reference) -> list[JudgedCall]:
    """Return the calls of the folds in which there is something to judge, as the reader of their fold sees them.

    A call too short for impressions is left out: beside the others its zeros would look like answers of the reader.
    """
    found = list[JudgedCall]()
    for fold in folds(folders, reference):
        engine = EmbeddedEngine(reference, fold.reader)
        for labelled in fold.calls:
            document = read_document(json.dumps(labelled.document).encode(), now=LATER)
            call = AnnotatedCall(document, engine.annotate([document.transcript])[0])
            if call.understood and call.annotations.impressions:
                found.append(JudgedCall(writer_of(labelled), labelled.gold, seen_call(call, facts_of_lines(call, reference))))
    return found


def fitted(name: str, calls: Sequence[JudgedCall]) -> Verdict:
    """Fit one verdict on calls of several writers; scaling is folded into the weights."""
    truth = np.array([VERDICTS[name](call.gold) for call in calls])
    writers, said = [call.writer for call in calls], [call.seen.said for call in calls]
    by_numbers, by_impressions = _numbers([call.seen for call in calls], truth)
    return Verdict(
        labels=tuple(sorted(set(truth.tolist()))),
        accuracy=0.0,
        sharpness=1.0,
        surely=None,
        surely_right=None,
        sure=0,
        baseline=round(Counter(truth.tolist()).most_common(1)[0][1] / len(truth), 3),
        numbers=by_numbers,
        impressions=by_impressions,
        words={bag: _words([words[bag] for words in said], writers, truth) for bag in BAGS.get(name, ())},
    )


def _numbers(seen: Sequence[SeenCall], truth: NDArray[Any]) -> tuple[Weights, Weights]:
    """Fit numbers and impressions at once; each part is centred by itself, so that the one stands without the other."""
    parts = [[one.numbers for one in seen], [one.impressions for one in seen]]
    names = [list(part[0]) for part in parts]
    values = np.hstack([[[one[name] for name in known] for one in part] for part, known in zip(parts, names, strict=True)])
    mean, spread = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-9)
    model = LogisticRegression(C=NUMBERS_STRENGTH, max_iter=5000).fit((values - mean) / spread, truth)
    slopes: NDArray[Any] = model.coef_ / spread
    here = len(names[0])
    return (
        {BIAS: row(model.intercept_ - slopes[:, :here] @ mean[:here]), **_rows(names[0], slopes[:, :here], values[:, :here])},
        {BIAS: row(-slopes[:, here:] @ mean[here:]), **_rows(names[1], slopes[:, here:], values[:, here:])},
    )


def _rows(names: Sequence[str], slopes: NDArray[Any], values: NDArray[Any]) -> Weights:
    return {name: row(slopes[:, at]) for at, name in enumerate(names) if values[:, at].any()}


def _words(said: Sequence[frozenset[str]], writers: Sequence[str], truth: NDArray[Any]) -> Weights:
    known = _shared(said, writers)
    values = np.array([[float(word in words) for word in known] for words in said])
    values /= np.sqrt(np.maximum(1, values.sum(axis=1, keepdims=True)))
    model = LogisticRegression(C=WORDS_STRENGTH, max_iter=5000).fit(values, truth)
    return {BIAS: row(model.intercept_), **{word: row(model.coef_[:, at]) for at, word in enumerate(known)}}


def _shared(said: Sequence[frozenset[str]], writers: Sequence[str]) -> list[str]:
    uses: defaultdict[str, list[str]] = defaultdict(list)
    for words, writer in zip(said, writers, strict=True):
        for word in words - COURTESY:
            uses[word].append(writer)
    return sorted(word for word, by in uses.items() if len(by) >= LEAST_CALLS and len(set(by)) >= LEAST_WRITERS)


def row(values: NDArray[Any]) -> list[float]:
    """Return a weight for each label; of two labels the second has the weight and the first none."""
    numbers = [round(float(value), 3) for value in values]
    return [0.0, *numbers] if len(numbers) == 1 else numbers


def left_out(name: str, calls: Sequence[JudgedCall]) -> list[Likelihoods]:
    """Return, call by call, what the model of the other writers says."""
    models = {w: fitted(name, [call for call in calls if call.writer != w]) for w in {call.writer for call in calls}}
    return [models[call.writer].likelihoods(call.seen) for call in calls]


def sharpest(chances: Sequence[Likelihoods], truth: Sequence[str]) -> float:
    """Return the power of the probabilities at which the labels are likeliest."""
    return min(SHARPNESS, key=lambda power: fsum(_surprise(one, label, power) for one, label in zip(chances, truth, strict=True)))


def _surprise(chances: Likelihoods, label: str, power: float) -> float:
    raised = {name: max(chance, 1e-9) ** power for name, chance in chances.items()}
    return log(fsum(raised.values())) - log(raised[label])


def sharpened(chances: Likelihoods, power: float) -> Likelihoods:
    raised = {label: chance**power for label, chance in chances.items()}
    return {label: chance / fsum(raised.values()) for label, chance in raised.items()}


def claimed(name: str, chances: Sequence[Likelihoods], truth: Sequence[str]) -> FittedKind:
    """Return from which probability a verdict may be claimed, the share that is right there, and of how many."""
    said = [(max(one, key=lambda label: one[label]), max(one.values()), label) for one, label in zip(chances, truth, strict=True)]
    return fit([JudgedClaim(name, chance, verdict == label) for verdict, chance, label in said if verdict != UNSAID])


def by_writer(calls: Sequence[JudgedCall], right: Sequence[bool]) -> str:
    found: defaultdict[str, list[bool]] = defaultdict(list)
    for call, so in zip(calls, right, strict=True):
        found[call.writer].append(so)
    return ", ".join(f"{writer} {sum(of) / len(of):.2f} ({len(of)})" for writer, of in sorted(found.items()))


HEADER = "# Weights of the verdicts on a whole call (analyzers/whole_call). Written by: python -m training.whole_call\n"


def judged(name: str, calls: Sequence[JudgedCall]) -> Verdict:
    """Fit a verdict on all calls, print what it is worth on writers left out, and note that with the weights."""
    chances, truth = left_out(name, calls), [VERDICTS[name](call.gold) for call in calls]
    right = [max(one, key=lambda label: one[label]) == label for one, label in zip(chances, truth, strict=True)]
    accuracy, sharpness = round(sum(right) / len(right), 3), round(float(sharpest(chances, truth)), 2)
    least, share, sure = claimed(name, [sharpened(one, sharpness) for one in chances], truth)
    of_left_out = {"accuracy": accuracy, "sharpness": sharpness, "surely": least, "surely_right": share, "sure": sure}
    model = fitted(name, calls).model_copy(update=of_left_out)
    print(f"{name}: {accuracy:.3f} of {len(calls)} calls (commonest label {model.baseline:.3f}); {by_writer(calls, right)}")
    return model


def main(*folders: Path) -> None:
    reference = Reference()
    calls = examples(folders, reference)
    verdicts = {name: judged(name, calls) for name in VERDICTS}
    contents = WholeCall(calls=len(calls), writers=len({call.writer for call in calls}), verdicts=verdicts).model_dump(mode="json")
    text = yaml.safe_dump(contents, sort_keys=False, default_flow_style=None, width=132, allow_unicode=True)
    (reference.folder / WholeCall.file).write_text(HEADER + text, encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
