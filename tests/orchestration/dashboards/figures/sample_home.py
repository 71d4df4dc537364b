"""A home in which those calls are published, with what other systems told: live samples, opportunities, deliveries, alerts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from contract.document.session import SessionDocument
from contract.platform.settings import Settings
from orchestration.intake.lead_identity import lead_identity
from orchestration.state.database import StateDatabase
from orchestration.state.live_samples import record_samples
from orchestration.state.tables import ALERTS, DELIVERY_LOG
from orchestration.warehouse.lake import write_part
from orchestration.warehouse.publish import publish
from tests.orchestration.dashboards.figures.sample_calls import corrections, documents
from tests.support.builds import build
from tests.support.documents import NOW
from tests.support.lake_samples import SECRET, Lake, reports_of

FACTS = "facts.json"


@dataclass(frozen=True)
class Told:
    """What the oracle reads: documents with their reports, and what other systems told, as it was told."""

    calls: list[dict[str, Any]]
    samples: list[dict[str, Any]]
    opportunities: list[dict[str, Any]]
    deliveries: list[dict[str, Any]]
    alerts: list[dict[str, Any]]


def make_home(home: Path) -> None:
    """Publish the calls and write everything that was told into ``facts.json`` of the home."""
    lake = Lake(Settings(home=home, now=NOW))  # pyright: ignore[reportCallIssue]
    first = list(documents())
    later = list(corrections(first))
    told = {
        "calls": [_as_told(document) for document in (*first, *later)],
        "samples": _samples(),
        "opportunities": _opportunities([d for d in first if not d.test_call]),
        "deliveries": _deliveries(first),
        "alerts": _alerts(),
    }
    _record(lake.state, told)
    write_part(lake.store, "crm_opportunities", NOW.date(), 1, [_moments(row) for row in told["opportunities"]], run_id="crm")
    for batch in (first, later):
        lake.analyse(batch)
        build(lake)
    publish(lake.settings)
    lake.state.close()
    (home / FACTS).write_text(json.dumps(told), encoding="utf-8")


def told_of(home: Path) -> Told:
    return Told(**json.loads((home / FACTS).read_text(encoding="utf-8")))


def _as_told(document: SessionDocument) -> dict[str, Any]:
    text = document.model_dump_json()
    reports = {
        name: json.loads(report) for name, report in reports_of(text).items() if name not in ("engine", "annotation_version")
    }
    return {"document": json.loads(text), "reports": reports, "lead_key": lead_identity(document, SECRET).key}


def _samples() -> list[dict[str, Any]]:
    minutes = {12: (9, 40), 6: (4, 3), 2: (3, 0)}
    return [
        {"minutes_ago": ago, "measure": measure, "value": value}
        for ago, values in minutes.items()
        for measure, value in zip(("active_calls", "queue_depth"), values, strict=True)
    ]


def _opportunities(calls: Sequence[SessionDocument]) -> list[dict[str, Any]]:
    """Open, won and lost ones, opened before, soon after and long after a call, in two currencies, of several callers."""
    rows: list[dict[str, Any]] = []
    for number, call in enumerate(calls[::4]):
        opened = call.start_time + timedelta(days=(-40, 3, 29, 31)[number % 4])
        closed = (None, opened + timedelta(days=20), None)[number % 3]
        keys = [lead_identity(call, SECRET).key, lead_identity(calls[(number * 7) % len(calls)], SECRET).key]
        rows.append(
            {
                "opportunity_id": f"opportunity_{number}",
                "account_id": f"account_{number}",
                "account_name": None,
                "lead_keys": [key for key in keys[: 1 + number % 2] if key],
                "stage": "Proposal",
                "is_closed": closed is not None,
                "is_won": closed is not None and number % 2 == 0,
                "amount": None if number % 9 == 8 else 1000.0 + 250 * number,
                "currency": (None, "USD", "EUR")[number % 3],
                "owner_id": "owner",
                "opened_at": opened.isoformat(),
                "closed_at": closed and closed.isoformat(),
                "modified_at": opened.isoformat(),
                "extracted_at": NOW.isoformat(),
            }
        )
    return rows


def _moments(row: dict[str, Any]) -> dict[str, Any]:
    return {name: datetime.fromisoformat(value) if name.endswith("_at") and value else value for name, value in row.items()}


def _deliveries(calls: Sequence[SessionDocument]) -> list[dict[str, Any]]:
    """Every other caller is in the CRM; one is also known to another system."""
    keys = list(dict.fromkeys(key for call in calls if (key := lead_identity(call, SECRET).key)))
    rows = [
        {"destination": "salesforce", "kind": "person", "item_key": key, "remote_id": f"00Q{n:04d}"} for n, key in enumerate(keys)
    ]
    return [*rows[::2], {**rows[1], "destination": "amplitude"}, {**rows[3], "kind": "task"}]


def _alerts() -> list[dict[str, Any]]:
    """Twenty-six of all kinds: those that are no performance alerts, and those of 30 days ago, are not listed."""
    at = [
        *(NOW - timedelta(hours=5 * n + 1) for n in range(24)),
        datetime(2026, 10, 28, 4, tzinfo=UTC),
        datetime(2026, 10, 28, 3, 59, tzinfo=UTC),
    ]
    return [
        {
            "id": 4_611_686_018_427_387_000 + number,
            "alert_type": ("critical", "high", "high", "business", "quality")[number % 5],
            "alert_name": f"Rule {number}",
            "severity": f"P{1 + number % 3}",
            "message": "Message",
            "context": {},
            "triggered_at": moment.isoformat(),
            "acknowledged_at": (moment + timedelta(minutes=5)).isoformat() if number % 2 else None,
            "resolved_at": (moment + timedelta(minutes=50)).isoformat() if number % 3 == 0 else None,
        }
        for number, moment in enumerate(at)
    ]


def _record(state: StateDatabase, told: dict[str, list[dict[str, Any]]]) -> None:
    with state.writing() as connection:
        for ago in sorted({row["minutes_ago"] for row in told["samples"]}, reverse=True):
            sampled = {row["measure"]: ("livekit", row["value"]) for row in told["samples"] if row["minutes_ago"] == ago}
            record_samples(connection, sampled, NOW - timedelta(minutes=ago))
        connection.execute(insert(ALERTS), [{**_moments(row), "change_seq": 1} for row in told["alerts"]])
        connection.execute(
            insert(DELIVERY_LOG),
            [{**row, "state": "sent", "content": {}, "human_edited": [], "changed_at": NOW} for row in told["deliveries"]],
        )
