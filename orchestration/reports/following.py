"""The daily report as a follower of the publication."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

from orchestration.resources import Platform


def write_daily_report(platform: Platform, day: date | None) -> dict[str, Any]:
    """Write the report of ``day`` into ``$VOICE_HOME/reports/daily``."""
    from orchestration.reports.daily_report import write_report

    began = time.monotonic()
    path = write_report(platform.settings, _required(day))
    return {"path": path, "bytes": path.stat().st_size, "seconds": round(time.monotonic() - began, 3)}


def daily_report_is_missing(platform: Platform, day: date | None) -> bool:
    """Return whether the file of ``day`` is not there, for instance because somebody removed it."""
    from orchestration.reports.daily_report import report_path

    return not report_path(platform.settings, _required(day)).exists()


def _required(day: date | None) -> date:
    if day is None:
        raise ValueError("a daily report needs its business day")
    return day
