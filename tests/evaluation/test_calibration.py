import pytest

from evaluation.calibration import brier, calibration_error, reliability
from evaluation.scores import Claim


def claims(confidence: float, right: int, wrong: int) -> list[Claim]:
    return [Claim("f", confidence, True)] * right + [Claim("f", confidence, False)] * wrong


def test_confidence_that_means_what_it_says_has_no_error():
    bins = reliability(claims(0.8, 8, 2))
    assert calibration_error(bins) == 0
    assert (bins[8].n, bins[8].right) == (10, 0.8)


def test_overconfidence_shows_in_brier_and_error():
    sure = claims(1.0, 1, 1)
    assert brier(sure) == 0.5
    assert calibration_error(reliability(sure)) == 0.5
    assert reliability(sure)[9].n == 2


def test_half_sure_of_everything_gets_a_quarter():
    assert brier(claims(0.5, 3, 5)) == pytest.approx(0.25)


def test_no_claims_give_no_figures():
    assert brier([]) is None
    assert calibration_error(reliability([])) is None
