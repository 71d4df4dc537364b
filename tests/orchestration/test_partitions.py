"""Days as partitions: where they start, documents of earlier days, and backfills of several days in one run."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from contract.document.keys import session_key
from contract.platform.settings import Settings
from orchestration.defs.assembly import build_definitions
from orchestration.defs.dagster_home import CONFIGURATION
from orchestration.defs.in_process import QUIET, InProcess
from orchestration.doctor import check_up
from orchestration.intake.discovery import discover
from orchestration.intake.planning import next_plan
from orchestration.resources import Platform
from tests.support.documents import NOW, START, put, session

TODAY = NOW.date()
ANALYSIS = ("session_documents", "transcript_annotations", "analysis_results", "analysed_sessions")


def fresh(platform: Platform) -> Platform:
    """The platform as another process would load it."""
    return Platform(platform.settings)


def received(platform: Platform, *starts: datetime) -> None:
    for n, start in enumerate(starts):
        put(platform, session(f"call_{start:%m%d}_{n}", start))
    discover(platform.store, platform.state, NOW)


def days_of(definitions: dg.Definitions, asset: str) -> list[str]:
    partitions = definitions.resolve_asset_graph().get(dg.AssetKey(asset)).partitions_def
    assert partitions is not None
    return list(partitions.get_partition_keys())


def test_partitions_start_at_the_earliest_day_in_the_ledger(platform: Platform):
    received(platform, START, START - timedelta(days=3))
    days = days_of(build_definitions(fresh(platform)), "session_documents")
    assert (days[0], days[-1]) == ("2026-11-17", "2026-11-26")


def test_the_setting_is_the_first_partition_and_never_later_than_today(platform: Platform):
    received(platform, START)
    for day, first in ((date(2026, 11, 1), "2026-11-01"), (date(2030, 1, 1), "2026-11-26"), (date(2001, 1, 1), "2020-01-01")):
        chosen = Platform(platform.settings.model_copy(update={"first_day": day}))
        assert days_of(build_definitions(chosen), "analysis_results")[0] == first


def test_definitions_load_in_a_home_without_a_state_database_and_make_none(tmp_path: Path):
    home = Platform(Settings(home=tmp_path / "home", now=NOW))  # pyright: ignore[reportCallIssue]
    definitions = build_definitions(home)
    assert days_of(definitions, "session_documents") == [TODAY.isoformat()]
    assert not home.settings.state_path.exists()


def test_a_rejected_document_does_not_move_the_first_partition(platform: Platform):
    key = session_key("broken", START.replace(year=2020))
    platform.store.put(key, b"broken")
    discover(platform.store, platform.state, NOW)
    with dg.DagsterInstance.ephemeral() as instance:
        InProcess(build_definitions(platform), instance, platform).run_batch(planned(platform))
    assert fresh(platform).first_day == TODAY


def test_yesterdays_report_has_a_partition_when_the_first_call_is_of_today(platform: Platform):
    received(platform, NOW - timedelta(hours=1))
    assert days_of(build_definitions(fresh(platform)), "daily_report") == ["2026-11-25", "2026-11-26"]


def planned(platform: Platform):
    plan = next_plan(platform.settings, platform.state, NOW, platform.first_day)
    assert plan is not None
    return plan


def partitions_found(platform: Platform) -> tuple[bool, str, str | None]:
    found = next(diagnosis for diagnosis in check_up(fresh(platform)) if diagnosis.subject == "partitions")
    return found.ok, found.found, found.remedy


def test_a_document_of_a_day_before_the_first_partition_is_analysed_at_once_and_the_doctor_says_to_reload(platform: Platform):
    loaded = build_definitions(platform)  # before anything is received, so that today is the first partition
    received(platform, START)
    plan = planned(platform)
    assert (plan.partition, len(plan.store_keys)) == (TODAY, 1)
    with dg.DagsterInstance.ephemeral() as instance:
        InProcess(loaded, instance, platform).run_batch(plan)
        stored = instance.get_materialized_partitions(dg.AssetKey("session_documents"))
    assert START.date().isoformat() in stored, "a reload shows the day as materialized"
    assert platform.settings.warehouse_path.exists()
    assert partitions_found(platform) == (
        False,
        "days from 2026-11-26, but calls are there from 2026-11-20",
        "Reload the code location in the Dagster UI, or start Dagster again, to give earlier days their own partitions.",
    )
    reloaded = fresh(platform)
    next_plan(reloaded.settings, reloaded.state, NOW, reloaded.first_day)
    assert partitions_found(platform) == (True, "days from 2026-11-20", None)


def test_days_before_a_first_day_that_was_chosen_are_no_fault(platform: Platform):
    chosen = Platform(platform.settings.model_copy(update={"first_day": date(2026, 11, 24)}))
    received(chosen, START)
    assert planned(chosen).partition == date(2026, 11, 24)
    found = next(diagnosis for diagnosis in check_up(chosen) if diagnosis.subject == "partitions")
    assert (found.ok, found.found) == (True, "days from 2026-11-24")


def test_a_backfill_of_days_is_one_run_of_several_days(platform: Platform):
    """Before, each day of a backfill was a process of its own, and all of them started at once."""
    received(platform, START, START - timedelta(days=1), START - timedelta(days=3))
    loaded = fresh(platform)
    definitions = build_definitions(loaded)
    policies = {definitions.resolve_asset_graph().get(dg.AssetKey(asset)).backfill_policy for asset in (*ANALYSIS, "daily_report")}
    assert policies == {dg.BackfillPolicy.multi_run(7)}
    range_of_days = {"dagster/asset_partition_range_start": "2026-11-17", "dagster/asset_partition_range_end": "2026-11-20"}
    with dg.DagsterInstance.ephemeral() as instance:
        job = definitions.resolve_job_def("process_calls")
        selection = [dg.AssetKey(asset) for asset in ANALYSIS]
        assert run_of_days(job, instance, range_of_days).success
        by_day = {asset.to_user_string(): sessions_by_day(instance, asset) for asset in selection}
    expected = {"2026-11-17": 1, "2026-11-18": None, "2026-11-19": 1, "2026-11-20": 1}
    assert by_day == dict.fromkeys(ANALYSIS, expected)
    loaded.state.close()


def run_of_days(job: dg.JobDefinition, instance: dg.DagsterInstance, days: dict[str, str]) -> dg.ExecuteInProcessResult:
    return job.execute_in_process(run_config=QUIET, instance=instance, tags=days, raise_on_error=False)


def sessions_by_day(instance: dg.DagsterInstance, asset: dg.AssetKey) -> dict[str | None, object]:
    found: dict[str | None, object] = {}
    for record in instance.fetch_materializations(asset, limit=100).records:
        materialization = record.asset_materialization
        assert materialization is not None
        sessions = materialization.metadata.get("sessions")
        found[record.partition_key] = sessions.value if sessions else None
    return found


def test_the_second_backfill_analyses_the_same_days_again_from_the_lake(platform: Platform):
    received(platform, START, START - timedelta(days=2))
    loaded = fresh(platform)
    definitions = build_definitions(loaded)
    days = {"dagster/asset_partition_range_start": "2026-11-18", "dagster/asset_partition_range_end": "2026-11-20"}
    with dg.DagsterInstance.ephemeral() as instance:
        assert run_of_days(definitions.resolve_job_def("process_calls"), instance, days).success
        again = definitions.resolve_implicit_global_asset_job_def()
        only = [dg.AssetKey("transcript_annotations")]
        assert (
            again.get_subset(asset_selection=set(only)).execute_in_process(run_config=QUIET, instance=instance, tags=days).success
        )
        assert sessions_by_day(instance, only[0]) == {"2026-11-18": 1, "2026-11-19": None, "2026-11-20": 1}
    loaded.state.close()


def test_one_run_of_a_backfill_works_at_a_time_and_new_calls_come_first(
    platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "dagster").mkdir()
    (tmp_path / "dagster" / "dagster.yaml").write_bytes(CONFIGURATION.read_bytes())
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    received(platform, START)
    with dg.DagsterInstance.get() as instance:
        runs = instance.get_concurrency_config().run_queue_config
        assert runs is not None
        assert runs.max_concurrent_runs == 6
        assert [(limit["key"], limit["limit"]) for limit in runs.tag_concurrency_limits] == [("dagster/backfill", 1)]
    assert int(planned(platform).tags["dagster/priority"]) > 0
