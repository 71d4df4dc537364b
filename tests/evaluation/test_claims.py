"""Thresholds of claims are fitted so that they hold for a writer nobody has seen."""

from __future__ import annotations

import json
from pathlib import Path

import yaml

from analyzers.claims import EMBEDDED, ClaimsByEngine
from contract.reference import Reference
from evaluation.claims import ConfirmedClaims, JudgedClaim, fitted, written
from evaluation.facts import CLAIMED


def claims(kind: str, confidence: float, right: int, wrong: int) -> list[JudgedClaim]:
    return [JudgedClaim(kind, confidence, at < right) for at in range(right + wrong)]


def test_a_kind_is_shown_from_the_lowest_confidence_on_at_which_it_is_right_often_enough() -> None:
    team = [*claims("team_size", 0.6, 5, 15), *claims("team_size", 0.9, 28, 2)]
    assert fitted(team, aim=0.8)["team_size"] == (0.65, 0.93, 30)


def test_a_claim_that_was_judged_is_known_by_its_passage_and_its_kind(tmp_path: Path) -> None:
    file = tmp_path / "judged.jsonl"
    says = "pricing | that is a lot for the two of us"
    file.write_text(json.dumps({"call": "z_01", "kind": "objections", "says": says, "right": True}) + "\n", encoding="utf-8")
    confirmed = ConfirmedClaims(file)
    assert confirmed.include("z_01", "objections", "pricing | well, that is a lot for the two of us, you know")
    assert not confirmed.include("z_01", "objections", "timing | that is a lot for the two of us")
    assert not confirmed.include("z_02", "objections", says)
    assert not confirmed.include("z_01", "objections", "pricing | we pay nothing today")


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
