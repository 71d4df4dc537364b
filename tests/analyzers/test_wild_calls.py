"""Short calls after faults that people report in public: what the nine reports make of them, from the words to the tier.

In ``right``, ``{"max": n}`` is nothing or at most n, ``{"not": x}`` anything else, ``{"has": t}`` a text with t and
``{"present": true}`` some value.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from analyzers.command import Analysed, analyze_documents
from analyzers.language.engines import engine_named
from tests.analyzers.recorded_calls import REFERENCE
from tests.support.documents import session
from tests.support.wild import calls

OPENING = ("A: Hello, thank you for trying the product. Is it all right if I write down what we say?", "U: Yes, no problem.")
ENDING = ("A: Thank you. Is there anything else?", "U: No, that is everything, goodbye.")
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
ROLES = {"A": "agent", "U": "user"}
CALLS = calls()


def document(name: str, call: dict[str, Any]) -> bytes:
    turns = (*OPENING, *call["said"], *ENDING)
    transcript = [{"id": f"item_{i:03d}", "role": ROLES[t[0]], "text": t[3:]} for i, t in enumerate(turns)]
    start = datetime.fromisoformat(call["start"])
    return json.dumps(session(name, start=start, transcript=transcript, disconnect_reason="user_hangup")).encode()


@pytest.fixture(scope="module")
def analysed() -> dict[str, Analysed]:
    bodies = [(name, document(name, call)) for name, call in CALLS.items()]
    lines = analyze_documents(
        bodies, engine_named("embedded", REFERENCE), REFERENCE, NOW, workers=1, zone=ZoneInfo("America/New_York")
    )
    return {line["session_id"]: line["reports"] for line in lines}


def facts(reports: dict[str, Any]) -> dict[str, Any]:
    sales, items = reports["sales_intelligence"], reports["action_items"]["items"]
    singles = ("team_size", "monthly_volume", "location", "decision_timeline", "urgency", "budget")
    asked = [f["why"] for f in reports["lead_score"]["key_factors"] if f["factor"] == "meeting"]
    uses = (sales["use_cases"]["primary"], *sales["use_cases"]["secondary"])
    return {name: (sales[name] or {}).get("value") for name in singles} | {
        "tier": sales["qualification_tier"],
        "use_cases": [use["value"] for use in uses if use],
        "strong_buying_signals": sum(s["strength"] == "strong" for s in sales["buying_signals"]),
        "pain_points": len(sales["pain_points"]),
        "objections": len(sales["objections"]),
        "action_items": len(items),
        "deadlines": [item["deadline"] for item in items],
        "sentiment": reports["sentiment"]["overall"]["label"],
        "meeting_request": bool(sales["buying_signals"]) or "No meeting was asked for" not in asked,
        "need_or_pain": bool(sales["pain_points"]) or sales["bant"]["need"],
    }


def is_right(got: Any, wanted: Any) -> bool:
    match wanted:
        case {"max": most}:
            return got is None or got <= most
        case {"not": other}:
            return got is not None and got != other
        case {"has": part}:
            return isinstance(got, str) and part in got
        case {"present": True}:
            return bool(got)
        case _:
            return got == wanted


@pytest.mark.parametrize("name", CALLS)
def test_what_was_said_is_read_as_a_person_reads_it(name: str, analysed: dict[str, Analysed]):
    found, right = facts(analysed[name]), CALLS[name]["right"]
    assert {key: found[key] for key, wanted in right.items() if not is_right(found[key], wanted)} == {}
