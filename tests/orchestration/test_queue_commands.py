"""The queue as operators meet it: in a tick of the sensor, in ``voice run``, when dead letters are drained, and in the doctor."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from typer.testing import CliRunner

from contract.document.keys import REJECTED, session_key
from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import Settings, load_settings
from orchestration.cli.commands import commands
from orchestration.defs.assembly import build_definitions
from orchestration.defs.sensors import new_calls
from orchestration.resources import Platform
from orchestration.state.live_samples import QUEUE_DEPTH
from orchestration.state.tables import DOCUMENTS, LIVE_SAMPLES
from tests.support.documents import NOW, START, put, session
from tests.support.queues import Queues

RUNNER = CliRunner()


@pytest.fixture
def announced_to(platform: Platform, queues: Queues, monkeypatch: pytest.MonkeyPatch) -> Platform:
    """A platform with a queue."""
    monkeypatch.setenv("VOICE_QUEUE_URL", queues.url)
    return Platform(platform.settings.model_copy(update={"queue_url": queues.url}))


def dead(queues: Queues) -> None:
    """Make every message of the queue a dead letter."""
    while queues.client.receive_message(QueueUrl=queues.url, VisibilityTimeout=0).get("Messages"):
        pass


def tick(platform: Platform, cursor: str | None = None) -> list[str]:
    """The documents of the run that one tick requests."""
    with dg.instance_for_test() as instance:
        result = new_calls(dg.build_sensor_context(instance=instance, cursor=cursor, resources={"platform": platform}))
    requests = list(result.run_requests or []) if isinstance(result, dg.SensorResult) else []
    return [key for request in requests for key in request.run_config["ops"]["calls"]["config"]["store_keys"]]


def said(*arguments: str) -> dict[str, Any]:
    result = RUNNER.invoke(commands, [*arguments, "--json"])
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_a_tick_takes_in_what_the_queue_announces_also_of_a_day_that_it_does_not_list(announced_to: Platform, queues: Queues):
    old = NOW - timedelta(days=90)
    queues.announce(session("old", old))
    assert tick(announced_to, cursor=NOW.replace(year=2100).isoformat()) == [session_key("old", old)]
    assert queues.counts() == (0, 0)


def test_a_tick_finds_documents_while_the_queue_is_not_there(announced_to: Platform, queues: Queues):
    queues.client.delete_queue(QueueUrl=queues.url)
    put(announced_to, session("one"))
    assert tick(announced_to) == [session_key("one", START)]


def test_samples_are_taken_each_minute_by_a_schedule_that_starts_no_run(announced_to: Platform, queues: Queues):
    queues.send("poison")
    schedule = build_definitions(announced_to).resolve_schedule_def("live_samples")
    with dg.instance_for_test() as instance:
        ticked = schedule.evaluate_tick(dg.build_schedule_context(instance=instance, scheduled_execution_time=NOW))
    assert (schedule.cron_schedule, ticked.run_requests) == ("* * * * *", [])
    with announced_to.state.reading() as connection:
        found = connection.execute(LIVE_SAMPLES.select().where(LIVE_SAMPLES.c.measure == QUEUE_DEPTH)).one()
    assert (found.source, found.value) == ("sqs", 1.0)


def test_dead_letters_are_drained_by_command(announced_to: Platform, queues: Queues):
    queues.announce(session("fixed"))
    queues.send("poison")
    queues.point_to("missing")
    dead(queues)
    assert said("replay-rejected", "--queue") == {"taken_in": 2, "left": 1}
    (quarantined,) = announced_to.store.list(REJECTED)
    with announced_to.state.reading() as connection:
        keys = set(connection.execute(DOCUMENTS.select().with_only_columns(DOCUMENTS.c.store_key)).scalars())
    assert keys == {session_key("fixed", START), quarantined.key}
    assert queues.counts(queues.dead_url) == (0, 1)


def test_draining_needs_a_queue_and_takes_no_reason(platform: Platform, queues: Queues, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("VOICE_QUEUE_URL", raising=False)
    result = RUNNER.invoke(commands, ["replay-rejected", "--queue"])
    assert "Set VOICE_QUEUE_URL" in str(result.exception)
    assert RUNNER.invoke(commands, ["replay-rejected", "--queue", "--reason", "collision"]).exit_code == 2


def test_the_doctor_counts_dead_letters_and_parked_messages(announced_to: Platform, queues: Queues):
    queues.announce(session("one"))
    queues.send("poison")
    dead(queues)
    queues.announce(session("two"))
    parked = announced_to.settings.spool_dir / "parked"
    parked.mkdir(parents=True)
    (parked / "room.json").write_text("{}")
    found = {finding["subject"]: finding for finding in json.loads(RUNNER.invoke(commands, ["doctor", "--json"]).output)}
    assert found["queue"]["found"] == "1 messages wait, 2 are dead letters"
    assert "voice replay-rejected --queue" in found["queue"]["remedy"]
    assert "1 messages refused by the queue" in found["spool"]["found"]


def test_a_queue_that_is_no_fifo_queue_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VOICE_QUEUE_URL", "https://sqs.us-east-1.amazonaws.com/1/calls")
    with pytest.raises(ConfigurationFailure, match="VOICE_QUEUE_URL"):
        load_settings()
    assert Settings(home=tmp_path, queue_url="").queue_url == ""  # pyright: ignore[reportCallIssue]
