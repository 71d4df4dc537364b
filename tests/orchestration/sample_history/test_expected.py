"""The committed expectations fit their incidents, and comparing with them shows each way of being wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import PROJECT_ROOT
from orchestration.sample_history.expected import AlertLine, ExpectedAlerts, compare, read_expected
from orchestration.sample_history.history import plan_history
from orchestration.sample_history.incidents import read_incidents
from orchestration.sample_history.planning import planned_calls

FOLDERS = sorted(path.parent for path in (PROJECT_ROOT / "data" / "alert_history").glob("*/expected.yml"))
SEVERITIES = {
    "Agent Down": "P1",
    "Error Rate >10%": "P1",
    "Average Latency >2000ms": "P1",
    "Queue Backlog >100": "P1",
    "API Failures": "P1",
    "Latency >1500ms Sustained": "P2",
    "Error Rate >5%": "P2",
    "Token Usage Spike": "P2",
    "Cost Burn Rate Exceeds Budget": "P2",
    "Connection Quality Degraded": "P2",
    "Hot Lead Detected (Score >80)": "P2",
    "Meeting Booked": "P2",
    "Competitor Mentioned": "P2",
    "Content Gaps Identified": "P3",
    "Low Engagement Sessions": "P3",
    "Feature Requests": "P3",
    "dead-lettered or rejected sessions": "P2",
}
"""Of the 20 rules those that a sample history can make fire: names of the specification, severities of sections 7.1 to 7.4."""


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.name)
def folder(request: pytest.FixtureRequest) -> Path:
    return request.param


def perfect(expected: ExpectedAlerts) -> Iterator[AlertLine]:
    """What rules print that do all that is expected, and nothing else."""
    for episode in expected.episodes:
        if not episode.optional:
            yield AlertLine(
                rule=episode.rule,
                subject=episode.subject,
                severity=episode.severity,
                fired_at=episode.fired.latest,
                resolved_at=episode.resolved.earliest
                if episode.resolved.earliest > episode.fired.latest
                else episode.resolved.latest,
            )
    for counts in expected.counts:
        for day, number in counts.days.items():
            noon = datetime.combine(day, time(12), ZoneInfo(expected.zone))
            for index in range(number):
                yield AlertLine(
                    rule=counts.rule, subject=f"call_{index}", severity=counts.severity, fired_at=noon + timedelta(minutes=index)
                )


def test_there_are_the_histories_of_a_month_and_those_of_every_test_run():
    found = {(expected.days, expected.per_day) for expected in map(read_expected, (path / "expected.yml" for path in FOLDERS))}
    assert found == {(30, 45), (30, 2000), (3, 45), (1, 2000)}


def test_rules_and_severities_are_those_of_the_specification(folder: Path):
    expected = read_expected(folder / "expected.yml")
    for entry in (*expected.episodes, *expected.counts):
        assert entry.severity == SEVERITIES[entry.rule]


def test_every_incident_is_expected_or_quiet_and_none_fires_before_it_starts(folder: Path):
    expected, file = read_expected(folder / "expected.yml"), read_incidents(folder / "incidents.yml")
    starts = {incident.name: incident.start for incident in file.incidents}
    named = {episode.incident for episode in expected.episodes} | {name for c in expected.counts for name in c.incidents}
    assert named | set(expected.quiet) == starts.keys()
    assert not named & set(expected.quiet)
    assert expected.zone == file.zone
    for episode in expected.episodes:
        assert episode.fired.earliest >= starts[episode.incident]
        assert episode.resolved.latest > episode.fired.latest


def test_counted_calls_are_as_many_as_the_incidents_have(folder: Path):
    expected, file = read_expected(folder / "expected.yml"), read_incidents(folder / "incidents.yml")
    sizes = {incident.name: getattr(incident, "count", None) for incident in file.incidents}
    for counts in (counts for counts in expected.counts if counts.severity != "P3"):
        assert sum(counts.days.values()) == sum(sizes[name] or 0 for name in counts.incidents)


def test_a_digest_has_calls_in_each_of_its_hours(folder: Path):
    expected, file = read_expected(folder / "expected.yml"), read_incidents(folder / "incidents.yml")
    plan = plan_history(file, expected.days, expected.per_day, expected.seed, datetime(2026, 12, 1, tzinfo=UTC))
    for counts in (counts for counts in expected.counts if counts.severity == "P3"):
        for day, digests in counts.days.items():
            calls = planned_calls(plan, day)
            hours = {call.end.hour for call in calls if any(incident.name in counts.incidents for incident, _ in call.incidents)}
            assert len(hours) == digests


@pytest.mark.parametrize(("name", "failed"), [("one-failed-call", 1), ("some-errors", 15)])
def test_the_incidents_of_the_p2_alone_are_as_small_as_they_must_be(name: str, failed: int):
    """More failed calls would reach 10 %, fewer would not reach 5 %."""
    folder = next(f for f in FOLDERS if name in {i.name for i in read_incidents(f / "incidents.yml").incidents})
    expected, file = read_expected(folder / "expected.yml"), read_incidents(folder / "incidents.yml")
    plan = plan_history(file, expected.days, expected.per_day, expected.seed, datetime(2026, 12, 1, tzinfo=UTC))
    (found,) = (incident for incident in file.incidents if incident.name == name)
    calls = sorted(planned_calls(plan, found.start.date()), key=lambda call: call.end)
    positions = [index for index, call in enumerate(calls) if any(incident.name == name for incident, _ in call.incidents)]
    assert len(positions) == failed
    assert all(after - before >= 17 for before, after in pairwise(positions))


def test_what_is_expected_differs_in_nothing(folder: Path):
    expected = read_expected(folder / "expected.yml")
    assert compare(perfect(expected), expected) == []


def test_nothing_fired_misses_every_episode_and_every_count(folder: Path):
    expected = read_expected(folder / "expected.yml")
    kinds = [difference.kind for difference in compare([], expected)]
    assert kinds.count("missing") == len([episode for episode in expected.episodes if not episode.optional])
    assert kinds.count("wrong count") == sum(len(counts.days) for counts in expected.counts)


HOUR = timedelta(hours=1)
WRONG: dict[str, tuple[Callable[[AlertLine], list[AlertLine]], list[str]]] = {
    "left out": (lambda _: [], ["missing"]),
    "twice": (lambda line: [line, line.model_copy(update={"fired_at": line.fired_at + timedelta(minutes=5)})], ["twice"]),
    "early": (lambda line: [line.model_copy(update={"fired_at": line.fired_at - HOUR})], ["fired early"]),
    "late": (lambda line: [line.model_copy(update={"fired_at": line.fired_at + timedelta(minutes=1)})], ["fired late"]),
    "day early": (lambda line: [line.model_copy(update={"fired_at": line.fired_at - 24 * HOUR})], ["missing", "unexpected"]),
    "unresolved": (lambda line: [line.model_copy(update={"resolved_at": None})], ["never resolved"]),
    "resolved early": (
        lambda line: [line.model_copy(update={"resolved_at": line.fired_at + timedelta(minutes=2)})],
        ["resolved early"],
    ),
    "resolved late": (lambda line: [line.model_copy(update={"resolved_at": line.fired_at + 24 * HOUR})], ["resolved late"]),
    "severity": (lambda line: [line.model_copy(update={"severity": "P3"})], ["wrong severity"]),
    "subject": (lambda line: [line.model_copy(update={"subject": "another"})], ["missing", "unexpected"]),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_each_way_of_being_wrong_is_told(wrong: str):
    expected = read_expected(PROJECT_ROOT / "data" / "alert_history" / "month_45" / "expected.yml")
    change, kinds = WRONG[wrong]
    lines = list(perfect(expected))
    (line,) = (line for line in lines if line.subject == "knowledge_base")
    others = [other for other in lines if other is not line]
    assert sorted(difference.kind for difference in compare([*others, *change(line)], expected)) == kinds


def test_an_optional_alert_may_fire_in_time_once():
    expected = read_expected(PROJECT_ROOT / "data" / "alert_history" / "month_45" / "expected.yml")
    (episode,) = (episode for episode in expected.episodes if episode.optional)
    fired, resolved = episode.fired.earliest, episode.resolved.latest
    line = AlertLine(rule=episode.rule, severity="P2", fired_at=fired, resolved_at=resolved)
    assert compare([*perfect(expected), line], expected) == []
    on_the_way_down = line.model_copy(update={"fired_at": episode.resolved.latest - HOUR})
    assert [d.kind for d in compare([*perfect(expected), on_the_way_down], expected)] == ["fired late"]
    assert [d.kind for d in compare([*perfect(expected), line, on_the_way_down], expected)] == ["twice"]


def test_a_line_in_time_is_the_episode_and_an_earlier_one_is_the_second():
    expected = read_expected(PROJECT_ROOT / "data" / "alert_history" / "day_2000" / "expected.yml")
    lines = list(perfect(expected))
    (queue,) = (line for line in lines if line.rule == "Queue Backlog >100")
    false_alarm = queue.model_copy(update={"fired_at": queue.fired_at - HOUR})
    (difference,) = compare([*lines, false_alarm], expected)
    assert difference.kind == "twice"
    assert "stuck-queue" in str(difference)


def test_names_compare_as_people_write_them():
    expected = read_expected(PROJECT_ROOT / "data" / "alert_history" / "three_days_45" / "expected.yml")
    shown = {"knowledge_base": "Knowledge base", "Hot Lead Detected (Score >80)": "Hot lead detected"}
    lines = [
        line.model_copy(update={"rule": shown.get(line.rule, line.rule), "subject": shown.get(line.subject or "", line.subject)})
        for line in perfect(expected)
    ]
    assert compare(lines, expected) == []


def test_counts_are_by_local_day():
    expected = read_expected(PROJECT_ROOT / "data" / "alert_history" / "day_2000" / "expected.yml")
    lines = list(perfect(expected))
    late = datetime(2026, 6, 2, 3, 59, tzinfo=UTC)
    moved = [line.model_copy(update={"fired_at": late}) if line.rule.startswith("Hot") else line for line in lines]
    assert compare(moved, expected) == []
    after_midnight = [line.model_copy(update={"fired_at": late + HOUR}) if line.rule.startswith("Hot") else line for line in lines]
    assert [d.kind for d in compare(after_midnight, expected)] == ["wrong count", "wrong count"]


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_each_line_left_out_or_added_is_a_difference_and_order_is_none(data: st.DataObject):
    expected = read_expected(PROJECT_ROOT / "data" / "alert_history" / "month_2000" / "expected.yml")
    lines = [line for line in perfect(expected) if line.resolved_at]
    counted = [line for line in perfect(expected) if not line.resolved_at]
    left_out = data.draw(st.sets(st.sampled_from(range(len(lines)))))
    added = data.draw(st.lists(st.datetimes(datetime(2026, 6, 6), datetime(2026, 6, 7), timezones=st.just(UTC)), max_size=3))  # noqa: DTZ001
    fired = [line for index, line in enumerate(lines) if index not in left_out] + counted
    fired += [AlertLine(rule="Agent Down", severity="P1", fired_at=moment, resolved_at=moment + HOUR) for moment in added]
    differences = compare(data.draw(st.permutations(fired)), expected)
    kinds = [difference.kind for difference in differences]
    assert (kinds.count("missing"), kinds.count("unexpected"), len(kinds)) == (
        len(left_out),
        len(added),
        len(left_out) + len(added),
    )


def test_a_wrong_expectation_is_refused(tmp_path: Path):
    for content in ("", "days: 3", "episodes: 5", "episodes: ["):
        (tmp_path / "expected.yml").write_text(content)
        with pytest.raises(ConfigurationFailure, match=r"expected\.yml"):
            read_expected(tmp_path / "expected.yml")
    with pytest.raises(ConfigurationFailure, match=r"missing\.yml"):
        read_expected(tmp_path / "missing.yml")
