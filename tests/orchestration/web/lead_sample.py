"""A lead whose rows are known, for the picture of its page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from contract.reference import Reference
from orchestration.dashboards.definition import subject_panel
from orchestration.dashboards.names import ReaderNames
from orchestration.dashboards.reading import PartRows, WidgetRows
from orchestration.dashboards.view import WidgetView, WordingContext, widget_view
from orchestration.rules.goals import Goals
from orchestration.rules.measures import Measures
from orchestration.web.call_view import Badge, ValueWithLabel
from orchestration.web.subject_page import SubjectHead
from tests.orchestration.dashboards.busy_month import ZONE

LAST = datetime(2026, 11, 24, 15, 5, 52)  # noqa: DTZ001 - the warehouse keeps naive UTC
HEAD = SubjectHead(
    kind="Lead",
    title="Dana Ortiz",
    parent=("/dashboards/sales-intelligence", "Sales intelligence"),
    subtitle="northlight.example · dana@northlight.example · Real estate",
    badges=(Badge("Tier 1", "good"), Badge("Meeting booked", "good")),
    figures=(
        ValueWithLabel("Calls", "4"),
        ValueWithLabel("Score since the call before", "+12"),
        ValueWithLabel("Meetings", "1"),
        ValueWithLabel("First call", "October 20, 2026"),
        ValueWithLabel("Last call", "November 24, 2026"),
    ),
    score="91",
    score_percent=91,
    temperature="hot",
)
_CALLS = (
    (35, 58, "–", "first scored call", "Tier 2", "neutral", 6.4),
    (21, 66, "+8", "firmographic +5, intent +3", "Tier 2", "positive", 7.2),
    (9, 79, "+13", "intent +9, fit +4", "Tier 1", "positive", 8.1),
    (0, 91, "+12", "intent +6, behavioral +2, fit +4", "Tier 1", "positive", 8.7),
)
_SIGNALS = (
    ("Team", "team_size", "25", "twenty-five people", 0.97),
    ("Volume", "monthly_volume", "400", "Four hundred or so", 0.95),
    ("Industry", "industry", "real_estate", "before my next viewing", 0.72),
    ("Needs", "integration_needs", '["salesforce"]', "all the client data sits in Salesforce already", None),
    ("Decision", "decision_timeline", "this_week", "can we talk to somebody on Thursday", 0.91),
    ("Authority", "budget_authority", "decision_maker", "I can sign this off", 0.88),
)
_ALERTS = (
    ("Meeting Booked", 0, "acknowledged"),
    ("Hot Lead Detected", 0, "acknowledged"),
    ("Competitor Mentioned", 21, "resolved"),
)
_QUESTIONS = (
    ("Can every office have templates of its own?", 3, False, 9),
    ("How much is that for twenty-five people?", 2, True, 0),
    ("Does it read the rooms out of our listing?", 1, False, 21),
)
_DELIVERIES = (("salesforce", "person", 1), ("salesforce", "task", 2), ("salesforce", "call", 4), ("amplitude", "event", 61))


def _at(days: int) -> datetime:
    return LAST - timedelta(days=days)


def _rows() -> dict[str, list[list[dict[str, Any]]]]:
    scores = [
        {"start_time": _at(days), "session_id": f"call_{days}", "lead_score": score, "change": change, "why": why, "n": 1}
        for days, score, change, why, *_ in _CALLS
    ]
    calls = [
        {"start_time": _at(days), "session_id": f"call_{days}", "minutes": 3.4 + days / 20, "qualification_tier": tier,
         "lead_score": score, "engagement_score": engagement, "sentiment": sentiment, "meeting_booked": days == 0}
        for days, score, _, _, tier, sentiment, engagement in _CALLS
    ]  # fmt: skip
    return {
        "lead-score-history": [scores, scores[::-1]],
        "lead-alerts": [[{"id": 1, "alert": name, "triggered_at": _at(days), "status": state} for name, days, state in _ALERTS]],
        "lead-signals": [
            [
                {"label": label, "signal": signal, "value": value, "quote": quote, "origin": "the call", "confidence": confidence,
                 "start_time": LAST, "session_id": "call_0"}
                for label, signal, value, quote, confidence in _SIGNALS
            ]
        ],
        "lead-calls": [calls[::-1]],
        "lead-questions": [
            [{"question": q, "times_asked": times, "ever_answered": answered, "last_asked": _at(days)}
             for q, times, answered, days in _QUESTIONS]
        ],
        "lead-deliveries": [
            [{"destination": to, "kind": kind, "state": "sent", "items": items, "remote_id": "00Q1" if kind == "person" else None}
             for to, kind, items in _DELIVERIES]
        ],
    }  # fmt: skip


def views_of_lead() -> list[WidgetView]:
    reference, rows = Reference(), _rows()
    names = ReaderNames(reference)
    context = WordingContext(reference.table(Measures), reference.table(Goals), names, ZONE, crm="https://northlight.example/")
    return [
        widget_view(
            WidgetRows(
                widget, tuple(PartRows(part, "", tuple(found)) for part, found in zip(widget.parts, rows[widget.id], strict=True))
            ),
            context,
        )
        for widget in subject_panel("lead").widgets
    ]
