"""Define each data quality check as an asset check, evaluated by an hourly job that no call waits for."""

from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from orchestration.quality.checks import GROUPS, Group, checks_of, evaluate_group
from orchestration.quality.outcome import CheckOutcome
from orchestration.quality.rules import QualityRules
from orchestration.resources import Platform
from orchestration.warehouse.manifest import read_manifest

JOB = "check_data_quality"


def quality_checks(platform: Platform) -> list[dg.AssetChecksDefinition]:
    """Return one definition per group of ``data/quality.yml``; Great Expectations is imported only when one runs."""
    rules = platform.reference.table(QualityRules)
    return [_definition(group, rules) for group in GROUPS]


def quality_job(checks: Sequence[dg.AssetChecksDefinition]) -> Any:
    """Return the job that evaluates these checks and nothing else."""
    return dg.define_asset_job(JOB, selection=dg.AssetSelection.checks(*checks), description="Evaluates every data quality check.")


def quality_schedule(platform: Platform) -> dg.ScheduleDefinition:
    @dg.schedule(
        name="hourly_data_quality", job_name=JOB, cron_schedule="40 * * * *", default_status=dg.DefaultScheduleStatus.RUNNING
    )
    def hourly_data_quality() -> dg.RunRequest | dg.SkipReason:
        """Start the job every hour, once something has been published."""
        if read_manifest(platform.settings.published_dir) is None:
            return dg.SkipReason("Nothing has been published yet. Run the job process_calls.")
        return dg.RunRequest()

    return hourly_data_quality


def _definition(group: Group, rules: QualityRules) -> dg.AssetChecksDefinition:
    specs = [
        dg.AssetCheckSpec(
            check.name, asset=dg.AssetKey(check.asset), description=check.description, metadata={"severity": check.severity}
        )
        for check in checks_of(rules, group)
    ]

    @dg.multi_asset_check(name=f"{group}_data_quality", specs=specs, can_subset=True)
    def evaluation(context: dg.AssetCheckExecutionContext, platform: dg.ResourceParam[Platform]) -> Iterator[dg.AssetCheckResult]:
        selected = {(key.asset_key, key.name) for key in context.selected_asset_check_keys}
        for outcome in evaluate_group(platform, group):
            if (dg.AssetKey(outcome.check.asset), outcome.check.name) in selected:
                yield result_of(outcome)

    return evaluation


def result_of(outcome: CheckOutcome) -> dg.AssetCheckResult:
    """Return the exact count, up to twenty sessions and what to do; with figures and the reason for skipping, if any."""
    check, finding = outcome.check, outcome.finding
    notes = {"skipped because": finding.skipped_because, "problem": finding.problem}
    return dg.AssetCheckResult(
        check_name=check.name,
        asset_key=dg.AssetKey(check.asset),
        passed=finding.passed,
        severity=dg.AssetCheckSeverity[check.severity],
        metadata={
            "count": finding.count,
            "examined": finding.examined,
            "sessions": ", ".join(finding.sessions) or "none",
            "what to do": check.what_to_do,
            **finding.figures,
            **{name: text for name, text in notes.items() if text},
        },
    )
