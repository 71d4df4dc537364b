"""Play recorded sentences when the voice itself fails: ``data/agent/*.wav``, to be replaced by your agent's own voice."""

from __future__ import annotations

import wave
from collections.abc import AsyncIterator

from livekit import rtc

from contract.platform.settings import PROJECT_ROOT

_FOLDER = PROJECT_ROOT / "data" / "agent"
_FRAMES_PER_SECOND = 50
"""Frames of 20 ms, as WebRTC sends them."""


async def recorded(phrase: str) -> AsyncIterator[rtc.AudioFrame]:
    """Stream the recording of a phrase of ``data/agent/phrases.yml`` in frames of 20 ms (16-bit, mono, any rate)."""
    with wave.open(str(_FOLDER / f"{phrase}.wav"), "rb") as sound:
        rate = sound.getframerate()
        while data := sound.readframes(rate // _FRAMES_PER_SECOND):
            yield rtc.AudioFrame(data=data, sample_rate=rate, num_channels=1, samples_per_channel=len(data) // 2)
