"""What the schedule's ticks record over a generated history is what was expected, and PagerDuty and Slack have each alert once.

``make alert-histories`` runs a month at 45 calls a day and a day at 2,000, a tick at each scheduled time; the suite runs the hours
of one outage.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml
from pydantic import SecretStr
from sqlalchemy import delete, insert
from typer.testing import CliRunner

from contract.platform.settings import PROJECT_ROOT
from contract.platform.store import Store
from orchestration.alert_replay import read_past_calls
from orchestration.alerts.business import Alert
from orchestration.alerts.dedup_keys import dedup_key
from orchestration.alerts.history import record_alerts
from orchestration.alerts.replay import PastCalls
from orchestration.alerts.rules import HOURLY, SLOW_MINUTES, AlertRules
from orchestration.alerts.samples import API_NAMES
from orchestration.alerts.settings import AlertSettings
from orchestration.alerts.timeline import Sample
from orchestration.cli.commands import commands
from orchestration.defs.alerting import CRON
from orchestration.defs.assets.followers import follower_schedule
from orchestration.delivery.engine import sync
from orchestration.destinations.pagerduty.settings import PagerDutySettings
from orchestration.destinations.pagerduty.vendor import PAGERDUTY
from orchestration.destinations.slack.settings import SlackSettings
from orchestration.destinations.slack.vendor import SLACK
from orchestration.destinations.vendor import Vendor
from orchestration.downstream.table import sync_follower
from orchestration.rules.goals import Budgets, Goals
from orchestration.sample_history.expected import AlertLine, ExpectedAlerts, compare, read_expected
from orchestration.state.tables import CIRCUITS, DOCUMENTS, STARTS
from tests.fakes import pagerduty, slack
from tests.orchestration.alerts.live import ClockedPlatform, Live, clocked, endpoint, evaluated
from tests.support.alert_channels import MAKE

HISTORIES = PROJECT_ROOT / "data" / "alert_history"
NAMES = os.environ.get("VOICE_TICKED_HISTORIES", "").split()
ALERTS = AlertRules.model_validate(yaml.safe_load((PROJECT_ROOT / "data/alerts.yml").read_text()))
RULES = {rule.name: rule for rule in ALERTS.rules}
CHANNELS = {"slack_ops": "C0OPS", "slack_sales": "C0SALES", "slack_product": "C0PRODUCT"}
MINUTE = timedelta(minutes=1)  # in which Dagster's daemon evaluates what is scheduled for it
OUTAGE = ("2026-06-02T09:00-04:00", "2026-06-02T14:00-04:00")  # of three_days_45: the worker is down from half past nine on


@dataclass
class Fed:
    """A history on its way into the home: what became known is entered as the platform itself would enter it."""

    live: Live
    dead_letters: int
    events: Iterator[tuple[datetime, Callable[[], None]]]
    waiting: tuple[datetime, Callable[[], None]] | None = None

    def until(self, now: datetime) -> None:
        while (event := self.waiting or next(self.events, None)) and event[0] <= now:
            event[1]()
            self.waiting = None
        self.waiting = event


def fed(live: Live, past: PastCalls, told: dict[int, datetime]) -> Fed:
    made = Fed(live, 0, iter(()))
    events: list[tuple[datetime, Callable[[], None]]] = []
    events += [(call.known_at, lambda call=call: live.enter([call])) for call in past.calls]
    events += [(one.known_at, lambda one=one: start(live.platform, one.call_key, one.started_at)) for one in past.starts]
    events += [(one.known_at, lambda one=one: see(made, one)) for one in past.samples]
    for one in past.alerts:
        told[one.alert.id] = one.known_at
        events.append((one.known_at, lambda one=one: raise_alert(live.platform, one.alert, one.known_at - one.ended_at)))
    made.events = iter(sorted(events, key=lambda event: event[0]))
    return made


def start(platform: ClockedPlatform, session_id: str, started_at: datetime) -> None:
    key = f"starts/year={started_at:%Y}/month={started_at:%m}/day={started_at:%d}/{session_id}.json"
    with platform.state.writing() as connection:
        connection.execute(insert(STARTS).values(store_key=key, session_id=session_id, started_at=started_at))


def see(made: Fed, sample: Sample) -> None:
    """Bring what the tick looks at into the state of the sample: backlog, circuits, the worker, dead letters."""
    now, live = sample.known_at, made.live
    live.worker.status = 200 if sample.worker_healthy else 503
    made.dead_letters = sample.dead_letters or 0
    names = {title: name for name, title in API_NAMES.items()}
    waiting = {"day": now.date(), "state": "discovered", "e_tag": "1", "size_bytes": 1, "discovered_at": now, "change_seq": 1}
    oldest = now - timedelta(seconds=sample.queue_age_seconds or 0)
    with live.platform.state.writing() as connection:
        connection.execute(delete(DOCUMENTS))
        rows = [{"store_key": f"waits/{n}", "received_at": oldest, **waiting} for n in range(sample.queue_depth or 0)]
        if rows:
            connection.execute(insert(DOCUMENTS), rows)
        connection.execute(delete(CIRCUITS))
        for title in sample.circuits or ():
            row = {"destination": names[title], "failures": 5, "open_until": now + timedelta(hours=1)}
            connection.execute(insert(CIRCUITS).values(row))


def raise_alert(platform: ClockedPlatform, alert: Alert, late: timedelta) -> None:
    """Record a business alert as the step that analyses its call does; one that is late gets to no channel."""
    is_late = late > timedelta(minutes=platform.reference.table(AlertRules).late_after)
    with platform.state.writing() as connection:
        record_alerts(connection, [alert], "late" if is_late else None)


def said(*arguments: object) -> None:
    ended = CliRunner().invoke(commands, [str(argument) for argument in arguments], catch_exceptions=False)
    assert ended.exit_code == 0, ended.output


def lines(rows: list[Mapping[str, Any]], told: Mapping[int, datetime]) -> Iterator[AlertLine]:
    for row in rows:
        rule, context = RULES[row["alert_name"]], row["context"]
        fired_at = told.get(row["id"], row["triggered_at"])
        once = rule.every in (0, HOURLY)
        about = row["session_id"] and " ".join(filter(None, (row["session_id"], context.get("competitor"))))
        subject, resolved = about or context.get("subject"), fired_at if once else row["resolved_at"]
        yield AlertLine(
            rule=rule.name, subject=subject, severity=row["severity"], fired_at=fired_at, resolved_at=resolved, n=context.get("n")
        )


def through_ticks(
    name: str, home: Path, monkeypatch: pytest.MonkeyPatch, between: tuple[datetime, datetime] | None
) -> list[AlertLine]:
    """Generate a history, let the schedules tick over it and return the alerts; PagerDuty and Slack are compared with them."""
    monkeypatch.setenv("VOICE_HOME", str(home / "home"))
    monkeypatch.setenv("VOICE_NOW", "2026-07-15T12:00:00+00:00")
    expected = read_expected(HISTORIES / name / "expected.yml")
    shape = ("--days", expected.days, "--per-day", expected.per_day, "--seed", expected.seed)
    said("sample-history", *shape, "--incidents", HISTORIES / name / "incidents.yml", "--out", home / "history")
    first = yaml.safe_load((HISTORIES / name / "incidents.yml").read_text())["first_day"]
    service, workspace, told = pagerduty.Service(), slack.Workspace(), dict[int, datetime]()
    with (
        dg.instance_for_test() as instance,
        endpoint() as worker,
        slack.serve(workspace) as url,
        pagerduty.serve(service) as pages,
    ):
        ids: Any = {f"{channel.removeprefix('slack_')}_channel": number for channel, number in CHANNELS.items()}
        own = SlackSettings(url=f"{url}/api", bot_token=SecretStr(workspace.token), requests_per_minute=10**6, **ids)
        paging = PagerDutySettings(url=pages, routing_key=SecretStr(service.key), requests_per_minute=10**6)
        vendors = (own, paging, AlertSettings(worker_urls=worker.url))
        platform = clocked(home / "home", datetime.fromisoformat("2026-07-15T12:00Z"), *vendors)
        budgets = Budgets(daily=expected.monthly_budget_usd / 30, monthly=expected.monthly_budget_usd)
        goals = platform.reference.table(Goals).model_copy(update={"budgets": budgets})
        platform.reference._tables[Goals] = goals  # pyright: ignore[reportPrivateUsage]
        past = read_past_calls(
            platform, Store((home / "history").as_uri()), first, first + timedelta(days=expected.days - 1), arrivals=False
        )
        live = Live(platform, instance, worker=worker)
        feed = fed(live, past, told)
        monkeypatch.setattr("orchestration.alerts.seen_outside.dead_letters", lambda platform: feed.dead_letters)
        midnight = min(call.known_at for call in past.calls).replace(hour=4, minute=0, second=0, microsecond=0)
        begin, end = between or (midnight, midnight + timedelta(days=expected.days))
        syncs = [(vendor, follower_schedule(sync_follower(vendor), platform)) for vendor in (PAGERDUTY, SLACK)]
        for moment in scheduled(begin, end):
            platform.moment = moment
            feed.until(moment)
            live.tick(moment)
            sync_what_is_due(live, syncs, moment)
        rows = live.alerts()
        compare_with_pagerduty(rows, service)
        compare_with_slack(rows, workspace)
        platform.close()
    return list(lines(rows, told))


def scheduled(begin: datetime, end: datetime) -> Iterator[datetime]:
    """Yield the times of the schedule ``alert_rules`` in these hours."""
    assert ("*/2 * * * *", f"*/{SLOW_MINUTES} * * * *") == CRON
    moment = begin
    while (moment := moment + MINUTE) <= end:
        if moment.minute % 2 == 0 or moment.minute % SLOW_MINUTES == 0:
            yield moment


def sync_what_is_due(live: Live, syncs: list[tuple[Vendor, dg.ScheduleDefinition]], moment: datetime) -> None:
    """Evaluate the schedule of each channel, and run what its job runs when it asks for a run; then nothing is due any more."""
    for vendor, schedule in syncs:
        if evaluated(schedule, live.instance, moment).run_requests:
            destination = MAKE[vendor.name](live.platform, lambda seconds: None)
            assert sync(destination, live.platform.settings, live.platform.state).failure is None


def compare_with_pagerduty(rows: list[Mapping[str, Any]], service: pagerduty.Service) -> None:
    """Each page is one incident, which is resolved when the alert is; there is no other incident."""
    pages = {dedup_key(str(row["id"])): row for row in rows if told_in(row["alert_name"]) == "pagerduty"}
    assert sorted(one.key for one in service.incidents) == sorted(pages)
    for one in service.incidents:
        assert one.log == ["trigger", *(["resolve"] if pages[one.key]["resolved_at"] else [])]


def compare_with_slack(rows: list[Mapping[str, Any]], workspace: slack.Workspace) -> None:
    """Each alert of a channel of Slack is one message, which says that it is resolved when it is; no other message is there."""
    for channel, number in CHANNELS.items():
        of_channel = {str(row["id"]): row for row in rows if told_in(row["alert_name"]) == channel}
        sent = {message["metadata"]["event_payload"]["alert"]: message for message in workspace.messages[number]}
        assert len(sent) == len(workspace.messages[number])
        assert sent.keys() == of_channel.keys()
        for key, message in sent.items():
            assert ("*Resolved*" in str(message["blocks"])) == bool(of_channel[key]["resolved_at"])


def told_in(alert: str) -> str:
    """Return the channel that takes an alert: all that rules name are set up."""
    return RULES[alert].channel


def test_an_outage_is_told_through_the_ticks_as_expected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    begin, end = map(datetime.fromisoformat, OUTAGE)
    expected = read_expected(HISTORIES / "three_days_45" / "expected.yml")
    within = [one for one in expected.episodes if begin <= one.fired.earliest and one.resolved.latest <= end]
    assert [one.rule for one in within] == ["Agent Down"]
    found = through_ticks("three_days_45", tmp_path, monkeypatch, (begin, end))
    of_outage = [line for line in found if line.rule == "Agent Down"]
    assert compare(of_outage, only(expected, within)) == []
    assert {line.rule for line in found} <= {"Agent Down", "Hot Lead Detected"}


def only(expected: ExpectedAlerts, episodes: list[Any]) -> ExpectedAlerts:
    return expected.model_copy(update={"episodes": tuple(episodes), "counts": ()})


@pytest.mark.parametrize("name", NAMES)
def test_every_incident_is_told_through_the_ticks_as_expected(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    found = through_ticks(name, tmp_path, monkeypatch, None)
    assert compare(found, read_expected(HISTORIES / name / "expected.yml")) == []
