"""Generate session documents of a realistic size: version 1, 24 utterances, 12 agent replies. Equal seeds give equal bytes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

import orjson

from benchmarks.phrases import EXCHANGES, GREETING, SLOTS
from contract.platform.times import moment_text
from orchestration.sample_history.transcripts import reply_metrics, utterance_times, utterances

UTTERANCES = 24
"""Utterances of a call, of both sides: the greeting and its exchanges, so half of them are replies of the agent."""


def generated_calls(count: int, seed: int, last_start: datetime, spread: timedelta = timedelta()) -> Iterator[dict[str, Any]]:
    """Yield ``count`` documents whose calls start within ``spread`` before ``last_start``."""
    random = Random(seed)
    for index in range(count):
        start = last_start - spread * (count - 1 - index) / max(count, 1)
        yield _call(random, f"bench_{seed}_{index:06d}", start.replace(microsecond=start.microsecond // 1000 * 1000))


def write_calls(folder: Path, calls: Iterator[dict[str, Any]]) -> list[Path]:
    """Write one JSON file per call, as ``voice deliver`` and ``voice analyze`` take them."""
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for call in calls:
        path = folder / f"{call['session_id']}.json"
        path.write_bytes(orjson.dumps(call))
        paths.append(path)
    return paths


def _call(random: Random, session_id: str, start: datetime) -> dict[str, Any]:
    slots = _slots(random)
    lines = [line.format_map(slots) for line in (GREETING, *chain.from_iterable(EXCHANGES))][:UTTERANCES]
    transcript = utterances(lines, utterance_times(random, lines), start)
    end = _moment(transcript[-1]["ended_at"])
    agent_items = [item for item in transcript if item["role"] == "agent"]
    return {
        "schema_version": 1,
        "session_id": session_id,
        "agent_version": "2026.11.1",
        "start_time": _text(start),
        "end_time": _text(end),
        "duration_seconds": round((end - start).total_seconds()),
        "participant_id": f"PA_{random.getrandbits(48):012x}",
        "user_email": f"caller{random.randrange(10**6)}@company{random.randrange(2000)}.example",
        "user_name": "Robin Example",
        "disconnect_reason": "user_hangup",
        "consent": {"obtained": True, "timestamp": transcript[1]["started_at"]},
        "transcript": transcript,
        "interruptions": [],
        "turn_taking": {"turn_count": UTTERANCES, "average_turn_duration_seconds": 6.4, "turn_balance": 0.97},
        "metrics": [reply_metrics(random, item, index) for index, item in enumerate(agent_items)],
        "models": {"llm": "gpt-4.1-mini", "stt": "deepgram/nova-3", "tts": "elevenlabs/eleven_turbo_v2_5"},
        "discovered_signals": {"team_size": int(slots["people"]), "monthly_volume": int(slots["volume"])},
        "tool_calls": _tool_calls(transcript, start),
        "connection": {"bandwidth_in": 974848, "bandwidth_out": 855964, "packet_loss": 0.31, "jitter": 15, "device_info": {}},
        "errors": [],
    }


def _slots(random: Random) -> dict[str, str]:
    return {
        **{slot: random.choice(words) for slot, words in SLOTS.items()},
        "people": str(random.randint(2, 80)),
        "volume": str(random.randint(5, 900)),
        "budget": str(random.randint(5, 200) * 10),
        "limit": str(random.randint(1, 20) * 500),
    }


def _tool_calls(transcript: list[dict[str, Any]], start: datetime) -> list[dict[str, Any]]:
    meeting = start.replace(hour=19, minute=0, second=0, microsecond=0) + timedelta(days=5)
    return [
        {
            "tool": "unleash_search_knowledge",
            "timestamp": transcript[5]["ended_at"],
            "query": "add a second signer",
            "category": "features",
            "results_found": True,
            "total_results": 3,
        },
        {
            "tool": "book_sales_meeting",
            "timestamp": transcript[20]["started_at"],
            "success": True,
            "meeting_time": _text(meeting),
        },
    ]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _text(moment: datetime) -> str:
    return moment_text(moment, "milliseconds")
