"""Read what was seen of queue, workers and services from a JSON object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contract.platform.times import read_moment
from orchestration.alerts.timeline import Sample

API_NAMES = {"salesforce": "Salesforce", "amplitude": "Amplitude", "slack": "Slack", "openai": "OpenAI", "pagerduty": "PagerDuty"}
"""APIs as messages write them, by the name of their circuit."""


def sample_of(entry: Mapping[str, Any]) -> Sample:
    """Return one sample. Keys: ``known_at``, ``queue_depth``, ``queue_age_seconds``, ``active_calls``, ``worker_healthy``,
    ``circuits`` (a list of open ones, or state by name), ``dead_letters``, ``failing_syncs``, ``warehouse_lag_minutes``,
    ``failed_checks``; what is missing was not looked at. ``KeyError`` or ``ValueError`` when the time is missing or malformed.
    """
    given = {name: entry[name] for name in Sample.__dataclass_fields__ if name in entry and name not in ("known_at", "circuits")}
    return Sample(read_moment(entry["known_at"]), circuits=_open(entry.get("circuits")), **given)


def _open(circuits: Any) -> frozenset[str] | None:
    if circuits is None:
        return None
    if isinstance(circuits, Mapping):
        circuits = [name for name, state in circuits.items() if state in (True, "open")]
    return frozenset(API_NAMES.get(str(name).lower(), str(name)) for name in circuits)
