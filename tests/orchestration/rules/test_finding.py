"""A finding names few sessions, and never passes what could not be evaluated."""

from pathlib import Path

from orchestration.rules.finding import SAMPLE, not_evaluated, sample


def test_a_sample_names_the_first_twenty_different_sessions_in_order():
    named = sample([None, "", *(f"call_{n:02}" for n in reversed(range(30))), "call_00"])
    assert named == tuple(f"call_{n:02}" for n in range(SAMPLE))


def test_what_could_not_be_evaluated_has_failed_and_says_why():
    finding = not_evaluated("the warehouse is not there")
    assert not finding.passed
    assert finding.problem == "the warehouse is not there"


def test_rules_know_neither_the_warehouse_nor_those_who_use_them():
    folder = Path(__file__).parents[3] / "orchestration" / "rules"
    text = "\n".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    assert not [part for part in ("warehouse", "quality", "reports", "alerts", "defs") if f"from orchestration.{part}" in text]
