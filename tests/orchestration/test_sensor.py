"""The sensor on a real, ephemeral Dagster instance."""

from datetime import datetime, timedelta

import dagster as dg
import pytest

from contract.document.keys import session_key
from orchestration.defs.assembly import build_definitions
from orchestration.defs.sensors import new_calls
from orchestration.intake.batch import claim_batch
from orchestration.intake.planning import LIVE, RUN_KIND_TAG
from orchestration.resources import Platform
from orchestration.state.claims import register_run
from tests.support.documents import NOW, START, packed, session


@pytest.fixture
def instance():
    with dg.instance_for_test() as instance:
        yield instance


def put(platform: Platform, session_id: str, start: datetime = NOW - timedelta(hours=1)) -> str:
    key = session_key(session_id, start)
    platform.store.put(key, packed(session(session_id, start)))
    return key


def tick(platform: Platform, instance: dg.DagsterInstance, cursor: str | None = None) -> tuple[list[dg.RunRequest], str | None]:
    context = dg.build_sensor_context(instance=instance, cursor=cursor, resources={"platform": platform})
    result = new_calls(context)
    return list(result.run_requests or []) if isinstance(result, dg.SensorResult) else [], context.cursor


def in_flight(platform: Platform, instance: dg.DagsterInstance, status: dg.DagsterRunStatus) -> dg.DagsterRun:
    job = build_definitions(platform).resolve_job_def("process_calls")
    return instance.create_run_for_job(job, tags={RUN_KIND_TAG: LIVE, "dagster/partition": "2026-11-20"}, status=status)


def test_nothing_new_requests_nothing(platform: Platform, instance: dg.DagsterInstance):
    assert tick(platform, instance)[0] == []


def test_a_thousand_documents_become_one_request_of_a_batch(platform: Platform, instance: dg.DagsterInstance):
    for n in range(600):
        put(platform, f"call_{n}")
    (request,) = tick(platform, instance)[0]
    assert len(request.run_config["ops"]["calls"]["config"]["store_keys"]) == platform.settings.batch_sessions


def test_a_lone_call_is_named_in_its_run(platform: Platform, instance: dg.DagsterInstance):
    put(platform, "lonely")
    (request,) = tick(platform, instance)[0]
    assert request.tags["voice/session_id"] == "lonely"
    assert request.run_key is None, "a run key would drop a re-run for ever"


def test_while_a_run_works_no_other_is_started(platform: Platform, instance: dg.DagsterInstance):
    put(platform, "call")
    in_flight(platform, instance, dg.DagsterRunStatus.STARTING)
    assert tick(platform, instance)[0] == []


def building(platform: Platform, instance: dg.DagsterInstance) -> dg.DagsterRun:
    """A run that has analysed what it claimed."""
    run = in_flight(platform, instance, dg.DagsterRunStatus.STARTED)
    claim_batch(platform.state, run.run_id, [], NOW, 300)
    return run


def test_a_run_that_only_builds_holds_up_no_call(platform: Platform, instance: dg.DagsterInstance):
    building(platform, instance)
    assert tick(platform, instance)[0] == []
    key = put(platform, "call")
    (request,) = tick(platform, instance)[0]
    assert request.run_config["ops"]["calls"]["config"]["store_keys"] == [key]


def test_a_run_that_still_analyses_holds_up_the_next(platform: Platform, instance: dg.DagsterInstance):
    key = put(platform, "first")
    tick(platform, instance)
    run = in_flight(platform, instance, dg.DagsterRunStatus.STARTED)
    claim_batch(platform.state, run.run_id, [key], NOW, 300)
    put(platform, "second")
    assert tick(platform, instance)[0] == []


def test_no_third_run_waits_for_the_warehouse(platform: Platform, instance: dg.DagsterInstance):
    for _ in range(2):
        building(platform, instance)
    put(platform, "call")
    assert tick(platform, instance)[0] == []


def test_a_run_whose_process_died_is_failed(platform: Platform, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch):
    put(platform, "call")
    run = in_flight(platform, instance, dg.DagsterRunStatus.STARTED)
    with monkeypatch.context() as patched, platform.state.writing() as connection:
        patched.setattr("orchestration.state.claims.os.getpid", lambda: 2**22 + 1)
        register_run(connection, run.run_id, NOW, 300)
    tick(platform, instance)
    after = instance.get_run_by_id(run.run_id)
    assert after is not None
    assert after.status == dg.DagsterRunStatus.FAILURE


def test_an_old_day_is_seen_by_the_hourly_sweep_only(platform: Platform, instance: dg.DagsterInstance):
    _, cursor = tick(platform, instance)
    put(platform, "late", START - timedelta(days=100))
    assert tick(platform, instance, cursor)[0] == []
    long_ago = "2026-01-01T00:00:00+00:00"
    assert len(tick(platform, instance, long_ago)[0]) == 1


def test_the_cursor_stays_tiny(platform: Platform, instance: dg.DagsterInstance):
    for n in range(50):
        put(platform, f"call_{n}")
    _, cursor = tick(platform, instance)
    assert cursor is not None
    assert len(cursor) < 64
