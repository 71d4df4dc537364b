"""Session documents made for a test: small, valid, and as many as are wanted."""

from __future__ import annotations

import gzip
import json
from datetime import datetime, timedelta
from typing import Any

from contract.document.keys import session_key
from orchestration.resources import Platform

START = datetime.fromisoformat("2026-11-20T15:04:05+00:00")
NOW = datetime.fromisoformat("2026-11-26T12:00:00+00:00")
REPLY = {
    "eou_delay": 200,
    "llm_ttft": 500,
    "tts_ttfb": 200,
    "total_latency": 900,
    "prompt_tokens": 1000,
    "completion_tokens": 50,
    "total_tokens": 1050,
}
LINES = (
    ("agent", "Hi! I'm your PandaDoc trial specialist. This call is transcribed, is that okay?"),
    ("user", "Sure. We are a team of twelve and we send about 200 proposals a month with DocuSign."),
    ("agent", "Thanks. What would you like to change?"),
    ("user", "We need it to connect to Salesforce. How much is that for twelve people?"),
    ("agent", "Salesforce is part of the Business plan, forty-nine dollars a seat."),
    ("user", "Great, that works. Let's book a call this week. Thanks, bye!"),
    ("agent", "Wonderful. Goodbye!"),
)


def session(session_id: str = "call_1", start: datetime = START, **fields: Any) -> dict[str, Any]:
    """A v1 document of a short, healthy call; ``fields`` replace its own."""
    moment = start
    transcript: list[dict[str, Any]] = []
    for index, (role, text) in enumerate(LINES):
        ended = moment + timedelta(seconds=5)
        times = {"started_at": moment.isoformat(), "ended_at": ended.isoformat()}
        transcript.append({"id": f"item_{index:03d}", "role": role, "text": text, **times})
        moment = ended + timedelta(seconds=1)
    metrics = [{"timestamp": item["started_at"], "item_id": item["id"], **REPLY} for item in transcript if item["role"] == "agent"]
    document = {
        "schema_version": 1,
        "session_id": session_id,
        "agent_version": "2026.11.1",
        "start_time": start.isoformat(),
        "end_time": moment.isoformat(),
        "duration_seconds": round((moment - start).total_seconds()),
        "participant_id": f"PA_{session_id}",
        "user_email": f"{session_id}@example.com",
        "disconnect_reason": "agent_goodbye",
        "consent": {"obtained": True},
        "transcript": transcript,
        "metrics": metrics,
        "models": {"llm": "gpt-4.1-mini", "stt": "deepgram/nova-3", "tts": "elevenlabs/eleven_turbo_v2_5"},
    }
    return {**document, **fields}


def packed(document: dict[str, Any]) -> bytes:
    return gzip.compress(json.dumps(document).encode(), mtime=0)


def put(platform: Platform, document: dict[str, Any]) -> None:
    """Deliver a document to the platform's store under its key."""
    platform.store.put(session_key(document["session_id"], START.fromisoformat(document["start_time"])), packed(document))
