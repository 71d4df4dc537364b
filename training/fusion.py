"""Fit the weights that fuse rules and reader: ``python -m training.fusion FOLD...`` writes ``data/fusion_weights.yml``.

It learns from the calls of the folds (``evaluation.folds``): per kind of fact a logistic regression over the pieces of what the
caller says, and the confidence threshold with the best F1. Where labels name no words (who decides, when, how pressing),
those weights out of ``CANDIDATES`` are taken that score best over whole calls.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.engine import EmbeddedEngine
from analyzers.language.embedded.fusion import FusionWeight, FusionWeights, odds
from analyzers.language.embedded.text.conversation import Conversation, Turn
from contract.document.session import TranscriptItem
from contract.reading import read_document
from contract.reference import Reference
from evaluation.calls import LabelledCall
from evaluation.evaluation import judged
from evaluation.folds import Fold, folds, in_folds
from evaluation.scores import CallScore
from training.examples import quoted_labels

LATER = datetime(2100, 1, 1, tzinfo=UTC)  # golden calls may be dated ahead
STRENGTH = 1.0
"""Inverse strength of the L2 penalty (scikit-learn's ``C``), at its default: two numbers on hundreds of pieces need no more."""
THRESHOLDS = np.arange(0.3, 0.71, 0.05)
"""Confidence thresholds that are tried, in steps of 0.05."""
HEADS = {
    SpanType.OBJECTION: "objection",
    SpanType.FEATURE_REQUEST: "feature",
    SpanType.BUYING_SIGNAL: "buying",
    SpanType.PAIN_POINT: "pain",
}


class LabelledPiece(NamedTuple):
    """Hold one piece: the rule's confidence (0 when it finds nothing), the reader's log-odds, and the label."""

    rule: float
    reader: float
    so: bool


def pieces(kinds: dict[SpanType, str], engine: EmbeddedEngine, call: LabelledCall) -> dict[SpanType, list[LabelledPiece]]:
    """Return every piece of the caller's side of one call, by kind of fact."""
    conversation = engine.conversation(read_document(json.dumps(call.document).encode(), now=LATER).transcript)
    spans = engine.findings(conversation)
    gold, found = call.gold.sales.model_dump(), {kind: list[LabelledPiece]() for kind in kinds}
    for turn in conversation.user_turns:
        for prediction in turn.predictions:
            labels = quoted_labels(gold, turn.text, prediction.start, prediction.end)
            for kind, head in kinds.items():
                rule = max((s.confidence for s in spans if _is_of(s, kind, turn, prediction.start, prediction.end)), default=0.0)
                so = labels[head] not in ("none", "no")
                found[kind].append(LabelledPiece(rule, odds(prediction.reading.likeliest(head)[1]), so))
    return found


def _is_of(span: Span, kind: SpanType, turn: Turn, start: int, end: int) -> bool:
    return span.type == kind and span.item_id == turn.item.id and start <= span.start < end


def fitted(head: str, seen: list[LabelledPiece]) -> tuple[FusionWeight, str]:
    """Fit one weight, and format its row of the model card: pieces, those labelled with the fact, F1 of the rules and of both."""
    numbers: NDArray[Any] = np.array([[piece.rule, piece.reader] for piece in seen])
    truth = np.array([piece.so for piece in seen])
    model = LogisticRegression(C=STRENGTH).fit(numbers, truth)
    (rule, reader), bias = (max(float(w), 0.0) for w in model.coef_[0]), float(model.intercept_[0])
    scores = 1 / (1 + np.exp(-(numbers @ [rule, reader] + bias)))
    least = max(THRESHOLDS, key=lambda at: (_f1(scores >= at, truth), at))
    row = f"| {head} | {len(seen)} | {truth.sum()} | {_f1(numbers[:, 0] > 0, truth):.2f} | {_f1(scores >= least, truth):.2f} |"
    weight = FusionWeight(
        head=head, bias=round(bias, 3), rule=round(rule, 3), reader=round(reader, 3), least=round(float(least), 2)
    )
    return weight, row


def _f1(claimed: NDArray[np.bool_], truth: NDArray[np.bool_]) -> float:
    return 2 * int((claimed & truth).sum()) / max(1, int(claimed.sum() + truth.sum()))


class SearchedWeights(NamedTuple):
    """Name a head without labelled words, and the figure of whole calls that its weights are chosen by."""

    head: str
    figure: str


SEARCHED = {
    SpanType.BUDGET_AUTHORITY: SearchedWeights("authority", "budget_authority"),
    SpanType.DECISION_TIMELINE: SearchedWeights("when", "decision_timeline"),
    SpanType.URGENCY: SearchedWeights("urgency", "urgency"),
}
CANDIDATES = tuple(
    {"bias": bias, "rule": rule, "reader": reader, "least": least}
    for bias, rule in ((-0.5, 2.0), (-1.0, 4.0))
    for reader in (0.6, 1.0)
    for least in (0.3, 0.4, 0.5)
)
SEARCHED_CALLS = 3
"""One call in so many is analysed with each candidate: all reports of some 150 calls take ten seconds."""


class RememberingEngine(EmbeddedEngine):
    """Cache what rules and the readers of the folds find in a call: the search changes only how the two are fused."""

    def __init__(self, reference: Reference, found: Sequence[Fold]) -> None:
        super().__init__(reference, found[0].reader, FusionWeights(weights={}))
        self._readers = {tuple(i["text"] for i in call.document["transcript"]): reader for reader, call in in_folds(found)}
        self._found: dict[tuple[str, ...], tuple[Conversation, tuple[Span, ...]]] = {}

    def with_weights(self, weights: Mapping[SpanType, FusionWeight]) -> RememberingEngine:
        self._weights = FusionWeights(weights=weights)
        return self

    def conversation(self, items: Sequence[TranscriptItem]) -> Conversation:
        known = self._found.get(tuple(item.text for item in items))
        return known[0] if known else super().conversation(items)

    def findings(self, conversation: Conversation) -> tuple[Span, ...]:
        key = tuple(turn.item.text for turn in conversation.turns)
        if key not in self._found:
            self._reader = self._readers[key]
            self._found[key] = conversation, super().findings(conversation)
        return self._found[key][1]


def searched(
    kind: SpanType, known: dict[SpanType, FusionWeight], calls: list[LabelledCall], reference: Reference, engine: RememberingEngine
) -> FusionWeight:
    """Return the candidate with the best figure; of equals the first."""
    head, figure = SEARCHED[kind]
    best, highest = None, -1.0
    for candidate in CANDIDATES:
        weight = FusionWeight(head=head, **candidate)
        value = f1_of([r.score for r in judged(calls, engine.with_weights({**known, kind: weight}), reference)], figure)
        if value > highest:
            best, highest = weight, value
    if best is None:
        raise ValueError("There are no candidates.")
    print(f"| {head} | {len(calls)} calls | {figure} {highest:.2f} |")
    return best


def f1_of(scores: Sequence[CallScore], figure: str) -> float:
    counts = [score.counts[figure] for score in scores]
    return 2 * sum(c.hits for c in counts) / max(1.0, sum(c.claimed + c.expected for c in counts))


HEADER = """\
# How much the rules' confidence and the trained reader's log-odds count beside each other
# (analyzers/language/embedded/fusion.py). Written by: python -m training.fusion
"""


def main(*folders: Path) -> None:
    reference = Reference()
    found, gathered = folds(folders, reference), {kind: list[LabelledPiece]() for kind in HEADS}
    for fold in found:
        engine = EmbeddedEngine(reference, fold.reader, FusionWeights(weights={}))
        for call in fold.calls:
            for kind, of_call in pieces(HEADS, engine, call).items():
                gathered[kind] += of_call
    weights: dict[SpanType, FusionWeight] = {}
    for kind, head in HEADS.items():
        weights[kind], row = fitted(head, gathered[kind])
        print(row)
    remembering = RememberingEngine(reference, found)
    calls = [call for fold in found for call in fold.calls][::SEARCHED_CALLS]
    for kind in SEARCHED:
        weights[kind] = searched(kind, weights, calls, reference, remembering)
    contents = {"weights": {kind.value: weight.model_dump() for kind, weight in weights.items()}}
    (reference.folder / FusionWeights.file).write_text(HEADER + yaml.safe_dump(contents, sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
