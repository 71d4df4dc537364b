"""The history of alerts: entered once under a deterministic id, then only acknowledged or resolved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection

from orchestration.alerts.business import Alert
from orchestration.state.counters import next_value
from orchestration.state.database import insert_or_ignore
from orchestration.state.tables import ALERTS


def record_alerts(connection: Connection, alerts: Sequence[Alert], suppressed: str | None = None) -> int:
    """Enter alerts not known yet; how many were new. ``suppressed`` says why no channel is to get them."""
    if not alerts:
        return 0
    seq = next_value(connection, "change")
    rows = [{**asdict(alert), "change_seq": seq, "suppressed": suppressed} for alert in alerts]
    return insert_or_ignore(connection, ALERTS, rows)
