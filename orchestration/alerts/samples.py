"""Read what was seen of queue, workers and services from a JSON object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contract.platform.times import read_moment
from orchestration.alerts.timeline import Sample

API_NAMES = {
    "salesforce": "Salesforce",
    "amplitude": "Amplitude",
    "openai": "OpenAI",
    "pagerduty": "PagerDuty",
    "slack": "Slack",
    "alert_mail": "Alert e-mail",
}
"""APIs as messages write them, by the name of their circuit."""


_HEALTH = {"up": True, "gone": False}


def sample_of(entry: Mapping[str, Any]) -> Sample:
    """Return one line of ``samples.jsonl`` (docs/sample_history.md); what is missing was not looked at.

    ``KeyError`` or ``ValueError`` when its time is missing or malformed.
    """
    return Sample(
        read_moment(entry["known_at"]),
        queue_depth=entry.get("queue_depth"),
        queue_age_seconds=entry.get("queue_age_seconds"),
        active_calls=entry.get("active_calls"),
        worker_healthy=_HEALTH.get(entry.get("worker_health", "")),
        circuits=_open(entry.get("circuits")),
        dead_letters=entry.get("dead_letters"),
    )


def _open(circuits: Mapping[str, str] | None) -> frozenset[str] | None:
    if circuits is None:
        return None
    return frozenset(API_NAMES.get(name, name) for name, state in circuits.items() if state == "open")
