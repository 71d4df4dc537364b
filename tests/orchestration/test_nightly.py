"""The nightly job on a real instance: trends built again, every dbt test over all rows, what is due built and published."""

from __future__ import annotations

import dagster as dg
import duckdb

from orchestration.defs.assembly import build_definitions
from orchestration.defs.in_process import QUIET
from orchestration.local_run import run_pending
from orchestration.resources import Platform
from orchestration.warehouse.project import prepare_manifest
from orchestration.warehouse.reader import open_published
from tests.support.documents import put, session


def night(platform: Platform) -> dg.ExecuteInProcessResult:
    job = build_definitions(platform).resolve_job_def("every_night")
    with dg.DagsterInstance.ephemeral() as instance:
        return job.execute_in_process(run_config=QUIET, instance=instance, raise_on_error=False)


def test_the_night_tests_every_row_and_publishes_the_trends(two_calls: Platform):
    result = night(two_calls)
    assert result.success, [event.message for event in result.all_events if event.is_failure]
    evaluated = [evaluation for evaluation in result.get_asset_check_evaluations() if "conservation" not in evaluation.check_name]
    tests = [node for node in prepare_manifest()["nodes"].values() if node["resource_type"] == "test" and node.get("attached_node")]
    assert len(evaluated) == len({(e.asset_key, e.check_name) for e in evaluated}) >= len(tests) - 1
    assert all(evaluation.passed for evaluation in evaluated)
    with open_published(two_calls.settings) as connection:
        assert connection.execute("select sum(calls) from weekly_trends").fetchall() == [(2,)]


def test_a_run_without_a_night_after_it_has_its_calls_in_the_trends(two_calls: Platform):
    put(two_calls, session("three"))
    run_pending(two_calls)
    with open_published(two_calls.settings) as connection:
        assert connection.execute("select sum(calls) from weekly_trends").fetchall() == [(3,)]


def test_a_row_that_was_damaged_long_ago_is_found_at_night_with_its_session_and_severity(two_calls: Platform):
    with duckdb.connect(str(two_calls.settings.warehouse_path)) as warehouse:
        warehouse.execute("delete from main.sessions where session_id = 'one'")
        warehouse.execute("update main.metrics set metric_type = 'weight' where session_id = 'two'")
    failed = {e.check_name: e for e in night(two_calls).get_asset_check_evaluations() if not e.passed}
    orphan = next(evaluation for name, evaluation in failed.items() if name.startswith("relationships_transcripts"))
    assert orphan.severity == dg.AssetCheckSeverity.ERROR
    assert orphan.metadata["sessions"].value == "one"
    assert "voice" in str(orphan.metadata["what to do"].value)
    unknown = next(evaluation for name, evaluation in failed.items() if name.startswith("accepted_values_metrics"))
    assert unknown.severity == dg.AssetCheckSeverity.WARN
