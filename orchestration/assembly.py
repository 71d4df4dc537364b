"""All that Dagster knows, put together around one platform: assets, checks, the jobs, the sensor and the schedules."""

from datetime import timedelta

import dagster as dg

from orchestration.assets.analyzers import ANALYZER_ASSETS, analysis_results
from orchestration.assets.annotations import transcript_annotations
from orchestration.assets.documents import session_documents
from orchestration.assets.ledger import analysed_sessions, business_alerts
from orchestration.assets.publishing import daily_report, published_warehouse
from orchestration.assets.search import search_index
from orchestration.assets.serving import served_warehouse, serving_is_due
from orchestration.assets.warehouse import NIGHTLY, warehouse_assets
from orchestration.checks import conservation, nothing_overlooked
from orchestration.quality.asset_checks import quality_checks, quality_job, quality_schedule
from orchestration.resources import Platform
from orchestration.search.index import index_is_current
from orchestration.sensors import new_calls

REPORT_HOUR = 8
NIGHT_HOUR = 2


def build_definitions(platform: Platform) -> dg.Definitions:
    """The definitions around one platform; in-process executor, since a process per step would cost a lone call 28 s."""
    warehouse = warehouse_assets()
    calls = [
        session_documents,
        transcript_annotations,
        *ANALYZER_ASSETS,
        analysis_results,
        business_alerts,
        analysed_sessions,
        warehouse,
        published_warehouse,
    ]
    nightly = dg.AssetSelection.assets(*NIGHTLY)
    quality = quality_checks(platform)
    process_calls = dg.define_asset_job(
        "process_calls",
        selection=dg.AssetSelection.assets(*calls) - nightly - dg.AssetSelection.checks(nothing_overlooked, *quality),
        description="From documents to the published warehouse.",
    )
    every_night = dg.define_asset_job(
        "every_night",
        selection=(
            nightly
            | dg.AssetSelection.checks_for_assets(warehouse)
            | dg.AssetSelection.assets(published_warehouse, served_warehouse)
        )
        - dg.AssetSelection.checks(*quality),
        description="Trends of the year, every test of the warehouse over all rows, and publishing.",
    )
    check_accounts = dg.define_asset_job(
        "check_accounts",
        selection=dg.AssetSelection.checks(conservation, nothing_overlooked),
        description="Is every document accounted for?",
    )
    write_daily_report = dg.define_asset_job(
        "write_daily_report", selection=[daily_report], description="The e-mail of one business day."
    )
    index_transcripts = dg.define_asset_job(
        "index_transcripts", selection=[search_index], description="Full-text search over transcripts."
    )
    serve_warehouse = dg.define_asset_job(
        "serve_warehouse", selection=[served_warehouse], description="What is published, in PostgreSQL too."
    )
    return dg.Definitions(
        assets=[*calls, daily_report, search_index, served_warehouse],
        asset_checks=[conservation, nothing_overlooked, *quality],
        jobs=[
            *(process_calls, write_daily_report, index_transcripts, serve_warehouse, check_accounts, every_night),
            quality_job(quality),
        ],
        sensors=[new_calls],
        schedules=[
            _every_morning(platform),
            _every_minute(platform),
            _every_ten_minutes(platform),
            _every_hour(),
            quality_schedule(platform),
            _every_night(platform),
        ],
        resources={"platform": platform},
        executor=dg.in_process_executor,
    )


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
        name="hourly_accounts",
        job_name="check_accounts",
        cron_schedule="20 * * * *",
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
