"""Schedule the jobs of the warehouse; new calls start through the sensor ``new_calls``."""

import dagster as dg

from orchestration.resources import Platform

NIGHT_HOUR = 2
"""Hour of the nightly run in business time: long before the morning's reports, when few people call."""


def schedules(platform: Platform) -> list[dg.ScheduleDefinition]:
    return [_hourly_reconciliation(), _every_night(platform)]


def _hourly_reconciliation() -> dg.ScheduleDefinition:
    """Evaluate the checks by the clock and not after runs, so that a stopped pipeline makes them fail."""
    return dg.ScheduleDefinition(
        name="hourly_reconciliation",
        job_name="reconcile_ledger",
        cron_schedule="20 * * * *",
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )


def _every_night(platform: Platform) -> dg.ScheduleDefinition:
    return dg.ScheduleDefinition(
        name="nightly_warehouse",
        job_name="every_night",
        cron_schedule=f"30 {NIGHT_HOUR} * * *",
        execution_timezone=platform.settings.business_tz,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
