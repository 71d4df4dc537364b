"""Tell failed runs as alerts, one for each job until a run of it succeeds.

What a run says of a failure may quote a caller, so the alert has the step and the kind of error alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import dagster as dg
from sqlalchemy import Connection, select

from contract.reference import Reference
from orchestration.alerts.business import Alert, alert_id
from orchestration.alerts.history import record_alerts
from orchestration.alerts.rules import AlertRules
from orchestration.resources import Platform
from orchestration.state.alerting import resolve, silences
from orchestration.state.tables import ALERTS

RULE = "Run Failed"
VENDOR_UNAVAILABLE = "vendor unavailable"
"""Metadata of a failed sync whose vendor gave no answer: API Failures and Destination Sync Failing tell that, when it lasts."""
SECONDS = 30  # between two looks of the sensor: Dagster's own default
_FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE]


def failed_run_sensor(platform: Platform) -> dg.SensorDefinition:
    """Record an alert when a run of any job failed."""

    @dg.run_failure_sensor(
        name="failed_runs",
        minimum_interval_seconds=SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tells runs that failed, once for each job until one succeeds.",
    )
    def failed_runs(context: dg.RunFailureSensorContext) -> dg.SkipReason:
        recorded = record_failed_run(platform, context)
        return dg.SkipReason("Recorded an alert." if recorded else "It is told already, or by the rules about vendors.")

    return failed_runs


def record_failed_run(platform: Platform, context: dg.RunFailureSensorContext) -> bool:
    """Record the alert of a failed run; return False where one of its job is open, or its vendor was unavailable."""
    run, steps = context.dagster_run, context.get_step_failure_events()
    if steps and all(map(_is_of_a_vendor, steps)):
        return False
    rule, now = Reference().table(AlertRules).named(RULE), platform.now()
    facts = {"subject": run.job_name, "run": run.run_id, **_first_failure(steps), "action": rule.action}
    message = rule.template.format(subject=run.job_name)
    alert = Alert(alert_id(RULE, run.job_name, run.run_id), RULE, message, facts, None, now, rule.alert_type, rule.severity)
    with platform.state.writing() as connection:
        if run.job_name in _open(connection):
            return False
        by = silences(connection, now).get(RULE)
        return record_alerts(connection, [alert], f"silenced by {by}" if by else None) > 0


def resolve_recovered(platform: Platform, instance: dg.DagsterInstance) -> int:
    """Resolve the alerts of jobs whose latest finished run succeeded; return their number."""
    with platform.state.reading() as connection:
        waiting = _open(connection)
    recovered = [number for job, number in waiting.items() if _has_recovered(instance, job)]
    if recovered:
        with platform.state.writing() as connection:
            for number in recovered:
                resolve(connection, number, platform.now())
    return len(recovered)


def _has_recovered(instance: dg.DagsterInstance, job: str) -> bool:
    latest = instance.get_run_records(dg.RunsFilter(job_name=job, statuses=_FINISHED), limit=1)
    return bool(latest) and latest[0].dagster_run.status == dg.DagsterRunStatus.SUCCESS


def _open(connection: Connection) -> dict[str, int]:
    """Return the alert that is open by job."""
    c = ALERTS.c
    rows = connection.execute(select(c.id, c.context).where(c.alert_name == RULE, c.resolved_at.is_(None)))
    return {row.context["subject"]: row.id for row in rows}


def _first_failure(steps: Sequence[dg.DagsterEvent]) -> Mapping[str, str]:
    """Return the step that failed first and the kind of its error; a run whose process ended has none."""
    if not steps:
        return {"error": "the run ended without a failed step"}
    error = steps[0].step_failure_data.error
    while error and error.cause:
        error = error.cause
    return {"step": str(steps[0].step_key), "error": (error.cls_name if error else None) or "unknown"}


def _is_of_a_vendor(step: dg.DagsterEvent) -> bool:
    said = step.step_failure_data.user_failure_data
    return said is not None and VENDOR_UNAVAILABLE in said.metadata
