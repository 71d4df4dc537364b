"""Turn lines into the utterances and reply figures of a call: how long words take, and what an agent's reply measures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from contract.platform.times import moment_text

Times = Sequence[tuple[timedelta, timedelta]]
"""Start and end of each utterance, counted from the start of the call."""
PAUSE = timedelta(milliseconds=400)
"""Shortest pause between two utterances."""
SECONDS_PER_CHARACTER = 0.065
"""Seconds a character takes to say: 15 characters a second, an ordinary speaking rate."""


def utterance_times(random: Random, lines: Sequence[str]) -> Times:
    """Return when each line is said; two draws of ``random`` a line, so that equal seeds give equal times."""
    moment, times = PAUSE, list[tuple[timedelta, timedelta]]()
    for line in lines:
        ended = moment + timedelta(seconds=round(len(line) * SECONDS_PER_CHARACTER * random.uniform(0.9, 1.1), 3))
        times.append((moment, ended))
        moment = ended + PAUSE + timedelta(milliseconds=random.randint(0, 900))
    return times


def utterances(lines: Sequence[str], times: Times, start: datetime) -> list[dict[str, Any]]:
    """Build the transcript: the agent's greeting, then caller and agent by turns."""
    return [
        {
            "id": f"item_{index:03d}",
            "text": text,
            "started_at": _text(start + began),
            "ended_at": _text(start + ended),
            **({"role": "user", "final": True} if index % 2 else {"role": "agent", "source": None if index else "agent_initiated"}),
        }
        for index, (text, (began, ended)) in enumerate(zip(lines, times, strict=True))
    ]


def reply_metrics(random: Random, item: dict[str, Any], index: int) -> dict[str, Any]:
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
        "tts_audio_duration": round(len(item["text"]) * SECONDS_PER_CHARACTER, 2),
    }


def _text(moment: datetime) -> str:
    return moment_text(moment, "milliseconds")
