"""List the followers. A new one is one entry here and one function that does its work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from orchestration.destinations.following import has_waiting_items, sync_vendor
from orchestration.destinations.registry import VENDORS
from orchestration.destinations.salesforce.following import read_opportunities
from orchestration.destinations.salesforce.vendor import SALESFORCE
from orchestration.destinations.vendor import Vendor
from orchestration.downstream.follower import Follower, last_complete_day
from orchestration.downstream.report_mails import mails_are_due, missing_mail_setting, send_report_mails
from orchestration.postgres.following import missing_postgres, serve_published
from orchestration.reports.following import (
    daily_report_is_missing,
    weekly_report_is_missing,
    write_daily_report,
    write_weekly_report,
)
from orchestration.resources import Platform
from orchestration.search.following import index_is_outdated, index_transcripts

HOURLY_IS_STALE = timedelta(hours=3)
"""Two runs of an hourly follower failed or never started."""


def sync_follower(vendor: Vendor) -> Follower:
    """Return the sync of one vendor: each minute when something was published or waits, and each hour in any case.

    A channel of alerts follows no publication: it runs each minute in which an alert is new or changed.
    """
    each_minute = Follower(
        f"{vendor.name}_sync",
        job=f"sync_{vendor.name}",
        description=f"Sends alerts that are new or changed to {vendor.title}, within a minute."
        " Nothing is materialized while it is not configured.",
        cron="* * * * *",
        follows="due",
        run=lambda platform, day: sync_vendor(vendor, platform),
        missing_setting=vendor.missing,
        best_effort=True,
        group="destinations",
        kinds=frozenset({vendor.name}),
        pool=vendor.name,
    )
    if is_due := vendor.is_due:
        return replace(each_minute, unfinished=lambda platform, day: is_due(platform))
    return replace(
        each_minute,
        description=f"Sends published leads, calls and follow-ups that are new or changed to {vendor.title}, at least every hour."
        " Nothing is materialized while it is not configured.",
        follows="publication",
        unfinished=lambda platform, day: has_waiting_items(vendor, platform),
        at_least_hourly=True,
        stale_after=HOURLY_IS_STALE,
    )


def followers(vendors: Sequence[Vendor] = VENDORS) -> tuple[Follower, ...]:
    """Return the followers in the order in which ``voice run`` runs them."""
    return (
        Follower(
            "daily_report",
            job="write_daily_report",
            description="Writes the daily executive summary of one business day as HTML into a folder (spec 7.5).",
            cron="0 8 * * *",
            follows="publication",
            run=write_daily_report,
            unfinished=daily_report_is_missing,
            per_day=True,
            kinds=frozenset({"python", "html"}),
        ),
        Follower(
            "weekly_report",
            job="write_weekly_report",
            description="Writes the weekly executive review of the last complete business week as HTML into a folder (spec 7.5).",
            cron="5 * * * *",
            follows="publication",
            run=write_weekly_report,
            unfinished=weekly_report_is_missing,
            kinds=frozenset({"python", "html"}),
        ),
        Follower(
            "search_index",
            job="index_transcripts",
            description="Builds an inverted index of transcripts by month, for full-text search (spec 8.1).",
            cron="*/10 * * * *",
            follows="publication",
            run=index_transcripts,
            unfinished=index_is_outdated,
            kinds=frozenset({"duckdb", "parquet"}),
            pool="search",
        ),
        Follower(
            "served_warehouse",
            job="serve_warehouse",
            description="Copies marts and rollups to PostgreSQL for Metabase; one transaction per version (spec 8.3)."
            " Nothing is materialized without `VOICE_SERVING_URL`.",
            cron="* * * * *",
            follows="publication",
            run=serve_published,
            missing_setting=missing_postgres,
            kinds=frozenset({"postgres"}),
            pool="serving",
        ),
        *map(sync_follower, vendors),
        Follower(
            "crm_opportunities",
            job="read_opportunities",
            description="Reads the opportunities of the callers' accounts from the CRM into the lake every hour (spec 6.2)."
            " Nothing is materialized while the CRM is not configured.",
            cron="10 * * * *",
            follows="clock",
            run=lambda platform, day: read_opportunities(platform),
            missing_setting=SALESFORCE.missing,
            stale_after=HOURLY_IS_STALE,
            best_effort=True,
            group="intake",
            kinds=frozenset({"salesforce", "parquet"}),
            pool="salesforce",
        ),
        Follower(
            "report_mails",
            job="send_report_mails",
            description="Sends the daily and weekly reports by e-mail, once to each recipient at 8:00 in their zone (spec 7.5)."
            " Nothing is materialized while e-mail is not configured.",
            cron="* * * * *",
            follows="due",
            run=lambda platform, day: send_report_mails(platform),
            missing_setting=missing_mail_setting,
            unfinished=lambda platform, day: mails_are_due(platform),
            best_effort=True,
            kinds=frozenset({"python", "html"}),
            pool="email",
        ),
    )


FOLLOWERS = followers()


def followers_of(platform: Platform, listed: Sequence[Follower] = FOLLOWERS) -> Iterator[tuple[Follower, date | None]]:
    """Yield the followers in their order, each with the business day it works on now, if it is one per day."""
    for follower in listed:
        yield follower, last_complete_day(platform.now(), platform.settings) if follower.per_day else None
