"""Turns, interruptions and silences are counted from the document alone (spec 3.3)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzers.durations import silences
from tests.analyzers.conversation_quality.reports import quality_of
from tests.analyzers.recorded_calls import agent, at, recorded_call, user


def test_turn_balance_is_user_turns_over_agent_turns() -> None:
    balance = quality_of([agent(), user(), agent(), user(), user()]).metrics.turn_balance
    assert (balance.value, balance.status) == (1.5, "warning")
    assert quality_of([agent(), user(), agent(), agent()]).metrics.turn_balance.status == "poor"


def test_a_gap_over_three_seconds_counts_in_full() -> None:
    turns = [agent(start=0, end=5), user(start=8, end=10), agent(start=14, end=20), user(start=19, end=22)]
    dead_air = quality_of(turns, duration_seconds=40).metrics.dead_air_percentage
    assert (dead_air.value, dead_air.seconds, dead_air.status) == (10.0, 4.0, "warning")
    assert [(gap.after_item_id, gap.before_item_id, gap.seconds) for gap in dead_air.gaps] == [("item_001", "item_002", 4.0)]


def test_speech_over_a_gap_fills_it() -> None:
    turns = [agent(start=0, end=20), user(start=2, end=3), user(start=10, end=11), agent(start=22, end=23)]
    assert quality_of(turns, duration_seconds=30).metrics.dead_air_percentage.value == 0


@pytest.mark.parametrize("turns", [[agent(), user()], [agent(start=0, end=5), user(start=9, end=10), agent(start=None, end=30)]])
def test_missing_times_make_dead_air_unavailable(turns: list[object]) -> None:
    dead_air = quality_of(turns, duration_seconds=60).metrics.dead_air_percentage
    assert (dead_air.value, dead_air.seconds, dead_air.status, dead_air.reason) == (None, None, "unavailable", "times_missing")


def test_the_last_turn_of_a_cut_call_needs_no_end() -> None:
    assert quality_of([agent(start=0, end=5), user(start=10)], duration_seconds=50).metrics.dead_air_percentage.value == 10


def test_without_a_duration_shares_of_it_are_unavailable() -> None:
    metrics = quality_of([agent(start=0, end=5), user(start=10, end=11)], duration_seconds=0, interruptions=[{}]).metrics
    assert metrics.dead_air_percentage.reason == metrics.interruptions_per_minute.reason == "no_duration"
    assert metrics.interruptions.value == 1


def test_the_end_time_stands_in_for_a_missing_duration() -> None:
    assert quality_of([agent(start=0, end=5), user(start=10, end=11)], end_time=at(50)).metrics.dead_air_percentage.value == 10


def test_interruptions_are_counted_and_rated_by_the_minute() -> None:
    metrics = quality_of([agent(start=0, end=1), user(start=1, end=2)], duration_seconds=120, interruptions=[{}, {}, {}]).metrics
    assert (metrics.interruptions.value, metrics.interruptions.status) == (3, "warning")
    assert (metrics.interruptions_per_minute.value, metrics.interruptions_per_minute.status) == (1.5, "poor")


def test_an_older_document_that_records_no_timings_has_unknown_interruptions() -> None:
    metrics = quality_of([agent(), user()], duration_seconds=120).metrics
    assert (metrics.interruptions.value, metrics.interruptions.status, metrics.interruptions.reason) == (
        None,
        "unavailable",
        "not_recorded",
    )


seconds = st.floats(min_value=-1e5, max_value=1e5)


@given(st.lists(st.tuples(seconds, seconds), max_size=30))
def test_silences_are_positive_and_never_longer_than_the_conversation(spans: list[tuple[float, float]]) -> None:
    call = recorded_call([user(start=start, end=end) for start, end in spans])
    found = silences(call.document) or []
    assert all(gap.seconds > 0 for gap in found)
    if spans:
        first, last = min(start for start, _ in spans), max(max(span) for span in spans)
        assert sum(gap.seconds for gap in found) <= last - first + 0.001 * len(spans)
