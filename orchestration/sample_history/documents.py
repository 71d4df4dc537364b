"""Build the session document of a planned call, and say when the platform knows of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from contract.document.tier import qualification_tier
from contract.platform.times import moment_text
from orchestration.sample_history.changes import changed
from orchestration.sample_history.incidents import AnyIncident, LateDelivery, QueueBacklog
from orchestration.sample_history.planning import PlannedCall
from orchestration.sample_history.texts import SampleText
from orchestration.sample_history.transcripts import reply_metrics, utterances

_CONNECTIONS = ((0.2, 8.0), (0.4, 12.0), (0.7, 22.0), (1.6, 38.0))
"""Packet loss in percent and jitter in milliseconds of ordinary calls, which are never Poor (data/targets.yml)."""
_KNOWN_AFTER = (8, 40)
"""Seconds from a call's end until the platform knows it: upload, queue, analysis. Shortest and longest."""
_START_KNOWN_AFTER = timedelta(seconds=1)
"""From a call's start until its marker is in the store: one small upload."""


def document_of(call: PlannedCall, seed: int) -> dict[str, Any]:
    """Return the document, version 1, as the agent would write it."""
    random = Random(f"{seed}:{call.session_id}:figures")
    transcript = utterances(call.text.lines, call.times, call.start)
    document = _document(random, call, transcript)
    for incident, position in call.incidents:
        changed(document, incident, position, call.end)
    return document


def known_at(call: PlannedCall, seed: int) -> datetime:
    """Return when the platform would have known the call: some seconds after its end, later when an incident delays delivery."""
    seconds = Random(f"{seed}:{call.session_id}:known").randint(*_KNOWN_AFTER)
    return call.end + timedelta(seconds=seconds) + _delay(call.incidents)


def start_marker(call: PlannedCall) -> dict[str, Any]:
    """Return the marker that the agent writes when the call starts, with when it is known."""
    return {
        "session_id": call.session_id,
        "start_time": _text(call.start),
        "agent_version": _AGENT_VERSION,
        "participant_id": _participant(call),
        "room": call.session_id,
        "known_at": _text(call.start + _START_KNOWN_AFTER),
    }


def _delay(incidents: Sequence[tuple[AnyIncident, int]]) -> timedelta:
    minutes = [incident.delay_minutes for incident, _ in incidents if isinstance(incident, QueueBacklog | LateDelivery)]
    return timedelta(minutes=max(minutes, default=0))


_AGENT_VERSION = "2026.6.1"


def _participant(call: PlannedCall) -> str:
    return f"PA_{call.session_id}"


def _document(random: Random, call: PlannedCall, transcript: list[dict[str, Any]]) -> dict[str, Any]:
    replies = [item for item in transcript if item["role"] == "agent"]
    packet_loss, jitter = random.choice(_CONNECTIONS)
    return {
        "schema_version": 1,
        "session_id": call.session_id,
        "agent_version": _AGENT_VERSION,
        "start_time": _text(call.start),
        "end_time": _text(call.end),
        "duration_seconds": round((call.end - call.start).total_seconds()),
        "participant_id": _participant(call),
        "user_email": f"{call.session_id}@company{random.randrange(2000)}.example",
        "user_name": "Robin Example",
        "disconnect_reason": "user_hangup",
        "consent": {"obtained": True, "timestamp": transcript[1]["started_at"]},
        "transcript": transcript,
        "interruptions": _interruptions(transcript) if call.text.kind == "low_engagement" else [],
        "turn_taking": _turn_taking(call),
        "metrics": [reply_metrics(random, item, index) for index, item in enumerate(replies)],
        "models": {"llm": "gpt-4.1-mini", "stt": "deepgram/nova-3", "tts": "elevenlabs/eleven_turbo_v2_5"},
        "discovered_signals": _signals(call.text),
        "tool_calls": [_search(transcript)] if call.text.kind != "low_engagement" else [],
        "connection": {
            "bandwidth_in": 974848,
            "bandwidth_out": 855964,
            "packet_loss": packet_loss,
            "jitter": jitter,
            "device_info": {},
        },
        "errors": [],
    }


def _turn_taking(call: PlannedCall) -> dict[str, Any]:
    seconds = [(ended - began).total_seconds() for began, ended in call.times]
    return {
        "turn_count": len(seconds),
        "average_turn_duration_seconds": round(sum(seconds) / len(seconds), 2),
        "turn_balance": round(sum(seconds[1::2]) / sum(seconds[::2]), 2),
    }


def _signals(text: SampleText) -> dict[str, Any]:
    hot = text.kind == "hot_lead"
    volume, integrations = (text.volume, ["salesforce"]) if hot else (None, [])
    return {
        "team_size": text.people,
        "monthly_volume": volume,
        "integration_needs": integrations,
        "qualification_tier": qualification_tier(text.people, volume, integrations),
    }


def _interruptions(transcript: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Interrupt every reply after the greeting: the agent talks past the caller."""
    return [{"timestamp": item["ended_at"], "item_id": item["id"]} for item in transcript[2::2]]


def _search(transcript: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "tool": "unleash_search_knowledge",
        "timestamp": transcript[3]["ended_at"],
        "query": transcript[3]["text"],
        "category": "features",
        "results_found": True,
        "total_results": 3,
    }


def _text(moment: datetime) -> str:
    return moment_text(moment, "milliseconds")
