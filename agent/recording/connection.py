"""Summarise connection figures (spec 1.6): LiveKit's reports of the agent's leg, and the caller's device from the attributes."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from agent.recording.utterances import Rows


def connection(rows: Rows) -> dict[str, Any]:
    """Return bytes and packet loss (percent) over the whole call, also of a caller who came back on a new connection; jitter (ms)
    as the average of the reports; null when nothing was reported, as in calls without a server.
    """
    reports = [row for row in rows if row["kind"] == "connection"]
    caller = next((row for row in reversed(rows) if row["kind"] == "participant"), {})
    jitters = [row["jitter"] for row in reports if row.get("jitter") is not None]
    return {
        "bandwidth_in": _counted(reports, "bytes_received", "bytes_received"),
        "bandwidth_out": _counted(reports, "bytes_sent", "bytes_sent"),
        "packet_loss": _loss(
            _counted(reports, "packets_lost", "packets_received"), _counted(reports, "packets_received", "packets_received")
        ),
        "jitter": round(sum(jitters) / len(jitters), 1) if jitters else None,
        "device_info": {name: caller.get(name) for name in ("browser", "os", "location")},
        "quality": _qualities(rows),
    }


def _counted(reports: Rows, name: str, leader: str) -> int | None:
    """Sum a counter over connections: its last value, and what it held each time its connection's ``leader``, which never falls
    within one, started again. Reports without the counter are ignored.
    """
    known = [report for report in reports if report.get(name) is not None and report.get(leader) is not None]
    before = (earlier[name] for earlier, later in pairwise(known) if later[leader] < earlier[leader])
    return sum(before, known[-1][name]) if known else None


def _loss(lost: int | None, received: int | None) -> float | None:
    if lost is None or received is None or lost + received <= 0:
        return None
    return round(100 * max(lost, 0) / (max(lost, 0) + received), 2)


def _qualities(rows: Rows) -> list[str]:
    """Return LiveKit's rating of the caller's connection, each change once."""
    return list(_changes(row["quality"] for row in rows if row["kind"] == "quality"))


def _changes(values: Iterable[str]) -> Iterable[str]:
    previous: str | None = None
    for value in values:
        if value != previous:
            yield value
        previous = value
