"""Connection figures (spec 1.6): LiveKit's reports of the agent's leg; browser, system and region are the caller's attributes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from agent.recording.utterances import Rows


def connection(rows: Rows) -> dict[str, Any]:
    """Bytes as last reported, packet loss (percent) over the whole call, jitter (ms) as the average of the reports; null when
    nothing was reported, as in calls without a server.
    """
    reports = [row for row in rows if row["kind"] == "connection"]
    caller = next((row for row in reversed(rows) if row["kind"] == "participant"), {})
    last: Mapping[str, Any] = reports[-1] if reports else {}
    jitters = [row["jitter"] for row in reports if row.get("jitter") is not None]
    return {
        "bandwidth_in": last.get("bytes_received"),
        "bandwidth_out": last.get("bytes_sent"),
        "packet_loss": _loss(last),
        "jitter": round(sum(jitters) / len(jitters), 1) if jitters else None,
        "device_info": {name: caller.get(name) for name in ("browser", "os", "location")},
        "quality": _qualities(rows),
    }


def _loss(report: Mapping[str, Any]) -> float | None:
    lost, received = report.get("packets_lost"), report.get("packets_received")
    if lost is None or received is None or lost + received <= 0:
        return None
    return round(100 * max(lost, 0) / (max(lost, 0) + received), 2)


def _qualities(rows: Rows) -> list[str]:
    """The caller's connection as LiveKit judged it, each change once."""
    return list(_changes(row["quality"] for row in rows if row["kind"] == "quality"))


def _changes(values: Iterable[str]) -> Iterable[str]:
    previous: str | None = None
    for value in values:
        if value != previous:
            yield value
        previous = value
