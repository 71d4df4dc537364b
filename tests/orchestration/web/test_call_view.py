"""The wording of a call's page: figures with units, local times, a dash for what was not measured, equal events counted."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from contract.reference import Reference
from orchestration.reports.display_names import DisplayNames
from orchestration.web.call_rows import CallRows
from orchestration.web.call_view import CallView, call_view
from orchestration.web.evidence_marks import MarkedSpan, TextPart, parts_of, spans_by_item
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


def test_what_the_reports_rest_on_is_marked_in_the_words():
    turn = view(call_rows()).turns[7]
    assert "".join(part.text for part in turn.parts) == turn.text
    assert [(part.text, part.labels) for part in turn.parts if part.labels] == [
        ("That alone would save us a day a week", "Buying signal"),
        ("can we talk to somebody on Thursday", "Decision"),
    ]
    assert turn.silence == "7.8 s of dead air"


def test_evidence_that_is_not_what_was_said_marks_nothing():
    moved = {"item_id": "a", "start": 1, "end": 4, "quote": "two"}
    elsewhere = {"item_id": "b", "start": 0, "end": 3, "quote": "one"}
    assert spans_by_item({"r": {"team_size": {"evidence": [moved, elsewhere, {"item_id": "a"}]}}}, {"a": "one two"}) == {}


def test_places_that_overlap_have_both_labels():
    spans = [MarkedSpan(0, 7, "Pain"), MarkedSpan(4, 9, "Volume"), MarkedSpan(4, 9, "Pain")]
    assert parts_of("one two three", spans) == (
        TextPart("one ", "Pain"), TextPart("two", "Pain, Volume"), TextPart(" t", "Volume, Pain"), TextPart("hree"),
    )  # fmt: skip
    assert parts_of("", ()) == ()


def test_the_timeline_has_turns_replies_interruptions_and_dead_air():
    timeline = view(call_rows()).timeline
    assert timeline is not None
    assert (len(timeline.caller), len(timeline.agent), len(timeline.gaps), len(timeline.interruptions)) == (5, 5, 1, 1)
    assert [bar.tone for bar in timeline.replies] == ["warn", "good", "warn", "warn"]
    assert timeline.dead_air == "7.8 s in 1 gap"
    assert timeline.labels == ("0:00", "1:24", "2:48")
    assert timeline.rows[7].remarks == "positive, then 7.8 s of dead air"
    assert all(0 <= bar.x <= 1000 for bar in (*timeline.caller, *timeline.agent, *timeline.gaps))
    assert view(replace(call_rows(), timeline=[{**call_rows().timeline[0], "offset_ms": None}])).timeline is None


def test_reports_show_figures_to_all_and_findings_to_those_who_see_words():
    call = call_rows()
    reports = {report.title: report for report in view(call).reports}
    assert [(figure.value, figure.tone) for figure in reports["Performance"].figures][:2] == [
        ("9.20 / 10, A", ""),
        ("1,046 ms", "warn"),
    ]
    pain = next(entry for entry in reports["Sales intelligence"].entries if entry.kind == "Pain")
    assert (pain.text, pain.position) == ("every one of them retypes the same three pages.", 3)
    without = view(replace(call, reports={}, turns=[]), Role.VIEWER).reports
    assert "Conversation quality" in [report.title for report in without]
    assert not any(report.entries for report in without)
