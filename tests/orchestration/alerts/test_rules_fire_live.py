"""Every rule is fired by a state of a real home, seen by the schedule's own ticks, and resolves when the state is mended."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import dagster as dg
import httpx
import pytest
from moto.server import ThreadedMotoServer
from sqlalchemy import delete, insert, update
from typer.testing import CliRunner

from analyzers.language.annotations import TranscriptAnnotations
from contract.document.keys import session_key
from contract.reference import Reference
from orchestration.alerts.rules import AlertRules
from orchestration.alerts.settings import AlertSettings
from orchestration.cli.commands import commands
from orchestration.defs.checks import conservation
from orchestration.delivery.circuit import StoredCircuit
from orchestration.intake.discovery import discover
from orchestration.local_run import run_pending
from orchestration.state.recent_calls import WatchedCall
from orchestration.state.tables import CIRCUITS, DELIVERY_LOG, DOCUMENTS
from tests.orchestration.alerts.histories import ZONE, at
from tests.orchestration.alerts.live import Live, clocked, endpoint, known_call
from tests.support.documents import REPLY, packed, session

NOON = at(1, 12)  # a Tuesday in business hours
FIRES_WITHIN = 40  # minutes of ticks: the longest 'for' is 10, and the time after NOON is that of the bad state
RESOLVES_WITHIN = 240  # minutes: windows of calls reach back two to four hours
RULES = Reference().table(AlertRules)
AGO = timedelta(minutes=2)


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    with dg.instance_for_test() as instance, endpoint() as worker:
        settings = AlertSettings(worker_urls=worker.url)  # pyright: ignore[reportCallIssue]
        platform = clocked(tmp_path, NOON, settings)
        made = Live(platform, instance, conservation.check_keys, worker)
        made.enter(known_call(f"before{n}", NOON - timedelta(minutes=30 + 10 * n)) for n in range(3))
        yield made
        platform.close()


@dataclass(frozen=True)
class State:
    """A bad state and what mends it; both get the home and the present moment."""

    rule: str
    begin: Callable[[Live, datetime], None]
    mend: Callable[[Live, datetime], None]
    subject: str = ""


def calls(count: int, bad: int, **fields: Any) -> Callable[[Live, datetime], None]:
    """Enter calls that ended in the last minutes, of which ``bad`` have these fields in their documents."""

    def enter(live: Live, now: datetime) -> None:
        live.enter(
            known_call(f"bad{now:%H%M}_{n}", now - AGO - timedelta(seconds=n), **(fields if n < bad else {})) for n in range(count)
        )

    return enter


def healthy(live: Live, now: datetime) -> None:
    """Enter enough calls that every count window holds these alone."""
    found = known_search(tool_calls=[{**SEARCH, "timestamp": now.isoformat()}])
    live.enter(known_call(f"good{now:%H%M}_{n}", now - timedelta(seconds=n), BY_OPENAI, **found) for n in range(12))


def known_search(**fields: Any) -> dict[str, Any]:
    return {"connection": {"packet_loss": 0.1, "jitter": 5}, **fields}


def replies(**fields: Any) -> list[dict[str, Any]]:
    return [{**REPLY, **fields}] * 4


SEARCH = {"tool": "unleash_search_knowledge", "query": "zapier", "results_found": True, "total_results": 3}
NO_ANSWER = {**SEARCH, "timestamp": NOON.isoformat(), "results_found": None, "total_results": None, "error": "TimeoutError"}
BY_OPENAI = TranscriptAnnotations(engine="openai", version="1", language="en")
FELL_BACK = TranscriptAnnotations(engine="embedded", version="1", language="en", fallback_reason="openai:http_503")


def worker_is_gone(live: Live, now: datetime) -> None:
    live.worker.status = 503


def worker_is_back(live: Live, now: datetime) -> None:
    live.worker.status = 200


def circuit_opens(live: Live, now: datetime) -> None:
    StoredCircuit(live.platform.state, "salesforce", lambda: now).pause()


def circuit_closes(live: Live, now: datetime) -> None:
    with live.platform.state.writing() as connection:
        connection.execute(delete(CIRCUITS))


def openai_falls_back(live: Live, now: datetime) -> None:
    live.enter(known_call(f"bad{n}", now - AGO - timedelta(seconds=n), FELL_BACK) for n in range(4))


def documents_wait(live: Live, now: datetime) -> None:
    for n in range(120):
        document = session(f"waits{n}", now - timedelta(minutes=9))
        live.platform.store.put(session_key(document["session_id"], now), packed(document))
    discover(live.platform.store, live.platform.state, now)


def analysed(live: Live, now: datetime) -> None:
    with live.platform.state.writing() as connection:
        connection.execute(update(DOCUMENTS).values(state="analysed"))


def tokens_loop(live: Live, now: datetime) -> None:
    """Four weeks of ordinary calls, then some that take twenty times the tokens."""
    usual = [known_call(f"usual{n}", now - timedelta(hours=n, days=7)) for n in range(30)]
    live.enter(sorted(usual, key=lambda call: call.known_at))
    calls(6, 6, metrics=replies(prompt_tokens=40_000, total_tokens=40_050))(live, now)


def costly(live: Live, now: datetime) -> None:
    def dear(n: int) -> WatchedCall:
        return replace(known_call(f"dear{n}", now - AGO - timedelta(seconds=n)), usd=9.0)

    live.enter(map(dear, range(6)))


def document_is_rejected(live: Live, now: datetime) -> None:
    live.platform.store.put(session_key("broken", now - timedelta(minutes=1)), b"{")
    run_pending(live.platform)


def sync_fails(live: Live, now: datetime) -> None:
    failed = {"destination": "amplitude", "kind": "event", "item_key": "1", "state": "pending", "content": {}, "human_edited": []}
    with live.platform.state.writing() as connection:
        connection.execute(insert(DELIVERY_LOG).values(**failed, first_failed_at=now - timedelta(minutes=61), changed_at=now))


def sync_succeeds(live: Live, now: datetime) -> None:
    with live.platform.state.writing() as connection:
        connection.execute(update(DELIVERY_LOG).values(state="sent", first_failed_at=None))


def build_waits(live: Live, now: datetime) -> None:
    documents_wait(live, now)
    waits = {"state": "analysed", "first_seq": 1, "analysis_seq": 1, "analysed_at": now - timedelta(minutes=61)}
    with live.platform.state.writing() as connection:
        connection.execute(update(DOCUMENTS).values(waits))


def is_built(live: Live, now: datetime) -> None:
    with live.platform.state.writing() as connection:
        connection.execute(update(DOCUMENTS).values(first_seq=None, built_seq=1))


def check_fails(live: Live, now: datetime) -> None:
    """A document has waited for two hours, which the check of conservation does not pass."""
    live.platform.store.put(session_key("stuck", now - timedelta(hours=3)), packed(session("stuck", now - timedelta(hours=3))))
    discover(live.platform.store, live.platform.state, now)
    with live.platform.state.writing() as connection:
        connection.execute(update(DOCUMENTS).values(received_at=now - timedelta(hours=2), discovered_at=now - timedelta(hours=2)))
    evaluate_conservation(live)


def check_passes(live: Live, now: datetime) -> None:
    with live.platform.state.writing() as connection:
        connection.execute(delete(DOCUMENTS))
    evaluate_conservation(live)


def evaluate_conservation(live: Live) -> None:
    job = dg.define_asset_job("reconcile", selection=dg.AssetSelection.checks(conservation))
    definitions = dg.Definitions(
        assets=[dg.AssetSpec("analysed_sessions")],
        asset_checks=[conservation],
        jobs=[job],
        resources={"platform": live.platform},
        executor=dg.in_process_executor,
    )
    assert definitions.resolve_job_def("reconcile").execute_in_process(instance=live.instance).success


WAIT = lambda live, now: None  # noqa: E731
POOR = {"connection": {"packet_loss": 40, "jitter": 900, "device_info": {"location": "US-CA"}}}

STATES = [
    State("Agent Down", worker_is_gone, worker_is_back),
    State("API Failures", calls(4, 4, tool_calls=[NO_ANSWER]), healthy, "knowledge base"),
    State("API Failures", circuit_opens, circuit_closes, "Salesforce"),
    State("API Failures", openai_falls_back, healthy, "OpenAI"),
    State("Error Rate >10%", calls(6, 3, disconnect_reason="error"), healthy),
    State("Average Latency >2000ms", calls(6, 6, metrics=replies(total_latency=2600)), healthy),
    State("Queue Backlog >100", documents_wait, analysed),
    State("Latency >1500ms Sustained", calls(12, 12, metrics=replies(total_latency=1700)), healthy),
    State("Error Rate >5%", calls(10, 1, disconnect_reason="error"), healthy),
    State("Token Usage Spike", tokens_loop, healthy),
    State("Cost Burn Rate Exceeds Budget", costly, healthy),
    State("Connection Quality Degraded", calls(10, 10, **POOR), healthy),
    State("Dead-Lettered or Rejected Sessions", document_is_rejected, WAIT),
    State("Destination Sync Failing", sync_fails, sync_succeeds, "Amplitude"),
    State("Warehouse Stale", build_waits, is_built),
    State("Data-Quality Check Failed", check_fails, check_passes, "conservation of analysed_sessions"),
]


@pytest.mark.parametrize("state", STATES, ids=lambda state: f"{state.rule} {state.subject}".strip())
def test_a_live_state_fires_the_rule_once_and_its_end_resolves_it(live: Live, state: State):
    live.tick(NOON)
    assert live.alerts() == []
    state.begin(live, NOON + timedelta(minutes=1))
    live.ticks(NOON + timedelta(minutes=5), FIRES_WITHIN)
    [alert] = live.alerts(state.rule)
    assert (alert["context"]["subject"], alert["resolved_at"]) == (state.subject, None)
    assert "?" not in alert["message"]
    mended = NOON + timedelta(minutes=FIRES_WITHIN + 8)
    live.platform.moment = mended
    state.mend(live, mended)
    live.ticks(mended + timedelta(minutes=2), RESOLVES_WITHIN, step=10)
    [alert] = live.alerts(state.rule)
    assert alert["resolved_at"]


def test_every_watched_rule_has_a_live_state():
    assert {state.rule for state in STATES} == {rule.name for rule in RULES.watched}


def test_messages_in_the_dead_letter_queue_are_told_until_there_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {"AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_DEFAULT_REGION": "eu-central-1"}.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "of-moto")
    httpx.post(f"http://{host}:{port}/moto-api/reset")
    sqs: Any = boto3.client("sqs")
    dead = sqs.create_queue(QueueName="calls-dead.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 4})
    queue = sqs.create_queue(QueueName="calls.fifo", Attributes={"FifoQueue": "true", "RedrivePolicy": redrive})["QueueUrl"]
    sqs.send_message(QueueUrl=dead, MessageBody="{}", MessageGroupId="1", MessageDeduplicationId="1")
    try:
        with dg.instance_for_test() as instance:
            live = Live(clocked(tmp_path, NOON, queue_url=queue), instance)
            live.ticks(NOON, 10)
            [alert] = live.alerts()
            assert alert["message"] == "Sessions not analysed: 1 rejected or dead-lettered"
            sqs.purge_queue(QueueUrl=dead)
            live.ticks(NOON + timedelta(minutes=15), 15)
            assert live.alerts()[0]["resolved_at"]
    finally:
        server.stop()


def test_while_the_queue_does_not_answer_dead_letters_are_unknown_and_the_tick_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "of-moto")
    with dg.instance_for_test() as instance:
        live = Live(clocked(tmp_path, NOON, queue_url="http://127.0.0.1:9/1/calls.fifo"), instance)
        assert live.tick(NOON) == "Nothing changed."


INCIDENTS = f"""
first_day: 2026-10-06
zone: {ZONE.key}
incidents:
  - {{name: hot, kind: hot_lead, start: 2026-10-06T10:15, end: 2026-10-06T10:30, count: 1}}
  - {{name: booked, kind: booking, start: 2026-10-06T10:30, end: 2026-10-06T10:45, count: 1}}
  - {{name: rival, kind: competitor, start: 2026-10-06T10:45, end: 2026-10-06T11:00, count: 1, competitor: DocuSign}}
  - {{name: unhappy, kind: low_engagement, start: 2026-10-06T11:00, end: 2026-10-06T11:15, count: 1}}
  - {{name: wishes, kind: feature_wave, start: 2026-10-06T11:15, end: 2026-10-06T11:30, count: 1, feature: mobile app}}
  - {{name: gaps, kind: content_gap_wave, start: 2026-10-06T11:30, end: 2026-10-06T11:45, count: 1, queries: [zapier]}}
"""


def deliver_the_morning(home: Path) -> None:
    """Deliver the calls of a generated day that became known between ten and noon."""
    (home.parent / "incidents.yml").write_text(INCIDENTS)
    made = home.parent / "made"
    shape = ["--days", "1", "--per-day", "100", "--incidents", home.parent / "incidents.yml", "--out", made]
    assert CliRunner().invoke(commands, list(map(str, ["sample-history", *shape])), catch_exceptions=False).exit_code == 0
    for line in (made / "known_at.jsonl").read_text().splitlines():
        entry = json.loads(line)
        if not at(1, 10) <= datetime.fromisoformat(entry["known_at"]) < NOON - timedelta(minutes=5):
            next(made.glob(f"sessions/**/{entry['session_id']}.json.gz")).unlink()
    assert CliRunner().invoke(commands, ["deliver", str(made / "sessions")], catch_exceptions=False).exit_code == 0


def test_calls_raise_the_rules_over_single_calls_and_the_digests_of_their_hour_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Documents are delivered and processed as they are live; what is told once does not resolve, and is never told again."""
    monkeypatch.setenv("VOICE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("VOICE_NOW", at(2, 0).isoformat())
    monkeypatch.setenv("VOICE_WORKERS", "1")
    deliver_the_morning(tmp_path / "home")
    with dg.instance_for_test() as instance:
        live = Live(clocked(tmp_path / "home", NOON - timedelta(minutes=5)), instance)
        run_pending(live.platform)
        told = [alert["alert_name"] for alert in live.alerts()]
        assert sorted(told) == sorted(rule.name for rule in RULES.rules if rule.section == "7.3")
        live.ticks(NOON, 30)
        assert {alert["alert_name"] for alert in live.alerts()} - set(told) == {rule.name for rule in RULES.digests}
        before = live.alerts()
        run_pending(live.platform)
        live.ticks(NOON + timedelta(minutes=35), 90)
        assert live.alerts() == before
