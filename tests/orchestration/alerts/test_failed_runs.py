"""A failed run is told once for its job until a run of it succeeds, without anything that a caller said; and the dead-man ping."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from pydantic import SecretStr

from orchestration.alerts.settings import AlertSettings
from orchestration.defs.assets.followers import follower_asset
from orchestration.defs.failed_runs import failed_run_sensor
from orchestration.destinations.following import SyncFailure
from orchestration.downstream.follower import Follower
from tests.orchestration.alerts.histories import at
from tests.orchestration.alerts.live import Live, clocked, endpoint

NOON = at(1, 12)
SAID = "John Smith of Acme said"


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    with dg.instance_for_test() as instance:
        made = Live(clocked(tmp_path, NOON), instance)
        yield made
        made.platform.close()


def run(live: Live, name: str, error: Exception | None) -> str:
    """Run a job of this name, which fails with the error, let the sensor see it, and return what the sensor says."""

    @dg.op
    def step() -> None:
        if error:
            raise error

    @dg.job(name=name)
    def job() -> None:
        step()

    return seen(live, job.execute_in_process(instance=live.instance, raise_on_error=False))


def seen(live: Live, result: dg.ExecuteInProcessResult) -> str:
    if result.success:
        return ""
    [event] = [one for one in result.all_events if one.event_type == dg.DagsterEventType.RUN_FAILURE]
    context = dg.build_run_status_sensor_context("failed_runs", event, live.instance, result.dagster_run).for_run_failure()
    said: Any = failed_run_sensor(live.platform)(context)
    return said.skip_message


def test_a_failed_run_is_told_by_step_and_kind_of_error_alone(live: Live):
    run(live, "process_calls", ValueError(f"{SAID} no"))
    [alert] = live.alerts()
    assert (alert["alert_name"], alert["severity"], alert["message"]) == ("Run Failed", "P2", "Run of process_calls failed")
    assert (alert["context"]["step"], alert["context"]["error"]) == ("step", "ValueError")
    assert "Smith" not in str(alert)


def test_while_a_job_keeps_failing_it_is_told_once_and_resolved_when_a_run_succeeds(live: Live):
    for _ in range(3):
        run(live, "process_calls", ValueError("no"))
        live.tick(NOON)
    run(live, "every_night", KeyError("no"))
    assert [alert["resolved_at"] for alert in live.alerts()] == [None, None]
    run(live, "process_calls", None)
    assert live.tick(NOON) == "Recorded: 1 recovered."
    resolved = {alert["context"]["subject"]: alert["resolved_at"] is not None for alert in live.alerts()}
    assert resolved == {"process_calls": True, "every_night": False}
    run(live, "process_calls", ValueError("again"))
    assert len(live.alerts()) == 3


def test_a_vendor_that_is_unavailable_is_told_by_the_rules_about_vendors(live: Live):
    def unavailable(platform: Any, day: Any) -> dict[str, Any]:
        raise SyncFailure("Slack is unavailable.", {"alert: pending": 1})

    asset = follower_asset(Follower("toy", job="run_toy", description="", cron="* * * * *", follows="due", run=unavailable))
    seen(live, dg.materialize([asset], instance=live.instance, resources={"platform": live.platform}, raise_on_error=False))
    assert live.alerts() == []


def test_each_evaluation_pings_the_address_that_waits_for_it(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    with dg.instance_for_test() as instance, endpoint() as waiting:
        secret = f"{waiting.url}ping/1b2c"
        live = Live(clocked(tmp_path, NOON, AlertSettings(ping_url=SecretStr(secret))), instance)  # pyright: ignore[reportCallIssue]
        live.ticks(NOON, 10)
        assert waiting.requests == ["/ping/1b2c"] * 3
        caplog.set_level("DEBUG")
        waiting.status = 500
        assert live.tick(NOON) == "Nothing changed."
        assert "dead-man ping" in caplog.text
        assert "1b2c" not in caplog.text


def test_a_tick_that_fails_pings_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with dg.instance_for_test() as instance, endpoint() as waiting:
        live = Live(clocked(tmp_path, NOON, AlertSettings(ping_url=SecretStr(waiting.url))), instance)  # pyright: ignore[reportCallIssue]
        monkeypatch.setattr("orchestration.defs.alerting.watch", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            live.tick(NOON)
        assert waiting.requests == []
