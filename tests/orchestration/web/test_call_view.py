"""The wording of a call's page: figures with units, local times, a dash for what was not measured, equal events counted."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from contract.reference import Reference
from orchestration.reports.display_names import DisplayNames
from orchestration.web.call_rows import CallRows
from orchestration.web.call_view import CallView, call_view
from orchestration.web.roles import RIGHTS, Role
from tests.orchestration.web.call_sample import call_rows

NAMES = DisplayNames(Reference())


def view(call: CallRows, role: Role = Role.ADMIN) -> CallView:
    return call_view(call, RIGHTS[role], ZoneInfo("America/New_York"), NAMES)


def shown(found: CallView) -> dict[str, tuple[str, str]]:
    return {fact.label: (fact.value, fact.unit) for fact in (*found.figures, *found.lead)}


def test_figures_have_units_and_times_are_local():
    found = view(call_rows())
    assert (found.title, found.subtitle) == ("Dana Ortiz", "northlight.example · dana@northlight.example")
    assert found.when == "November 24, 2026, 10:05 EST"
    facts = shown(found)
    assert facts["Duration"] == ("2:48", "min")
    assert facts["Average reply"] == ("1,046", "ms")
    assert facts["Cost"] == ("$0.09", "")
    assert facts["Turns"] == ("10", "1 interruption")
    assert facts["Needs"] == ("Salesforce", "")
    assert [badge.text for badge in found.badges] == ["Tier 1", "Meeting booked", "Positive mood"]


def test_what_was_not_measured_is_a_dash_and_never_zero():
    measured = ("duration_seconds", "engagement_score", "average_latency_ms", "usd", "lead_score", "team_size", "monthly_volume")
    nothing = dict.fromkeys((*measured, "turn_count", "total_calls", "integration_needs", "industry", "urgency", "temperature"))
    found = view(call_rows(**nothing))
    assert found.score == "–"
    assert found.score_percent == 0
    facts = shown(found)
    for label in (
        "Duration",
        "Engagement",
        "Average reply",
        "Cost",
        "Turns",
        "Team",
        "Volume",
        "Needs",
        "Industry",
        "Calls so far",
    ):
        assert facts[label][0] == "–", label
    assert shown(view(call_rows(fully_priced=False)))["Cost"] == ("$0.09", "at least")


def test_components_add_up_and_evidence_leads_to_its_turn():
    components = {component.name: component for component in view(call_rows()).components}
    assert list(components) == ["Intent", "Product fit", "Company", "Profile", "Behaviour"]
    intent = components["Intent"]
    assert (intent.points, intent.possible, intent.percent) == ("19", "20", 96)
    assert (intent.factors[0].points, intent.factors[0].why) == ("5.7", "Decision: this week")
    assert intent.factors[0].quotes[0].position == 7
    without_turns = view(replace(call_rows(), turns=[]))
    assert {quote.position for c in without_turns.components for line in c.factors for quote in line.quotes} == {None}


def test_turns_say_when_how_fast_and_in_which_mood():
    turns = view(call_rows()).turns
    assert [(turn.at, turn.remarks) for turn in turns[5:7]] == [("1:25", ()), ("1:42", ("1.1 s to reply", "interrupted"))]
    assert turns[3].sentiment == "negative"


def test_equal_events_of_a_second_are_one_with_their_number():
    events = view(call_rows()).events
    assert events[0] == ("Nov 24, 10:05:52", "The call began")
    assert events[-1] == ("Nov 24, 10:08:56", "Amplitude: event sent (×3)")
    assert ("Nov 24, 10:08:40", "Alert: Hot Lead Detected") in events


def test_a_failed_or_lost_call_says_so_first():
    assert "Ended by an error" in [badge.text for badge in view(call_rows(disconnect_reason="error")).badges]
    assert "Incomplete" in [badge.text for badge in view(call_rows(complete=False)).badges]
