"""Compute how long invented callers and the agent speak and pause, in seconds, from word counts and a seeded generator."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

LATENCY = {"fast": (170, 380, 150), "normal": (230, 560, 210), "slow": (420, 1150, 380), "spiky": (230, 560, 210)}
CONNECTION = {"excellent": (0.05, 6), "good": (0.4, 14), "fair": (1.8, 34), "poor": (6.5, 78)}
WORDS_A_SECOND = {"agent": 2.6, "user": 2.3}
SHORTEST_SECONDS = 0.4
"""Shortest utterance in seconds: a spoken 'yes'."""
SPIKE, SPIKES = 4.2, 0.25
"""Factor on the language model's time in a spike, and the share of a ``spiky`` call's replies that have one."""


class ScriptReply(NamedTuple):
    """Hold the parts of one reply's latency, in milliseconds."""

    eou_delay: int
    llm_ttft: int
    tts_ttfb: int

    @property
    def milliseconds(self) -> int:
        return sum(self)

    @property
    def seconds(self) -> float:
        return self.milliseconds / 1000


class Clock:
    """Keep the time of the call, which every pause and every word advances."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def speaking_seconds(self, role: str, text: str, chance: random.Random) -> float:
        return max(SHORTEST_SECONDS, words_of(text) / WORDS_A_SECOND[role] * chance.uniform(0.92, 1.08))

    def speak(self, pause: float, seconds: float) -> tuple[datetime, datetime]:
        """Return begin and end of an utterance that starts after ``pause`` (seconds)."""
        self.pass_by(pause)
        begin = self.now
        self.pass_by(seconds)
        return begin, self.now


def reply_pause(latency: str, chance: random.Random) -> ScriptReply:
    """Draw one reply's latency; a quarter of the replies of a ``spiky`` call wait for the language model."""
    spike = SPIKE if latency == "spiky" and chance.random() < SPIKES else 1.0
    eou, ttft, ttfb = LATENCY[latency]
    return ScriptReply(
        round(eou * chance.uniform(0.8, 1.25)),
        round(ttft * chance.uniform(0.8, 1.25) * spike),
        round(ttfb * chance.uniform(0.8, 1.25)),
    )


def words_of(text: str) -> int:
    return len(text.split())


def iso(moment: datetime) -> str:
    moment = moment.astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
