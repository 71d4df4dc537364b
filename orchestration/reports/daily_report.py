"""Makes the daily summary from the published warehouse and puts it into files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from contract.platform.atomic_file import replace_file
from contract.platform.settings import Settings
from orchestration.reports.daily import daily_facts
from orchestration.reports.render import RenderedEmail, render_daily
from orchestration.warehouse.manifest import read_manifest
from orchestration.warehouse.reader import open_published


def daily_report(settings: Settings, day: date, out: Path | None = None) -> RenderedEmail:
    """The summary of one business day; with ``out`` the HTML is written there and the text beside it."""
    with open_published(settings) as connection:
        manifest = read_manifest(settings.published_dir)
        facts = daily_facts(
            connection,
            day,
            settings.business_zone,
            settings.clock(),
            published_at=manifest.published_at if manifest else None,
        )
    email = render_daily(facts, settings.base_url)
    if out is not None:
        _write(out, email)
    return email


def write_report(settings: Settings, day: date) -> Path:
    """Writes ``$VOICE_HOME/reports/daily/<date>.html`` and ``.txt``; the same warehouse gives the same files."""
    path = report_path(settings, day)
    daily_report(settings, day, path)
    return path


def report_path(settings: Settings, day: date) -> Path:
    return settings.reports_dir / "daily" / f"{day.isoformat()}.html"


def _write(path: Path, email: RenderedEmail) -> None:
    """A reader of the folder sees a whole file or the one before it."""
    beside = path.with_suffix(".txt") if path.suffix == ".html" else path.with_name(f"{path.name}.txt")
    replace_file(path, email.html)
    replace_file(beside, email.text)
