"""The hourly job: an evaluation for every check, with severity, count, sessions and what to do, and nobody's name."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import dagster as dg
import pytest

from contract.platform.settings import PROJECT_ROOT
from orchestration.defs.assembly import build_definitions
from orchestration.defs.in_process import QUIET
from orchestration.defs.quality_checks import JOB, quality_schedule
from orchestration.quality.checks import GROUPS, checks_of
from orchestration.quality.rules import QualityRules
from orchestration.resources import Platform
from tests.support.lake_samples import sample_documents

Damaged = Callable[[str], Platform]
DAMAGE = "update sessions set lead_score = 101; update leads set email = name, team_size = 0; delete from transcripts"


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def evaluations(platform: Platform, instance: dg.DagsterInstance) -> dict[str, dg.AssetCheckEvaluation]:
    job = build_definitions(platform).resolve_job_def(JOB)
    result = job.execute_in_process(instance=instance, run_config=QUIET)
    assert result.success
    return {evaluation.check_name: evaluation for evaluation in result.get_asset_check_evaluations()}


def told(evaluation: dg.AssetCheckEvaluation) -> dict[str, object]:
    return {name: entry.value for name, entry in evaluation.metadata.items()}


def test_the_job_is_green_on_the_sample_calls_and_makes_every_check(
    sound: Platform, instance: dg.DagsterInstance, rules: QualityRules
):
    found = evaluations(sound, instance)
    assert found.keys() == {check.name for group in GROUPS for check in checks_of(rules, group)}
    assert all(evaluation.passed for evaluation in found.values())


def test_what_is_wrong_is_red_with_its_severity_and_the_job_goes_on(damaged: Damaged, instance: dg.DagsterInstance):
    found = evaluations(damaged(DAMAGE), instance)
    red = {name: evaluation.severity.value for name, evaluation in found.items() if not evaluation.passed}
    assert red == {
        "references": "ERROR",
        "session_lead_score_in_range": "ERROR",
        "lead_email_has_the_shape_of_one": "WARN",
        "lead_team_size_in_range": "WARN",
    }
    facts = told(found["session_lead_score_in_range"])
    assert facts["count"] == 24
    assert len(str(facts["sessions"]).split(", ")) == 20
    assert "icp.yml" in str(facts["what to do"])
    assert found["session_lead_score_in_range"].asset_key == dg.AssetKey(["warehouse", "sessions"])
    assert told(found["references"])["sessions.session_id without transcripts"] == 24


def test_no_caller_can_be_read_off_the_metadata(damaged: Damaged, instance: dg.DagsterInstance):
    text = "\n".join(str(told(evaluation)) for evaluation in evaluations(damaged(DAMAGE), instance).values())
    people = {person for document in sample_documents() for person in (document.user_email, document.user_name) if person}
    assert sample_documents()[-24].session_id in text
    assert [person for person in people if person in text] == []


def test_no_other_job_waits_for_these_checks(sound: Platform, rules: QualityRules):
    definitions = build_definitions(sound)
    names = {f"{group}_data_quality" for group in GROUPS}
    jobs = [job for job in definitions.resolve_all_job_defs() if job.name != JOB and not job.name.startswith("__")]
    assert len(jobs) > 3
    assert [job.name for job in jobs if names & {node.name for node in job.nodes}] == []
    assert {node.name for node in definitions.resolve_job_def(JOB).nodes} == names


def test_one_check_can_be_evaluated_alone(sound: Platform, instance: dg.DagsterInstance):
    key = dg.AssetCheckKey(dg.AssetKey(["warehouse", "sessions"]), "volume")
    job = (
        build_definitions(sound)
        .resolve_implicit_global_asset_job_def()
        .get_subset(asset_selection=set(), asset_check_selection={key})
    )
    result = job.execute_in_process(instance=instance, run_config=QUIET)
    assert [evaluation.check_name for evaluation in result.get_asset_check_evaluations()] == ["volume"]


def test_the_schedule_runs_hourly_once_something_is_published(sound: Platform, platform_without_data: Platform):
    schedule = quality_schedule(sound)
    assert (schedule.cron_schedule, schedule.default_status) == ("40 * * * *", dg.DefaultScheduleStatus.RUNNING)
    at = datetime(2026, 11, 26, 12, 40, tzinfo=UTC)
    with dg.build_schedule_context(scheduled_execution_time=at) as context:
        assert len(schedule.evaluate_tick(context).run_requests or ()) == 1
        skipped = quality_schedule(platform_without_data).evaluate_tick(context)
    assert (skipped.run_requests, skipped.skip_message) == ([], "Nothing has been published yet. Run the job process_calls.")


def test_definitions_load_without_great_expectations():
    code = "import sys, orchestration.definitions; print(sorted({'great_expectations', 'pandas'} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    assert "great_expectations" not in done.stdout
    assert done.stdout.strip().startswith("[")
