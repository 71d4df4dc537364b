"""Facts of the whole call are fitted on writers' calls, and judged by a model that has not seen the writer."""

from __future__ import annotations

from analyzers.language.embedded.fitted import FittedFacts
from contract.reference import Reference
from training.call_facts import RECIPES, FactExample, fitted, left_out


def example(at: int, writer: str) -> FactExample:
    hint = float(at % 3 == 0)
    return FactExample(writer, {"hint": hint, "noise": float(at % 2)}, "yes" if hint else "no", "no")


def test_what_goes_with_the_label_carries_the_weight() -> None:
    fact = fitted([example(at, "a") for at in range(60)], 1.0)
    assert fact.likelihoods({"hint": 1.0, "noise": 0.0})["yes"] > 0.8 > 0.2 > fact.likelihoods({"hint": 0.0, "noise": 1.0})["yes"]


def test_a_writer_is_judged_by_the_calls_of_the_others() -> None:
    others = [example(at, "a") for at in range(60)]
    contrary = [one._replace(writer="b", label="no" if one.label == "yes" else "yes") for one in others[:12]]
    said = left_out([*others, *contrary], 1.0)
    assert said[60:] == [one.label for one in others[:12]]


def test_the_committed_facts_are_those_that_are_fitted_and_better_than_the_rules() -> None:
    facts = Reference().table(FittedFacts).facts
    assert set(facts) == set(RECIPES)
    assert all(fact.accuracy > fact.rules for fact in facts.values())


def test_three_labels_have_a_weight_each() -> None:
    examples = [FactExample("a", {"score": float(at % 3)}, ("bad", "even", "good")[at % 3], "even") for at in range(60)]
    fact = fitted(examples, 10.0)
    assert [max(fact.likelihoods({"score": s}).items(), key=lambda one: one[1])[0] for s in (0.0, 2.0)] == ["bad", "good"]
    assert fact.labels == ("bad", "even", "good")
    assert all(len(weights) == 3 for weights in fact.weights.values())
