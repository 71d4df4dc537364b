"""pending, firing, resolved: what a rule's own times change, rule by rule on a made-up condition."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from orchestration.alerts.episodes import Episodes, Evaluated, evaluate
from orchestration.alerts.rules import AlertRule, AlertRules
from orchestration.alerts.timeline import Sample, Timeline
from tests.orchestration.alerts.histories import BUDGETS, BUSINESS, RULES, ZONE

NOON = datetime(2026, 10, 6, 16, tzinfo=UTC)  # a Tuesday in New York


def rules(*changed: AlertRule) -> AlertRules:
    return RULES.model_copy(update={"rules": changed})


def backlog(**changed: object) -> AlertRule:
    given = {"sustained": 0, "keep_firing_for": 0, "cool_down": 0, **changed}
    return RULES.named("Queue Backlog >100").model_copy(update=given)


class Watch:
    """Evaluates rules minute by minute, with the depth of the queue given for each."""

    def __init__(self, *watched: AlertRule) -> None:
        self.rules = rules(*watched)
        self.timeline = Timeline(ZONE, timedelta(hours=4), BUDGETS)
        self.now, self.episodes = NOON, {}
        self.changes: list[tuple[int, str, str]] = []

    def see(self, *depths: int | None) -> Watch:
        for depth in depths:
            self.timeline.sample = None if depth is None else Sample(self.now, queue_depth=depth, warehouse_lag_minutes=depth)
            self.take(evaluate(self.rules, BUSINESS, self.timeline, self.episodes, self.now))
            self.now += timedelta(minutes=1)
        return self

    def take(self, evaluated: Evaluated) -> None:
        self.episodes: Episodes = evaluated.episodes
        minute = round((self.now - NOON) / timedelta(minutes=1))
        self.changes += [(minute, one.change, one.rule.name) for one in evaluated.transitions]

    def of(self, rule: AlertRule) -> list[tuple[int, str]]:
        return [(minute, change) for minute, change, name in self.changes if name == rule.name]


def test_a_condition_fires_once_and_resolves():
    rule = backlog()
    assert Watch(rule).see(50, 150, 150, 150, 50, 50).of(rule) == [(1, "fired"), (4, "resolved")]


def test_for_waits_and_forgets_what_was_over_before():
    rule = backlog(sustained=2)
    assert Watch(rule).see(150, 150, 50, 150, 150, 150).of(rule) == [(5, "fired")]


def test_keep_firing_for_is_one_incident_through_short_pauses():
    rule = backlog(keep_firing_for=3)
    assert Watch(rule).see(150, 50, 50, 150, 50, 50, 50).of(rule) == [(0, "fired"), (6, "resolved")]


def test_after_its_cool_down_a_rule_fires_as_another_episode():
    rule = backlog(cool_down=3)
    watch = Watch(rule).see(150, 50, 150, 150, 150, 150)
    assert watch.of(rule) == [(0, "fired"), (1, "resolved"), (4, "fired")]


@pytest.mark.parametrize(("no_data", "expected"), [("hold", []), ("resolve", [(2, "resolved")]), ("fire", [])])
def test_without_data_a_firing_rule_does_what_it_says(no_data: str, expected: list[tuple[int, str]]):
    rule = backlog(no_data=no_data)
    assert Watch(rule).see(150, 150, None, None).of(rule) == [(0, "fired"), *expected]


def test_without_data_a_rule_that_rests_fires_only_when_it_says_so():
    quiet, loud = backlog(no_data="hold"), backlog(no_data="fire")
    assert Watch(quiet).see(None).of(quiet) == []
    watch = Watch(loud)
    watch.take(evaluate(watch.rules, BUSINESS, watch.timeline, {}, NOON))
    assert watch.of(loud) == []  # nothing is known of any subject, so there is none to fire for


def test_what_explains_a_rule_silences_it_until_its_windows_have_left_the_incident():
    first = backlog()
    second = RULES.named("Warehouse Stale").model_copy(
        update={"inhibited_by": (first.name,), "above": 10, "keep_firing_for": 0, "cool_down": 0, "clock": 3}
    )
    watch = Watch(first, second).see(150, 150, 90, 90, 90, 90)
    assert watch.of(second) == [(0, "silenced"), (4, "fired")]
    assert Watch(first, second).see(150, 150, 5, 5, 90).of(second) == [(0, "silenced"), (4, "fired")]


def test_a_rule_waits_while_what_may_explain_it_is_pending():
    first = backlog(sustained=2)
    second = RULES.named("Warehouse Stale").model_copy(update={"inhibited_by": (first.name,), "above": 10, "clock": 1})
    assert Watch(first, second).see(150, 150, 150).of(second) == [(2, "silenced")]
    assert Watch(first, second).see(150, 90, 90).of(second) == [(1, "fired")]


def test_business_hours_keep_a_rule_from_beginning_and_not_from_ending():
    rule = backlog(business_hours=True)
    night = Watch(rule)
    night.now = NOON + timedelta(hours=10)
    assert night.see(150, 150).changes == []
    evening = Watch(rule)
    evening.now = NOON + timedelta(hours=5, minutes=59)
    assert [change for _, change, _ in evening.see(150, 150, 50).changes] == ["fired", "resolved"]


def test_an_episode_has_one_id_and_the_next_another():
    rule = backlog()
    watch = Watch(rule).see(150)
    [first] = watch.episodes.values()
    watch.see(150)
    assert next(iter(watch.episodes.values())).id == first.id
    watch.see(50, 150)
    assert next(iter(watch.episodes.values())).id != first.id
