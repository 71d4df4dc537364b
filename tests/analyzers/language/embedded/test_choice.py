"""One of the values that a call names is chosen by numbers of each candidate."""

from __future__ import annotations

import pytest

from analyzers.language.embedded.choice import FittedChoice, FittedChoices
from contract.reference import Reference
from training.choices import RECIPES, ChoiceExample, fitted, judged

CHOICE = FittedChoice(accuracy=1.0, rules=0.5, weights={"rule": 1.0, "heard": 2.0, "none": 0.5})


def test_the_likeliest_candidate_has_the_best_sum_and_all_add_up_to_one() -> None:
    nothing, ruled, heard = CHOICE.likelihoods([{"none": 1.0}, {"rule": 1.0}, {"heard": 0.9, "unknown": 99.0}])
    assert heard > ruled > nothing
    assert nothing + ruled + heard == pytest.approx(1.0)


def test_great_sums_do_not_overflow() -> None:
    assert CHOICE.likelihoods([{"heard": 1e6}, {"heard": -1e6}]) == [1.0, 0.0]


def example(writer: str, *, heard_is_right: bool) -> ChoiceExample:
    return ChoiceExample(writer, [{"none": 1.0}, {"rule": 1.0}, {"heard": 1.0}], [False, not heard_is_right, heard_is_right], False)


def test_what_is_right_carries_the_weight() -> None:
    weights = fitted([example("a", heard_is_right=True) for _ in range(20)])
    assert weights["heard"] > 1.0 > max(weights["rule"], weights["none"])


def test_each_writer_is_judged_by_the_calls_of_the_others() -> None:
    usual = [example("a", heard_is_right=True) for _ in range(20)]
    contrary = [example("b", heard_is_right=False) for _ in range(5)]
    assert judged("team_size", [*usual, *contrary]).accuracy == 0.0


def test_a_call_without_a_right_candidate_teaches_nothing() -> None:
    lost = ChoiceExample("a", [{"none": 1.0}, {"rule": 1.0}], [False, False], False)
    usual = [example("a", heard_is_right=True) for _ in range(20)]
    assert fitted([*usual, lost]) == fitted(usual)


def test_the_committed_choices_are_those_that_are_fitted_and_better_than_the_rules() -> None:
    choices = Reference().table(FittedChoices).choices
    assert set(choices) == set(RECIPES)
    assert all(choice.accuracy > choice.rules for choice in choices.values())
