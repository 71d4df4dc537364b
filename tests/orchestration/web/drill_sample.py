"""Twelve calls of the last days with hostile names and searches, and two alerts: what the pages behind dashboards show in tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from contract.document.session import SessionDocument, TranscriptItem
from contract.platform.settings import Settings
from orchestration.alerts.business import Alert
from orchestration.alerts.history import record_alerts
from orchestration.warehouse.publish import publish
from tests.orchestration.web.conftest import as_person
from tests.support.builds import build
from tests.support.documents import NOW
from tests.support.lake_samples import Lake, changed, sample_documents

SALES, VIEWER = as_person("sam@example.com"), as_person("vera@example.com")
ADMIN = as_person("adam@example.com", **{"x-forwarded-groups": "voice-admins"})
HOSTILE_NAME = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
HOSTILE_QUERY = '=HYPERLINK("https://evil.example") <b onclick=x>\'; drop table sessions; --'
ONE_MEANING = ("How much does a seat cost each month?", "What is the price of one seat per month?")
ALERT, DIGEST = 4_611_686_018_427_387_904, 7
"""Ids of a watched alert, above the integers of JavaScript, and of a digest whose context has words of callers."""


def documents() -> Iterator[SessionDocument]:
    """Twelve sample calls of the last days, the last two by one caller; names and searches are hostile."""
    search = next(call for original in sample_documents() for call in original.tool_calls if call.tool.startswith("unl"))
    for number, original in enumerate(sample_documents()[:12]):
        start = NOW - timedelta(minutes=10 + 40 * number)
        queries = (HOSTILE_QUERY, *ONE_MEANING)
        found = {"total_results": number % 2, "timestamp": start, "error": None}
        searches = [search.model_copy(update={"query": query, **found}) for query in queries]
        caller, later = min(number, 10), start - original.start_time
        yield changed(
            original,
            session_id=f"drill_{number:02d}",
            start_time=start,
            end_time=start + timedelta(seconds=original.duration_seconds),
            user_name=HOSTILE_NAME,
            user_email=f"caller{caller}@company{caller}.example",
            participant_id=f"PA_{caller}",
            tool_calls=[*original.tool_calls, *searches],
            metrics=[metric.model_copy(update={"timestamp": start}) for metric in original.metrics],
            transcript=[_moved(item, later) for item in original.transcript],
            interruptions=[
                each.model_copy(update={"timestamp": each.timestamp and each.timestamp + later}) for each in original.interruptions
            ],
        )


def _moved(item: TranscriptItem, later: timedelta) -> TranscriptItem:
    started, ended = item.started_at, item.ended_at
    return item.model_copy(update={"started_at": started and started + later, "ended_at": ended and ended + later})


def alerts() -> list[Alert]:
    at = NOW - timedelta(hours=3)
    facts = {"n": 12, "value": "12.0 %", "subject": "openai", "affected_sessions": ["drill_00"], "action": "Check logs"}
    words = {"queries": [[HOSTILE_QUERY, 3, HOSTILE_NAME]], "sessions": [["drill_01", 4.5, HOSTILE_QUERY]], "n": 3}
    return [
        Alert(ALERT, "Error Rate >10%", "Error rate elevated: 12.0 %", facts, None, at, "critical", "P1"),
        Alert(DIGEST, "Content Gaps Identified", "Content gaps of the last hour", words, "drill_01", at, "high", "P3"),
    ]


def make_drill_home(home: Path) -> None:
    """Publish those calls and alerts in the home."""
    lake = Lake(Settings(home=home, now=NOW))  # pyright: ignore[reportCallIssue]
    with lake.state.writing() as connection:
        record_alerts(connection, alerts())
    lake.analyse(list(documents()))
    build(lake)
    publish(lake.settings)
    lake.state.close()
