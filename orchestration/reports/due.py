"""Whether a day's report still says what the published warehouse says."""

from __future__ import annotations

from datetime import date

from contract.platform.settings import Settings
from orchestration.reports.daily_report import report_path
from orchestration.warehouse.manifest import MANIFEST


def report_is_current(settings: Settings, day: date) -> bool:
    """True when the report was written after the warehouse was published last."""
    report, manifest = report_path(settings, day), settings.published_dir / MANIFEST
    return report.exists() and manifest.exists() and report.stat().st_mtime >= manifest.stat().st_mtime
