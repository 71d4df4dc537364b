"""Check whether the scores have shifted: the population stability index of the last days against the days before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from math import log

import duckdb

from orchestration.quality.rules import DriftRule
from orchestration.rules.finding import SAMPLE, Finding, sample

_SMOOTHING = 0.5
"""Calls added to every bin: an empty one would make the logarithm infinite, and half a call hardly moves a full one."""


def drift(connection: duckdb.DuckDBPyConnection, rule: DriftRule, score: str, now: datetime) -> Finding:
    """``score`` is a column of sessions that the rule has edges for. Silent below ``calls_needed`` scored calls in either span.

    When red, it names recent calls of the bin whose share grew most.
    """
    edges = rule.edges[score]  # pyright: ignore[reportArgumentType]
    end = now.astimezone(UTC).replace(tzinfo=None)
    middle = end - timedelta(days=rule.recent_days)
    recent = _binned(connection, score, edges, middle, end)
    before = _binned(connection, score, edges, middle - timedelta(days=rule.before_days), middle)
    n, m = sum(recent), sum(before)
    if min(n, m) < rule.calls_needed:
        return Finding(True, examined=n, figures={"n recent": n, "n before": m}, skipped_because="too few scored calls")
    index = stability_index(recent, before)
    shifted = index > rule.index
    grown = max(range(len(recent)), key=lambda bin_: recent[bin_] / n - before[bin_] / m)
    sessions = _sessions(connection, score, edges, grown, middle, end) if shifted else ()
    figures = {"index": round(index, 3), "n recent": n, "n before": m, "bin grown most": _named(edges, grown)}
    return Finding(not shifted, count=int(shifted), examined=n, sessions=sessions, figures=figures)


def stability_index(recent: Sequence[int], before: Sequence[int]) -> float:
    """Return the sum over bins of (p - q) ln(p / q); half a call is added to every bin, so that an empty one stays finite."""
    n, m = (sum(counts) + _SMOOTHING * len(counts) for counts in (recent, before))
    shares = [((r + _SMOOTHING) / n, (b + _SMOOTHING) / m) for r, b in zip(recent, before, strict=True)]
    return sum((p - q) * log(p / q) for p, q in shares)


def _bin(score: str, edges: Sequence[float]) -> str:
    """The number of edges at or below the score; names and numbers are those of the checked rules."""
    return " + ".join(f"({score} >= {edge!r})::integer" for edge in edges)


def _binned(connection: duckdb.DuckDBPyConnection, score: str, edges: Sequence[float], start: datetime, end: datetime) -> list[int]:
    sql = f"select {_bin(score, edges)} as bin, count(*) from sessions where {score} is not null and start_time >= ? and start_time < ? group by bin"  # noqa: S608, E501
    counts = dict(connection.execute(sql, [start, end]).fetchall())
    return [counts.get(number, 0) for number in range(len(edges) + 1)]


def _sessions(
    connection: duckdb.DuckDBPyConnection, score: str, edges: Sequence[float], number: int, start: datetime, end: datetime
) -> tuple[str, ...]:
    sql = (
        f"select session_id from sessions where {_bin(score, edges)} = ? and start_time >= ? and start_time < ?"  # noqa: S608
        f" order by start_time desc limit {SAMPLE}"
    )
    return sample(session_id for (session_id,) in connection.execute(sql, [number, start, end]).fetchall())


def _named(edges: Sequence[float], number: int) -> str:
    low = f"{edges[number - 1]:g}" if number else "lowest"
    high = f"{edges[number]:g}" if number < len(edges) else "highest"
    return f"{low} to {high}"
