import json
from pathlib import Path
from typing import Any

import pytest

from agent.signals import SignalUpdate, noted, read_update
from contract.document.session import DiscoveredSignals


@pytest.mark.parametrize(
    ("said", "read"), [("12 people", 12), ("10-15", 10), ("about two hundred", 200), ("1,200", 1200), (12.0, 12), ("2k", 2000)]
)
def test_numbers_are_read_as_models_send_them(said: object, read: int):
    assert read_update({"team_size": said}) == (SignalUpdate(team_size=read), ())


def bounds() -> list[Any]:
    """Arguments of ``note_signal`` with the figure that is right, null where none was said."""
    cases = json.loads((Path(__file__).parent / "live_signals.json").read_text(encoding="utf-8"))["cases"]
    return [pytest.param(field, said, case["right"], id=said) for case in cases for field, said in case["arguments"].items()]


@pytest.mark.parametrize(("field", "said", "right"), bounds())
def test_a_given_bound_or_word_has_its_right_figure(field: str, said: str, right: int | None):
    update, refused = read_update({field: said})
    assert getattr(update, field) == right
    assert refused == (() if right else (field,))


@pytest.mark.parametrize(
    "said",
    [
        "fewer than five", "under 10", "under a hundred", "below twenty", "less than two dozen", "at most twenty", "20 at most",
        "no more than ten", "not more than 10", "never more than fifty", "up to about 40", "< 5", "<=5", "≤ 5", "max 10",
        "a maximum of ten", "ten tops", "5 or fewer", "five users or less", "capped at 50", "limited to 50 seats", "not five",
        "not yet 100", "we don't have 12", "almost a hundred", "just under 100", "nowhere near 100", "0-50", "we never exceed 50",
        "two fifty",
    ],
)  # fmt: skip
def test_an_upper_bound_or_a_negation_is_no_figure(said: str):
    assert read_update({"team_size": said, "monthly_volume": said}) == (SignalUpdate(), ("team_size", "monthly_volume"))


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("no fewer than ten", 10), ("at least 10", 10), ("more than twenty", 20), ("50+", 50), ("between ten and fifteen", 10),
        ("from 10 up to 15", 10), ("five or six", 5), ("two to three hundred", 200), ("2-3k", 2000), ("half a dozen", 6),
        ("two dozen", 24), ("1.400", 1400), ("thirteen, not thirty", 13), ("not five but six", 6), ("not sure, maybe 12", 12),
        ("usually 30, in June up to 180", 30), ("more than 5 but fewer than 10", 5), ("two people", 2), ("just one", 1),
    ],
)  # fmt: skip
def test_what_the_words_promise_at_least_is_the_figure(said: str, read: int):
    assert read_update({"team_size": said}) == (SignalUpdate(team_size=read), ())


@pytest.mark.parametrize("said", [True, -3, 0, float("nan"), float("inf"), "many", [], {"a": 1}, 10**400])
def test_what_cannot_be_read_is_named_and_nothing_is_raised(said: object):
    assert read_update({"team_size": said, "industry": "legal"}) == (SignalUpdate(industry="legal"), ("team_size",))


def test_names_nobody_knows_are_not_repeated():
    assert read_update({"<b>x</b>" * 1000: 1})[1] == ("unknown field",)


def test_later_values_replace_earlier_and_null_never_does():
    first = noted(DiscoveredSignals(), SignalUpdate(team_size=12, industry="legal", integration_needs=["Zapier"]))
    later = noted(first, SignalUpdate(team_size=3, integration_needs=["zapier", "API"]))
    assert (later.team_size, later.industry, later.integration_needs) == (3, "legal", ("zapier", "api"))
    assert (first.qualification_tier, later.qualification_tier) == ("Tier 1", "Tier 2")


def test_the_model_may_note_every_signal_of_the_document_but_the_tier() -> None:
    assert list(SignalUpdate.model_fields) == [name for name in DiscoveredSignals.model_fields if name != "qualification_tier"]
