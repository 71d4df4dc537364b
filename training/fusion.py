"""Fit the weights that fuse rules and reader: ``python -m training.fusion FOLD...`` writes ``data/fusion_weights.yml``.

It learns from the calls of the folds (``evaluation.folds``): per kind of fact a logistic regression over the numbers of the pieces
of what the caller says, and the confidence threshold with the best F1. Where labels name no words (who decides, when, how
pressing), those weights out of ``CANDIDATES`` are taken that score best over whole calls.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from math import exp
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.engine import EmbeddedEngine
from analyzers.language.embedded.fusion import FusionWeight, FusionWeights
from analyzers.language.embedded.piece_numbers import FUSED, PieceNumbers, numbers_of_pieces
from analyzers.language.embedded.text.conversation import Conversation
from contract.document.session import TranscriptItem
from contract.reading import read_document
from contract.reference import Reference
from evaluation.calls import LabelledCall
from evaluation.evaluation import judged
from evaluation.folds import Fold, folds, in_folds, writer_of
from evaluation.scores import CallScore
from training.examples import quoted_labels

LATER = datetime(2100, 1, 1, tzinfo=UTC)  # golden calls may be dated ahead
STRENGTH = 0.05
"""Inverse strength of the L2 penalty (scikit-learn's ``C``): from 0.03 to 0.3 the F1 of writers left out differs by .007."""
TRUSTED, TRUSTED_LESS = 0.6, {SpanType.OBJECTION: 0.8, SpanType.PAIN_POINT: 0.8}
"""From which confidence on a rule is believed whatever the weights say. Of objections and pains that rules of 0.6 to 0.8 claim
against the weights, one in twelve is right."""
WRITERS_FOLDS = 8
"""Parts of the writers that are left out one after the other for the reported F1."""
THRESHOLDS = np.arange(0.3, 0.71, 0.05)
"""Confidence thresholds that are tried, in steps of 0.05."""


class LabelledPiece(NamedTuple):
    """Hold one piece: the writer of its call, its numbers (``piece_numbers``), and whether it is labelled with each fact."""

    writer: str
    numbers: PieceNumbers
    so: Mapping[SpanType, bool]


def pieces(engine: EmbeddedEngine, call: LabelledCall) -> list[LabelledPiece]:
    """Return every piece of the caller's side of one call."""
    conversation = engine.conversation(read_document(json.dumps(call.document).encode(), now=LATER).transcript)
    numbers = numbers_of_pieces(conversation, engine.findings(conversation))
    gold, found = call.gold.sales.model_dump(), list[LabelledPiece]()
    for turn, piece in conversation.read_lines:
        labels = quoted_labels(gold, turn.text, piece.start, piece.end)
        so = {kind: labels[head] not in ("none", "no") for kind, head in FUSED.items()}
        found.append(LabelledPiece(writer_of(call), numbers[turn.item.id, piece.start], so))
    return found


def fitted(kind: SpanType, seen: Sequence[LabelledPiece]) -> FusionWeight:
    """Fit the weights of one kind of fact; scaling is folded into them. The threshold is that of the best F1."""
    names = list(seen[0].numbers)
    values: NDArray[Any] = np.array([[piece.numbers[name] for name in names] for piece in seen])
    truth = np.array([piece.so[kind] for piece in seen])
    mean, spread = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-9)
    model = LogisticRegression(C=STRENGTH, max_iter=5000).fit((values - mean) / spread, truth)
    slopes: NDArray[Any] = model.coef_[0] / spread
    scores = model.predict_proba((values - mean) / spread)[:, 1]
    least = max(THRESHOLDS, key=lambda at: (_f1(scores >= at, truth), at))
    weights = {name: round(float(slope), 3) for name, slope in zip(names, slopes, strict=True)}
    head = FUSED[kind]
    return FusionWeight(
        head=head,
        bias=round(float(model.intercept_[0] - slopes @ mean), 3),
        rule=weights.pop(f"rules_{head}"),
        reader=weights.pop(f"heard_{head}"),
        least=round(float(least), 2),
        trusted=TRUSTED_LESS.get(kind, TRUSTED),
        around={name: weight for name, weight in weights.items() if weight},
    )


def left_out(kind: SpanType, seen: Sequence[LabelledPiece]) -> str:
    """Format a row of the model card: pieces, those labelled, F1 of the rules alone and of both on writers left out."""
    claimed, truth = list[bool](), list[bool]()
    head, writers = FUSED[kind], sorted({piece.writer for piece in seen})
    for at in range(WRITERS_FOLDS):
        others = set(writers[at::WRITERS_FOLDS])
        weight = fitted(kind, [piece for piece in seen if piece.writer not in others])
        for piece in (piece for piece in seen if piece.writer in others):
            probability = 1 / (1 + exp(-piece.numbers[f"heard_{head}"]))
            claimed.append(weight.confidence(piece.numbers[f"rules_{head}"], probability, piece.numbers) >= weight.least)
            truth.append(piece.so[kind])
    by_rules = _f1(np.array([piece.numbers[f"rules_{head}"] > 0 for piece in seen]), np.array([piece.so[kind] for piece in seen]))
    both = _f1(np.array(claimed), np.array(truth))
    return f"| {head} | {len(seen)} | {sum(truth)} | {by_rules:.2f} | {both:.2f} |"


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
    {"bias": bias, "rule": rule, "reader": reader, "least": least, "trusted": TRUSTED}
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
        weight = FusionWeight.model_validate({"head": head, **candidate})
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
    found, gathered = folds(folders, reference), list[LabelledPiece]()
    for fold in found:
        engine = EmbeddedEngine(reference, fold.reader, FusionWeights(weights={}))
        for call in fold.calls:
            gathered += pieces(engine, call)
    for kind in FUSED:
        print(left_out(kind, gathered))
    weights = {kind: fitted(kind, gathered) for kind in FUSED}
    remembering = RememberingEngine(reference, found)
    calls = [call for fold in found for call in fold.calls][::SEARCHED_CALLS]
    for kind in SEARCHED:
        weights[kind] = searched(kind, weights, calls, reference, remembering)
    contents = {"weights": {kind.value: weight.model_dump() for kind, weight in weights.items()}}
    (reference.folder / FusionWeights.file).write_text(HEADER + yaml.safe_dump(contents, sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
