"""Weights are fitted from the numbers of each piece, and from how whole calls come out."""

from __future__ import annotations

import pytest
import yaml

from analyzers.language.annotations import SpanType
from analyzers.language.embedded.fusion import FusionWeights
from analyzers.language.embedded.piece_numbers import FUSED
from contract.reference import Reference
from training.fusion import SEARCHED, LabelledPiece, fitted, left_out

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


OBJECTION = SpanType.OBJECTION


def piece(at: int, **numbers: float) -> LabelledPiece:
    return LabelledPiece(f"w{at % 16}", numbers, {OBJECTION: at % 3 == 0})


def test_the_one_that_knows_better_weighs_more() -> None:
    seen = [piece(at, rules_objection=0.8 * (at % 2), heard_objection=3.0 if at % 3 == 0 else -3.0) for at in range(240)]
    weight = fitted(OBJECTION, seen)
    assert weight.confidence(0.0, 0.95, {}) > 0.75 > 0.25 > weight.confidence(0.8, 0.05, {})
    assert left_out(OBJECTION, seen).startswith("| objection | 240 | 80 |")


def test_what_is_said_around_a_piece_counts_too() -> None:
    seen = [
        piece(at, rules_objection=0.0, heard_objection=1.0, reply_regrets=float(at % 3 == 0), place=at % 2 / 2) for at in range(240)
    ]
    weight = fitted(OBJECTION, seen)
    assert weight.confidence(0.0, 0.7, {"reply_regrets": 1.0, "place": 0.0}) > 0.7
    assert weight.confidence(0.0, 0.7, {"reply_regrets": 0.0, "place": 0.0}) < 0.3


def test_the_committed_weights_are_of_the_kinds_that_are_fitted() -> None:
    contents = yaml.safe_load((Reference().folder / FusionWeights.file).read_text())
    assert set(contents["weights"]) == {kind.value for kind in (*FUSED, *SEARCHED)}
    assert Reference().table(FusionWeights).weights[SpanType.OBJECTION].head == "objection"
