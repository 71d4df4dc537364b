"""Generate session documents of a realistic size: version 1, 24 utterances, 12 agent replies. Equal seeds give equal bytes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import orjson

from benchmarks.phrases import EXCHANGES, GREETING, SLOTS
from contract.platform.times import moment_text

UTTERANCES = 24
"""Utterances of a call, of both sides: the greeting and its exchanges, so half of them are replies of the agent."""
_PAUSE = timedelta(milliseconds=400)
"""Shortest pause between two utterances."""
_SECONDS_PER_CHARACTER = 0.065
"""Seconds a character takes to say: 15 characters a second, an ordinary speaking rate."""


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
    transcript = _transcript(random, slots, start)
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
        "metrics": [_reply_metrics(random, item, index) for index, item in enumerate(agent_items)],
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


def _transcript(random: Random, slots: dict[str, str], start: datetime) -> list[dict[str, Any]]:
    """Build the greeting, then user and agent by turns; the caller's goodbye ends the call."""
    lines = [GREETING, *(line for exchange in EXCHANGES for line in exchange)][:UTTERANCES]
    moment, items = start + _PAUSE, list[dict[str, Any]]()
    for index, line in enumerate(lines):
        text = line.format_map(slots)
        ended = moment + timedelta(seconds=round(len(text) * _SECONDS_PER_CHARACTER * random.uniform(0.9, 1.1), 3))
        role = (
            {"role": "user", "final": True} if index % 2 else {"role": "agent", "source": "agent_initiated" if index == 0 else None}
        )
        items.append({"id": f"item_{index:03d}", "text": text, "started_at": _text(moment), "ended_at": _text(ended), **role})
        moment = ended + _PAUSE + timedelta(milliseconds=random.randint(0, 900))
    return items


def _reply_metrics(random: Random, item: dict[str, Any], index: int) -> dict[str, Any]:
    """Build a reply's figures. The greeting has no question before it, so only its voice is measured."""
    ended_silence, first_token, first_byte = random.randint(150, 400), random.randint(300, 900), random.randint(120, 350)
    greeting = index == 0
    prompt, completion = 1300 + 90 * index, len(item["text"]) // 4
    return {
        "timestamp": item["started_at"],
        "item_id": item["id"],
        "eou_delay": None if greeting else ended_silence,
        "llm_ttft": None if greeting else first_token,
        "tts_ttfb": first_byte,
        "total_latency": None if greeting else ended_silence + first_token + first_byte,
        "prompt_tokens": None if greeting else prompt,
        "completion_tokens": None if greeting else completion,
        "total_tokens": None if greeting else prompt + completion,
        "stt_audio_duration": None if greeting else round(random.uniform(2, 9), 2),
        "tts_characters_count": len(item["text"]),
        "tts_audio_duration": round(len(item["text"]) * _SECONDS_PER_CHARACTER, 2),
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
