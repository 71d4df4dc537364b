"""Thresholds of claims are fitted so that they hold for a writer nobody has seen."""

from __future__ import annotations

import yaml

from analyzers.claims import EMBEDDED, ClaimsByEngine
from contract.reference import Reference
from evaluation.claims import JudgedClaim, fitted, written
from evaluation.facts import CLAIMED


def claims(kind: str, confidence: float, right: int, wrong: int) -> list[JudgedClaim]:
    return [JudgedClaim(kind, confidence, at < right) for at in range(right + wrong)]


def test_a_kind_is_shown_from_the_lowest_confidence_on_at_which_it_is_right_often_enough() -> None:
    team = [*claims("team_size", 0.6, 5, 15), *claims("team_size", 0.9, 28, 2)]
    assert fitted(team, aim=0.8)["team_size"] == (0.65, 0.93, 30)


def test_a_kind_that_is_never_right_often_enough_is_not_shown() -> None:
    assert fitted(claims("team_size", 0.9, 12, 13), aim=0.8)["team_size"].least is None


def test_a_rare_kind_is_not_shown() -> None:
    assert fitted(claims("team_size", 0.9, 10, 0), aim=0.8)["team_size"].least is None


def test_what_is_written_is_what_is_read() -> None:
    fits = fitted(claims("competitors", 0.9, 19, 1), aim=0.8)
    table = ClaimsByEngine.model_validate(yaml.safe_load(written(fits))).of(EMBEDDED)
    assert table.least == {kind: fit.least for kind, fit in fits.items()}


def test_every_kind_that_has_labels_has_a_line() -> None:
    assert set(Reference().table(ClaimsByEngine).of(EMBEDDED).least) == set(CLAIMED)
