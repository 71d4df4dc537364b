"""What nobody has acknowledged is repeated once in its thread, and owners are mentioned by name."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from orchestration.state.tables import ROUTED_LEADS
from tests.support.alert_channels import ERRORS, HOT_LEAD, LATENCY, AlertHome, alert_home
from tests.support.documents import NOW


@pytest.fixture
def home(tmp_path: Path) -> Iterator[AlertHome]:
    with alert_home(tmp_path) as made:
        yield made


def replies(home: AlertHome) -> list[dict[str, Any]]:
    return [reply for thread in home.workspace.replies.values() for reply in thread]


def minutes_pass(home: AlertHome, minutes: int) -> None:
    """Both clocks go on: that of the platform by making its settings again."""
    home.later(minutes=minutes)
    home.platform.settings = home.platform.settings.model_copy(update={"now": home.moment})


@pytest.mark.parametrize(("rule", "after"), [(LATENCY, 15), (HOT_LEAD, 60)])
def test_it_is_repeated_once_after_its_time(home: AlertHome, rule: str, after: int):
    home.enter(1, rule, at=NOW)
    home.sync("slack")
    minutes_pass(home, after - 1)
    assert not home.is_due("slack")
    minutes_pass(home, 1)
    assert home.is_due("slack")
    home.sync("slack")
    [reply] = replies(home)
    assert reply["text"] == f"Nobody has acknowledged this for {after} minutes."
    assert reply["reply_broadcast"]
    assert ("<!here>" in str(reply["blocks"])) == (rule == LATENCY)
    minutes_pass(home, 600)
    assert not home.is_due("slack")
    home.sync("slack")
    assert len(replies(home)) == 1


@pytest.mark.parametrize("how", ["acknowledge", "resolve"])
def test_what_somebody_has_or_what_is_over_is_not_repeated(home: AlertHome, how: str):
    home.enter(1, LATENCY, at=NOW)
    home.sync("slack")
    getattr(home, how)()
    minutes_pass(home, 60)
    home.sync("slack")
    assert replies(home) == []


def test_other_business_alerts_digests_and_silenced_ones_are_never_repeated(home: AlertHome):
    for number, rule in enumerate(("Meeting Booked", "Competitor Mentioned", ERRORS, LATENCY)):
        home.enter(number + 1, rule, at=NOW, suppressed="silenced by Ada" if rule == LATENCY else None)
    home.sync("slack")
    minutes_pass(home, 600)
    home.sync("slack")
    assert replies(home) == []


def test_what_was_posted_late_waits_its_whole_time(home: AlertHome):
    home.enter(1, LATENCY, at=NOW)
    minutes_pass(home, 60)
    home.sync("slack")
    assert not home.is_due("slack")
    minutes_pass(home, 15)
    home.sync("slack")
    assert len(replies(home)) == 1


def test_a_kill_between_reminder_and_record_repeats_nothing_twice(home: AlertHome, monkeypatch: pytest.MonkeyPatch):
    home.enter(1, LATENCY, at=NOW)
    home.sync("slack")
    minutes_pass(home, 15)
    with monkeypatch.context() as patched:
        patched.setattr("orchestration.delivery.engine.record_outcomes", lambda *_: sys.exit())
        with pytest.raises(SystemExit):
            home.sync("slack")
    assert len(replies(home)) == 1
    assert home.sync("slack").failure is None
    assert len(replies(home)) == 1
    assert not home.is_due("slack")


def test_the_owner_of_a_lead_is_mentioned_and_asked_for_once(home: AlertHome):
    home.workspace.members["maria.lopez@sales.example"] = "U0MARIA"
    with home.platform.state.writing() as connection:
        rows = [{"lead_key": key, "team": "Americas/inside", "owner": f"{key}@sales.example"} for key in ("maria.lopez", "unknown")]
        connection.execute(insert(ROUTED_LEADS), rows)
    for number, lead in enumerate(("maria.lopez", "maria.lopez", "unknown", "unrouted"), start=1):
        home.enter(number, HOT_LEAD, lead_key=lead, session_id=f"call-{number}", at=NOW)
    home.sync("slack")
    messages = home.workspace.messages["C0SALES"]
    assert ["<@U0MARIA>" in str(message["blocks"]) for message in messages] == [True, True, False, False]
    assert home.workspace.requests.count("users.lookupByEmail") == 2
    assert "lead key" not in str(messages).lower()
    minutes_pass(home, 60)
    home.sync("slack")
    assert ["<@U0MARIA>" in str(reply["blocks"]) for reply in replies(home)] == [True, True, False, False]
