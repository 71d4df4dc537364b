"""Weights are fitted from what rules and reader said of each piece, and from how whole calls come out."""

from __future__ import annotations

import pytest
import yaml

from analyzers.language.annotations import SpanType
from analyzers.language.embedded.fusion import FusionWeights
from contract.reference import Reference
from training.fusion import HEADS, SEARCHED, LabelledPiece, fitted

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def test_the_one_that_knows_better_weighs_more() -> None:
    seen = [LabelledPiece(0.8 * (at % 2), 3.0 if at % 3 == 0 else -3.0, at % 3 == 0) for at in range(120)]
    weight, row = fitted("objection", seen)
    assert weight.confidence(0.0, 0.95) > 0.8 > 0.2 > weight.confidence(0.8, 0.05)
    assert row.startswith("| objection | 120 | 40 |")


def test_the_committed_weights_are_of_the_kinds_that_are_fitted() -> None:
    contents = yaml.safe_load((Reference().folder / FusionWeights.file).read_text())
    assert set(contents["weights"]) == {kind.value for kind in (*HEADS, *SEARCHED)}
    assert Reference().table(FusionWeights).weights[SpanType.OBJECTION].head == "objection"
