"""In a burst the calls that look like hot leads are analysed first, and nothing odd among them stops the others."""

from __future__ import annotations

from typing import Any

import pytest

from contract.document.keys import session_key
from orchestration.intake.discovery import discover
from orchestration.intake.hot_first import BURST, FIRST, looks_hot
from orchestration.intake.planning import BatchPlan, next_plan
from orchestration.resources import Platform
from tests.support.documents import NOW, START, packed, put, session

BOOKED = [{"tool": "book_sales_meeting", "success": True}]
HOT: dict[str, Any] = {"discovered_signals": {"team_size": 40}, "tool_calls": BOOKED}


def arrive(platform: Platform, cold: int, hot: int) -> list[str]:
    """Cold calls, then hot ones after them; the keys of the hot ones."""
    for n in range(cold):
        put(platform, session(f"cold_{n:04d}"))
    names = [f"hot_{n:04d}" for n in range(hot)]
    for name in names:
        put(platform, session(name, **HOT))
    discover(platform.store, platform.state, NOW)
    return [session_key(name, START) for name in names]


def plan(platform: Platform) -> BatchPlan:
    planned = next_plan(platform.settings, platform.state, NOW, platform.first_day)
    assert planned
    return planned


def test_a_few_hot_calls_of_a_burst_get_a_run_of_their_own(platform: Platform):
    hot = arrive(platform, BURST, 2)
    planned = plan(platform)
    assert sorted(planned.store_keys) == sorted(hot)
    assert planned.builds, "nothing was published yet"


def test_many_hot_calls_come_before_the_others_in_one_run(platform: Platform):
    hot = arrive(platform, BURST, FIRST + 1)
    planned = plan(platform).store_keys
    assert len(planned) == BURST + FIRST + 1
    assert sorted(planned[: len(hot)]) == sorted(hot)


def test_few_calls_are_taken_as_they_came(platform: Platform):
    arrive(platform, BURST - 1, 1)
    assert len(plan(platform).store_keys) == BURST


def test_documents_that_cannot_be_read_are_not_hot_and_stop_nothing(platform: Platform):
    for n, body in enumerate((b"", b"\x1f\x8bcut", b"[1]", b'{"discovered_signals": 3}', packed({"tool_calls": [None, 7]}))):
        platform.store.put(session_key(f"odd_{n}", START), body)
    hot = arrive(platform, BURST, 1)
    assert plan(platform).store_keys == hot


@pytest.mark.parametrize(
    ("document", "hot"),
    [
        (HOT, True),
        ({**HOT, "discovered_signals": {"integration_needs": ["Salesforce"]}}, True),
        ({**HOT, "discovered_signals": {"team_size": 2, "monthly_volume": True}}, False),
        ({**HOT, "tool_calls": [{"tool": "book_sales_meeting", "success": False}]}, False),
        ({"tool_calls": BOOKED}, False),
        ({**HOT, "discovered_signals": {"integration_needs": "Salesforce"}}, False),
    ],
)
def test_hot_is_a_booked_meeting_with_the_signals_of_tier_1(document: dict[str, Any], hot: bool):
    assert looks_hot(document) is hot


def test_each_document_of_a_backlog_is_looked_into_once(platform: Platform, monkeypatch: pytest.MonkeyPatch):
    hot = arrive(platform, BURST, 2)
    looked: list[list[str]] = []

    def counted(store: object, keys: list[str]) -> list[str]:
        looked.append(list(keys))
        return [key for key in keys if key in hot]

    monkeypatch.setattr("orchestration.intake.planning.hot_keys", counted)
    assert sorted(plan(platform).store_keys) == sorted(hot)
    put(platform, session("late"))
    discover(platform.store, platform.state, NOW)
    assert sorted(plan(platform).store_keys) == sorted(hot)
    assert [len(keys) for keys in looked] == [BURST + 2, 1]
