"""Declare when an asset is stale. What changes only with new calls has no policy, since no call is no fault."""

from __future__ import annotations

from datetime import timedelta

import dagster as dg

from contract.platform.settings import Settings
from orchestration.defs.schedules import NIGHT_HOUR
from orchestration.downstream.follower import Follower

NIGHT_TAKES = timedelta(hours=2)
"""Time after the nightly run began in which it must have published; over a million calls it takes about one."""
_REPORT_HOUR = 9
"""Hour in business time by which the report of the day before is there; its schedule is at 8."""


def every_night(settings: Settings) -> dg.FreshnessPolicy:
    """Return the policy of what each night renews, whether or not there were calls."""
    hours = int(NIGHT_TAKES.total_seconds() // 3600)
    return dg.FreshnessPolicy.cron(f"30 {NIGHT_HOUR + hours} * * *", NIGHT_TAKES, settings.business_tz)


def of_follower(follower: Follower, settings: Settings) -> dg.FreshnessPolicy | None:
    """Return a window for an hourly follower, a time of day for one per business day, None for one that calls alone make due."""
    if follower.per_day:
        return dg.FreshnessPolicy.cron(f"0 {_REPORT_HOUR} * * *", timedelta(hours=_REPORT_HOUR), settings.business_tz)
    if follower.stale_after:
        return dg.FreshnessPolicy.time_window(fail_window=follower.stale_after, warn_window=follower.stale_after * 2 / 3)
    return None
