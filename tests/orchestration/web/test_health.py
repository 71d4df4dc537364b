"""Health is 200 only when the state opens and what is published can be read; measures that are unknown are absent."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from contract.platform.times import real_time
from orchestration.delivery.circuit import StoredCircuit
from orchestration.intake.discovery import discover
from orchestration.local_run import run_pending
from orchestration.state.tables import DELIVERY_LOG
from orchestration.web.service import WebService
from tests.orchestration.web.conftest import client_of
from tests.support.documents import NOW, put, session


def measures(client: TestClient) -> dict[tuple[str, ...], float]:
    """Samples by name and values of labels, in the order of the labels' names."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    families = text_string_to_metric_families(answer.text)
    return {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}


def test_a_platform_with_published_calls_is_healthy(with_calls: WebService):
    answer = client_of(with_calls).get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "parts": {"state": "ok", "published": "ok"}})


def test_nothing_published_and_unreadable_files_have_reasons_of_their_own(with_calls: WebService):
    client, published = client_of(with_calls), with_calls.platform.settings.published_dir
    for database in published.rglob("*.duckdb"):
        database.write_bytes(b"no database")
    assert client.get("/healthz").json()["parts"] == {"state": "ok", "published": "published_unreadable"}
    (published / "manifest.json").write_text("{", encoding="utf-8")
    assert client.get("/healthz").json()["parts"] == {"state": "ok", "published": "published_unreadable"}
    shutil.rmtree(published)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["parts"]["published"]) == (503, "nothing_published")


def test_a_state_that_cannot_be_opened_is_named_and_recovers(service: WebService, client: TestClient):
    path = service.platform.settings.state_path
    path.write_bytes(b"no database at all, and longer than the header of one" * 100)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["parts"]["state"]) == (503, "state_unavailable")
    assert measures(client)["voice_up", "state"] == 0
    path.unlink()
    assert client.get("/healthz").json()["parts"]["state"] == "ok"


def test_health_and_measures_hold_nothing_personal(with_calls: WebService):
    for path in ("/healthz", "/metrics"):
        text = client_of(with_calls).get(path).text
        assert "example.com" not in text
        assert str(Path(with_calls.platform.settings.home)) not in text


def test_measures_of_a_new_platform_leave_out_what_is_unknown(client: TestClient):
    found = measures(client)
    assert found["voice_calls", "analysed"] == 0
    assert found["voice_calls_pending",] == 0
    assert found["voice_up", "published"] == 0
    names = {name for name, *_ in found}
    assert not names & {
        "voice_calls_oldest_pending_seconds",
        "voice_warehouse_age_seconds",
        "voice_circuit_open",
        "voice_deliveries",
    }


def test_measures_count_calls_deliveries_and_circuits(service: WebService, client: TestClient):
    platform = service.platform
    for name in ("one", "two"):
        put(platform, session(name))
    run_pending(platform)
    put(platform, session("waiting"))
    platform.store.put("sessions/year=2026/month=11/day=20/broken.json.gz", b"{")
    discover(platform.store, platform.state, NOW - timedelta(minutes=7))
    with platform.state.writing() as connection:
        for key, state in (("one", "sent"), ("two", "sent"), ("three", "parked")):
            row = {"destination": "salesforce", "kind": "call", "item_key": key, "state": state, "content": {}, "human_edited": []}
            connection.execute(DELIVERY_LOG.insert().values(**row, changed_at=NOW))
    StoredCircuit(platform.state, "salesforce").pause()
    StoredCircuit(platform.state, "amplitude").failed()
    StoredCircuit(platform.state, "past", clock=lambda: real_time() - timedelta(days=1)).pause()
    found = measures(client)
    assert {state: found["voice_calls", state] for state in ("discovered", "claimed", "analysed", "rejected")} == {
        "discovered": 2,
        "claimed": 0,
        "analysed": 2,
        "rejected": 0,
    }
    assert found["voice_calls_pending",] == 2
    assert found["voice_calls_oldest_pending_seconds",] == 7 * 60
    assert found["voice_deliveries", "call", "sent", "salesforce"] == 2
    assert found["voice_deliveries", "call", "parked", "salesforce"] == 1
    assert [found["voice_circuit_open", vendor] for vendor in ("salesforce", "amplitude", "past")] == [1, 0, 0]
    assert found["voice_warehouse_age_seconds",] == 0


def test_rejected_calls_are_counted_by_reason(service: WebService, client: TestClient):
    service.platform.store.put("sessions/year=2026/month=11/day=20/broken.json.gz", b"{")
    run_pending(service.platform)
    assert measures(client)["voice_calls_rejected", "bad_json"] == 1


@pytest.mark.parametrize("path", ["/healthz", "/metrics"])
def test_they_need_no_sign_in(client: TestClient, path: str):
    assert client.get(path).status_code in (200, 503)
