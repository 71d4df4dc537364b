import pytest

from agent.signals import SignalUpdate, noted, read_update
from contract.document.session import DiscoveredSignals


@pytest.mark.parametrize(
    ("said", "read"), [("12 people", 12), ("10-15", 10), ("about two hundred", 200), ("1,200", 1200), (12.0, 12), ("2k", 2000)]
)
def test_numbers_are_read_as_models_send_them(said: object, read: int):
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
