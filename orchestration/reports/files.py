"""Makes reports from the published warehouse and puts them into files."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from contract.platform.atomic_file import replace_file
from contract.platform.settings import Settings
from orchestration.reports.kinds import ReportKind
from orchestration.reports.notices import NO_NOTICES
from orchestration.reports.render import RenderedEmail, rendered
from orchestration.warehouse.manifest import read_manifest
from orchestration.warehouse.reader import open_published


def report_facts(settings: Settings, kind: ReportKind, first: date) -> Any:
    """Return the facts of the period that begins on ``first``. Raises ``ConfigurationFailure`` while nothing is published."""
    with open_published(settings) as connection:
        manifest = read_manifest(settings.published_dir)
        published_at = manifest.published_at if manifest else None
        return kind.facts(connection, first, settings.business_zone, settings.clock(), published_at=published_at)


def report(settings: Settings, kind: ReportKind, first: date, out: Path | None = None) -> RenderedEmail:
    """Return the report of one period; with ``out`` the page is written there and the text beside it."""
    email = rendered(kind.message(report_facts(settings, kind, first), settings.base_url, NO_NOTICES))
    if out is not None:
        _write(out, email)
    return email


def write_report(settings: Settings, kind: ReportKind, first: date) -> Path:
    """Writes ``$VOICE_HOME/reports/<kind>/<first day>.html`` and ``.txt``; the same warehouse gives the same files."""
    path = report_path(settings, kind, first)
    report(settings, kind, first, path)
    return path


def report_path(settings: Settings, kind: ReportKind, first: date) -> Path:
    return settings.reports_dir / kind.name / f"{first.isoformat()}.html"


def _write(path: Path, email: RenderedEmail) -> None:
    """A reader of the folder sees a whole file or the one before it."""
    beside = path.with_suffix(".txt") if path.suffix == ".html" else path.with_name(f"{path.name}.txt")
    replace_file(path, email.page)
    replace_file(beside, email.text)
