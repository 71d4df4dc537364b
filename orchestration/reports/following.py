"""The report files as followers of the publication, and the e-mails as a follower of the clock."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import Any

from orchestration.resources import Platform


def write_daily_report(platform: Platform, day: date | None) -> dict[str, Any]:
    """Write the daily report of ``day`` into ``$VOICE_HOME/reports/daily``."""
    from orchestration.reports.kinds import DAILY

    return _written(platform, DAILY, _required(day))


def daily_report_is_missing(platform: Platform, day: date | None) -> bool:
    """Return whether the file of ``day`` is not there, for instance because somebody removed it."""
    from orchestration.reports.kinds import DAILY

    return not _path(platform, DAILY, _required(day)).exists()


def write_weekly_report(platform: Platform, day: date | None) -> dict[str, Any]:
    """Write the weekly report of the last complete week into ``$VOICE_HOME/reports/weekly``."""
    from orchestration.reports.kinds import WEEKLY

    return _written(platform, WEEKLY, WEEKLY.last_complete(platform.now(), platform.settings.business_zone))


def weekly_report_is_missing(platform: Platform, day: date | None) -> bool:
    """Return whether the file of the last complete week is not there."""
    from orchestration.reports.kinds import WEEKLY

    return not _path(platform, WEEKLY, WEEKLY.last_complete(platform.now(), platform.settings.business_zone)).exists()


def _written(platform: Platform, kind: Any, first: date) -> dict[str, Any]:
    from orchestration.reports.files import write_report

    began = time.monotonic()
    path = write_report(platform.settings, kind, first)
    return {"path": path, "bytes": path.stat().st_size, "seconds": round(time.monotonic() - began, 3)}


def _path(platform: Platform, kind: Any, first: date) -> Path:
    from orchestration.reports.files import report_path

    return report_path(platform.settings, kind, first)


def _required(day: date | None) -> date:
    if day is None:
        raise ValueError("a daily report needs its business day")
    return day
