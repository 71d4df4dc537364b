"""Find what earlier e-mails told that has changed since: it is corrected in the next e-mail, never by a second one (spec 7.5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import duckdb

from contract.reference import Reference
from orchestration.messages.message import Line
from orchestration.reports.kinds import ReportKind
from orchestration.reports.measured_days import measured_days, measured_weeks
from orchestration.rules.measures import Measures
from orchestration.state.report_mails import ReportMail, Told

CORRECTED = ("calls", "qualified_calls", "meetings", "failed_calls")
"""Counts of calls. The pipeline is none of them: a day's pipeline grows for a month by its definition."""


def present_figures(
    connection: duckdb.DuckDBPyConnection, kind: ReportKind, periods: Sequence[date], reference: Reference
) -> dict[str, dict[str, int]]:
    """Return the counts of each period as the warehouse has them now."""
    if not periods:
        return {}
    measures = [reference.table(Measures).named(name) for name in CORRECTED]
    found = (measured_days if kind.days == 1 else measured_weeks)(connection, measures, periods)
    return {period.isoformat(): {name: found[period][name].count for name in CORRECTED} for period in periods}


def last_told(mails: Iterable[ReportMail], since: date) -> dict[str, dict[str, int]]:
    """Return the counts of each period as the reader knows them: from the latest e-mail that named it. ``mails`` are in order."""
    told: dict[str, dict[str, int]] = {}
    for mail in mails:
        told.update({period: dict(counts) for period, counts in mail.figures.items() if date.fromisoformat(period) >= since})
    return told


def changed_figures(told: Told, present: Told) -> dict[str, dict[str, int]]:
    """Return the present counts of the periods of which a count differs from what was told."""
    return {period: dict(present[period]) for period, counts in told.items() if period in present and present[period] != counts}


def correction_lines(kind: ReportKind, told: Told, changed: Told, reference: Reference) -> tuple[Line, ...]:
    """Return one sentence for each corrected period, the oldest first."""
    labels = {name: reference.table(Measures).named(name).label for name in CORRECTED}
    lines: list[Line] = []
    for period in sorted(changed):
        now, then = changed[period], told[period]
        parts = [f"{labels[name]} {now[name]:,}, not {then.get(name, 0):,}" for name in CORRECTED if now[name] != then.get(name)]
        name = kind.named(date.fromisoformat(period))
        lines.append(Line(f"{name[:1].upper()}{name[1:]}: {'; '.join(parts)}", "calls were added or changed after it was sent"))
    return tuple(lines)


def first_corrected(kind: ReportKind, period: date, days: int) -> date:
    """Return the first period whose e-mail is still compared: one within ``days``, and always the one before."""
    return min(period - timedelta(days=days), period - timedelta(days=kind.days))
