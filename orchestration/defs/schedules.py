"""When the jobs run by the clock; calls themselves are seen by the sensor ``new_calls``."""

from datetime import timedelta

import dagster as dg

from orchestration.defs.assets.destinations import sync_is_due
from orchestration.defs.assets.postgres import serving_is_due
from orchestration.defs.quality_checks import quality_schedule
from orchestration.destinations.registry import NAMES, configured
from orchestration.resources import Platform
from orchestration.search.index import index_is_current

REPORT_HOUR = 8
NIGHT_HOUR = 2


def schedules(platform: Platform) -> list[dg.ScheduleDefinition]:
    return [
        _every_morning(platform),
        _every_minute(platform),
        *(_syncs(platform, name) for name in NAMES),
        _every_ten_minutes(platform),
        _every_hour(),
        _opportunities(platform),
        quality_schedule(platform),
        _every_night(platform),
    ]


def _every_morning(platform: Platform) -> dg.ScheduleDefinition:
    @dg.schedule(
        job_name="write_daily_report",
        cron_schedule=f"0 {REPORT_HOUR} * * *",
        execution_timezone=platform.settings.business_tz,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
    def daily_report_schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        """At eight in the business time zone: yesterday's report."""
        yesterday = (context.scheduled_execution_time.astimezone(platform.settings.business_zone) - timedelta(days=1)).date()
        return dg.RunRequest(run_key=yesterday.isoformat(), partition_key=yesterday.isoformat())

    return daily_report_schedule


def _every_night(platform: Platform) -> dg.ScheduleDefinition:
    """Long before the morning's reports, when few call."""
    return dg.ScheduleDefinition(
        name="nightly_warehouse",
        job_name="every_night",
        cron_schedule=f"30 {NIGHT_HOUR} * * *",
        execution_timezone=platform.settings.business_tz,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )


def _every_minute(platform: Platform) -> dg.ScheduleDefinition:
    @dg.schedule(job_name="serve_warehouse", cron_schedule="* * * * *", default_status=dg.DefaultScheduleStatus.RUNNING)
    def serving_schedule() -> dg.RunRequest | dg.SkipReason:
        """A job of its own, so that calls go on being processed while PostgreSQL is away; tried again every minute."""
        if platform.settings.serving_url is None:
            return dg.SkipReason("VOICE_SERVING_URL is not set.")
        if not serving_is_due(platform):
            return dg.SkipReason("What is published is served.")
        return dg.RunRequest()

    return serving_schedule


def _syncs(platform: Platform, name: str) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=f"{name}_schedule",
        job_name=f"sync_{name}",
        cron_schedule="* * * * *",
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
    def schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        """Every minute when something was published or waits for another try; every hour whatever is known."""
        if name not in configured(platform):
            return dg.SkipReason(f"{name.capitalize()} is not configured.")
        if not sync_is_due(platform, name) and context.scheduled_execution_time.minute:
            return dg.SkipReason("Nothing is due.")
        return dg.RunRequest()

    return schedule


def _opportunities(platform: Platform) -> dg.ScheduleDefinition:
    @dg.schedule(job_name="read_opportunities", cron_schedule="10 * * * *", default_status=dg.DefaultScheduleStatus.RUNNING)
    def opportunities_schedule() -> dg.RunRequest | dg.SkipReason:
        """Every hour; the next build of the warehouse takes in what was read."""
        if "salesforce" not in configured(platform):
            return dg.SkipReason("Salesforce is not configured.")
        return dg.RunRequest()

    return opportunities_schedule


def _every_ten_minutes(platform: Platform) -> dg.ScheduleDefinition:
    @dg.schedule(job_name="index_transcripts", cron_schedule="*/10 * * * *", default_status=dg.DefaultScheduleStatus.RUNNING)
    def search_index_schedule() -> dg.RunRequest | dg.SkipReason:
        """The search index follows what is published; a run only when something changed."""
        if index_is_current(platform.settings):
            return dg.SkipReason("What is published is indexed.")
        return dg.RunRequest()

    return search_index_schedule


def _every_hour() -> dg.ScheduleDefinition:
    """The accounts are checked by the clock, so that a pipeline that stands still turns them red."""
    return dg.ScheduleDefinition(
        name="hourly_reconciliation",
        job_name="reconcile_ledger",
        cron_schedule="20 * * * *",
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
