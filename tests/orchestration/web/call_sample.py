"""A call whose rows are known, for the picture of its page and the wording of its figures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from orchestration.web.call_rows import CallRows

START = datetime(2026, 11, 24, 15, 5, 52, tzinfo=UTC)
_SAID = (
    ("agent", "Hello! You've reached your trial specialist. This call is transcribed, is that okay with you?", None, None),
    ("user", "Sure, go ahead. I have about ten minutes before my next viewing.", "neutral", None),
    ("agent", "Then let's use them well. What takes the most time with your documents today?", None, 1184),
    ("user", "Lease contracts. We are twenty-five people and every one of them retypes the same three pages.", "negative", None),
    ("agent", "How many of those do you send in a month?", None, 826),
    ("user", "Four hundred or so, and all the client data sits in Salesforce already.", "neutral", None),
    ("agent", "The Salesforce integration fills these fields for you, straight from the opportunity.", None, 1138),
    ("user", "That alone would save us a day a week. I can sign this off, can we talk to somebody on Thursday?", "positive", None),
    ("agent", "I have booked Thursday at ten with our account executive. The invitation is on its way.", None, 1035),
    ("user", "Perfect, thank you. Bye!", "positive", None),
)
_SCORE = (
    ("intent", "timeline", 5.7, 6.0, "Decision: this week", "can we talk to somebody on Thursday", 7),
    ("intent", "meeting", 5.0, 5.0, "A meeting is booked", None, None),
    ("intent", "next_steps", 4.8, 5.0, "A strong buying signal", "That alone would save us a day a week", 7),
    ("intent", "budget", 3.8, 4.0, "Money was stated or accepted", None, None),
    ("fit", "icp", 7.4, 8.0, "Ideal customer: team matches, volume matches", "Four hundred or so", 5),
    ("fit", "integrations", 4.0, 4.0, "Needs an integration the product has", "Salesforce", 5),
    ("fit", "complexity", 1.9, 3.0, "One use", "Lease contracts", 3),
    ("firmographic", "employee_count", 19.0, 20.0, "25 people in the team", "twenty-five people", 3),
    ("firmographic", "revenue", 0.0, 4.0, "Revenue not known", None, None),
    ("firmographic", "market_presence", 0.0, 4.0, "Market presence not known", None, None),
    ("demographic", "company_size", 10.0, 10.0, "25 people would use it", "twenty-five people", 3),
    ("demographic", "industry", 6.0, 6.0, "A core industry", "my next viewing", 1),
    ("demographic", "location", 3.2, 4.0, "Somewhere named", None, None),
    ("behavioral", "engagement", 9.0, 11.25, "5 turns of the caller, 1 question", None, None),
    ("behavioral", "participation", 6.9, 7.5, "14 words a turn of the caller", None, None),
    ("behavioral", "duration", 5.3, 6.25, "2:48 minutes; 3 to 7 is right", None, None),
    ("behavioral", "feature_exploration", 2.0, 5.0, "One feature came up", None, None),
)
_HAPPENED = (
    (0, "the call began"),
    (168, "the call ended"),
    (168, "alert: Hot Lead Detected"),
    (168, "alert: Meeting Booked"),
    (171, "document received (revision 1)"),
    (176, "analysed"),
    (182, "salesforce: person sent"),
    (182, "salesforce: call sent"),
    (183, "salesforce: task sent"),
    (184, "amplitude: event sent"),
    (184, "amplitude: event sent"),
    (184, "amplitude: event sent"),
)


def _evidence(position: int, quote: str) -> list[dict[str, Any]]:
    start = _SAID[position][1].index(quote)
    return [{"item_id": f"item_{position}", "start": start, "end": start + len(quote), "quote": quote}]


_FIGURES: dict[str, Any] = {
    "lead_score": {"total": 91, "temperature": "hot", "confidence": "high"},
    "conversation_quality": {
        "overall": 8.7,
        "metrics": {
            "dead_air_percentage": {"value": 4.6, "target": "< 5", "status": "good"},
            "interruptions": {"value": 1, "target": "< 3", "status": "good"},
        },
    },
    "performance": {
        "score": 9.2,
        "grade": "A",
        "latency": {"average": 1045.75, "targets": [{"metric": "average", "target": "< 1000 ms", "status": "warning"}]},
        "cost": 0.0874,
        "errors": 0,
    },
    "action_items": {"items": 1},
}
_REPORTS: dict[str, Any] = {
    "sales_intelligence": {
        "team_size": {"value": 25, "evidence": _evidence(3, "twenty-five people")},
        "monthly_volume": {"value": 400, "evidence": _evidence(5, "Four hundred or so")},
        "decision_timeline": {"value": "this_week", "evidence": _evidence(7, "can we talk to somebody on Thursday")},
        "buying_signals": [
            {"clause": "That alone would save us a day a week.", "strength": "strong",
             "evidence": _evidence(7, "That alone would save us a day a week")},
        ],
        "pain_points": [
            {"clause": "every one of them retypes the same three pages.", "impact": None,
             "evidence": _evidence(3, "every one of them retypes the same three pages")},
        ],
    },
    "action_items": {"items": [{"text": "Hold the meeting on Thursday", "owner": "sales", "priority": "high", "evidence": []}]},
}  # fmt: skip


def call_rows(**changed: Any) -> CallRows:
    """Return the rows as a role with all rights gets them; ``changed`` replaces fields of ``facts``."""
    facts: dict[str, Any] = {
        "start_time": START.replace(tzinfo=None),
        "end_time": (START + timedelta(seconds=168)).replace(tzinfo=None),
        "duration_seconds": 168,
        "turn_count": len(_SAID),
        "interruption_count": 1,
        "qualification_tier": "Tier 1",
        "lead_score": 91,
        "engagement_score": 8.7,
        "sentiment": "positive",
        "meeting_booked": True,
        "agent_version": "2026.11.2",
        "disconnect_reason": "user_hangup",
        "lead_key": "49d300930cab",
        "complete": True,
        "temperature": "hot",
        "next_action": "sales_call",
        "average_latency_ms": 1045.75,
        "connection_category": "Good",
        "usd": Decimal("0.0874"),
        "fully_priced": True,
        "industry": "real_estate",
        "team_size": 25,
        "monthly_volume": 400,
        "integration_needs": ["salesforce"],
        "decision_timeline": "this_week",
        "budget_authority": "decision_maker",
        "urgency": "high",
        "total_calls": 2,
    }
    turns = [
        {
            "position": position,
            "item_id": f"item_{position}",
            "role": role,
            "text": text,
            "interrupted": position == 6,
            "sentiment": sentiment,
            "latency_ms": latency,
            "offset_ms": position * 17_000,
        }
        for position, (role, text, sentiment, latency) in enumerate(_SAID)
    ]
    timeline = [
        {**{name: turn[name] for name in turn if name != "text"}, "length_ms": 15_500 if turn["position"] != 7 else 9_200}
        for turn in turns
    ]
    score = [
        {
            "component": component,
            "factor": factor,
            "points": points,
            "possible": possible,
            "why": why,
            "quotes": [quote] if quote else [],
            "item_ids": [f"item_{position}"] if quote else [],
        }
        for component, factor, points, possible, why, quote, position in _SCORE
    ]
    summary = (
        "Dana Ortiz of northlight.example has a team of 25 and handles about 400 documents a month.\n\n"
        "The lead is qualified (Tier 1) and scores 91 of 100 (hot). The caller decides.\n\n"
        "A meeting is booked for Thu 26 Nov. Next: a sales call. Lease contracts are retyped by hand today; the Salesforce"
        " integration was asked for and shown."
    )
    return CallRows(
        session_id="pandadoc_trial_1795514752000_22c5f1",
        documents=[{"store_key": "sessions/…", "state": "analysed", "revision": 1, "test_call": False}],
        facts={**facts, **changed},
        identity={"name": "Dana Ortiz", "email": "dana@northlight.example", "company": "northlight.example", "location": None},
        words={"summary": summary, "use_case": "contracts", "current_tool": "Word"},
        score=score,
        turns=turns,
        timeline=timeline,
        gaps=[{"after_item_id": "item_7", "seconds": 7.8}],
        figures=_FIGURES,
        reports=_REPORTS,
        events=[(START + timedelta(seconds=seconds), what) for seconds, what in _HAPPENED],
    )
