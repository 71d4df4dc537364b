"""Where alerts go: to their own channel, and to the next one that is set up when theirs has not taken them for a minute."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract.platform.failures import ConfigurationFailure
from contract.reference import Reference
from orchestration.alerts.routes import Place, Routes
from orchestration.alerts.rules import AlertRules
from tests.fakes.pagerduty import Fault
from tests.support.alert_channels import ERRORS, HOT_LEAD, LATENCY, alert_home

RULES = Reference().table(AlertRules)


def test_each_channel_is_passed_over_that_is_not_set_up():
    both = Routes(RULES, {"pagerduty": "pagerduty", "slack_ops": "slack"})
    assert both.place(ERRORS, "pagerduty") == Place("pagerduty")
    assert both.place(ERRORS, "slack") == Place("slack_ops", ("pagerduty",), "pagerduty")
    assert both.place(LATENCY, "slack") == Place("slack_ops")
    assert both.place(LATENCY, "pagerduty") is None
    assert both.place("No Such Rule", "slack") is None
    assert Routes(RULES, {"slack_ops": "slack"}).place(ERRORS, "slack") == Place("slack_ops", (), "pagerduty")
    assert Routes(RULES, {"slack_ops": "slack"}).place(HOT_LEAD, "slack") is None


@pytest.mark.parametrize("fault", ["down", "lost", 429, 503, 400])
def test_what_fails_for_a_minute_goes_to_the_next_channel_which_says_so(fault: Fault, tmp_path: Path):
    with alert_home(tmp_path) as home:
        home.enter()
        home.service.faults = [fault] * 4
        home.sync("pagerduty")
        home.service.faults, refused = [], fault == 400
        home.later(seconds=59)
        assert home.is_due("slack") == refused
        home.later(seconds=1)
        assert home.is_due("slack")
        assert home.sync("slack").failure is None
        assert not home.is_due("slack")
        [message] = home.workspace.messages["C0OPS"]
        assert "PagerDuty has not taken this alert, so it is told here." in str(message["blocks"])
        assert "<!here>" in str(message["blocks"])
        assert home.alert()["sent_to"] == "slack_ops"
        home.later(minutes=3)
        home.sync("pagerduty")
        assert home.alert()["sent_to"] == ("slack_ops" if refused else "slack_ops, pagerduty")
        home.resolve()
        home.sync("slack")
        [message] = home.workspace.messages["C0OPS"]
        assert "*Resolved*" in str(message["blocks"])


def test_a_refused_setting_hands_over_as_well(tmp_path: Path):
    with alert_home(tmp_path) as home:
        home.enter()
        home.service.key = "0" * 32
        with pytest.raises(ConfigurationFailure):
            home.sync("pagerduty")
        home.later(minutes=1)
        home.sync("slack")
        assert len(home.workspace.messages["C0OPS"]) == 1


def test_an_open_circuit_hands_over_at_once_and_what_works_hands_over_nothing(tmp_path: Path):
    with alert_home(tmp_path) as home:
        for _ in range(5):
            home.enter()
            home.service.faults = ["down"] * 4
            home.sync("pagerduty")
        home.enter(2)
        assert home.sync("slack").counts_by_kind["alert"].sent == 2
        home.later(minutes=6)
        home.sync("pagerduty")
        home.enter(3)
        home.sync("pagerduty")
        home.later(hours=1)
        assert not home.is_due("slack")
        assert len(home.service.incidents) == 3


def test_without_pagerduty_a_page_is_told_by_the_next_channel_at_once(tmp_path: Path):
    with alert_home(tmp_path, without=["pagerduty"]) as home:
        home.enter()
        home.sync("slack")
        [message] = home.workspace.messages["C0OPS"]
        assert "PagerDuty has not taken this alert" in str(message["blocks"])


@pytest.mark.parametrize("how", ["acknowledge", "resolve"])
def test_what_is_over_is_not_handed_over(how: str, tmp_path: Path):
    with alert_home(tmp_path) as home:
        home.enter()
        home.service.faults = ["down"] * 4
        home.sync("pagerduty")
        home.later(minutes=5)
        getattr(home, how)()
        assert not home.is_due("slack")
