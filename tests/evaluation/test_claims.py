"""Thresholds of claims are fitted so that they hold for a writer nobody has seen."""

from __future__ import annotations

import pytest
import yaml

from analyzers.claims import EMBEDDED, ClaimsByEngine
from contract.reference import Reference
from evaluation.claims import JudgedClaim, fitted, written
from evaluation.facts import CLAIMED


def claims(kind: str, confidence: float, right: int, wrong: int, unseen: bool = False) -> list[JudgedClaim]:
    return [JudgedClaim(kind, confidence, at < right, unseen) for at in range(right + wrong)]


# What seen and unseen writers have in common: nothing is lost between them.
EVEN = [*claims("competitors", 0.9, 19, 1), *claims("competitors", 0.9, 19, 1, unseen=True)]


def test_a_kind_is_shown_from_the_lowest_confidence_on_at_which_it_is_right_often_enough() -> None:
    team = [*claims("team_size", 0.6, 5, 15), *claims("team_size", 0.9, 28, 2)]
    assert fitted([*EVEN, *team], aim=0.8)["team_size"].least == 0.65


def test_a_kind_that_is_never_right_often_enough_is_not_shown() -> None:
    assert fitted([*EVEN, *claims("team_size", 0.9, 12, 13)], aim=0.8)["team_size"].least is None


def test_a_rare_kind_is_not_shown() -> None:
    assert fitted([*EVEN, *claims("team_size", 0.9, 10, 0)], aim=0.8)["team_size"].least is None


def test_what_the_unseen_writer_shows_outweighs_what_the_others_promise() -> None:
    team = [*claims("team_size", 0.9, 40, 0), *claims("team_size", 0.9, 5, 15, unseen=True)]
    assert fitted([*EVEN, *team], aim=0.8)["team_size"].least is None


def test_without_an_unseen_writer_nothing_can_be_fitted() -> None:
    with pytest.raises(ValueError, match="unseen"):
        fitted(claims("team_size", 0.9, 20, 0))


def test_what_is_written_is_what_is_read() -> None:
    fits = fitted(EVEN, aim=0.8)
    table = ClaimsByEngine.model_validate(yaml.safe_load(written(fits))).of(EMBEDDED)
    assert table.least == {kind: fit.least for kind, fit in fits.items()}


def test_every_kind_that_has_labels_has_a_line() -> None:
    assert set(Reference().table(ClaimsByEngine).of(EMBEDDED).least) == set(CLAIMED)
