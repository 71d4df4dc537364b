"""Simulate both audio directions of an offline call at the pace of real time: the agent's input and its playback.

Playback is a clock that runs over the captured audio. LiveKit learns from it when playback began, how far it came and when it
stopped, which is what it cuts interrupted replies by.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from itertools import cycle
from typing import Any

import numpy as np
from livekit import rtc
from livekit.agents import AgentSession
from livekit.agents.voice import io
from livekit.agents.voice.transcription import TranscriptSynchronizer

from agent.offline.audio.sphinx import SAMPLE_RATE, samples

FRAME_SECONDS = 0.02
"""Length of a frame: 20 ms, as WebRTC sends them."""
_FRAME = int(SAMPLE_RATE * FRAME_SECONDS)
_HISS_LEVEL = 40
"""Standard deviation of the hiss in 16-bit sample values: -58 dBFS, a quiet line."""
_HISS_FRAMES = 250
"""Frames of hiss before it repeats: 5 s."""
_TICK_SECONDS = 0.01
"""Step of the playback clock: half a frame, so that positions are exact to one."""


class CallerAudio(io.AudioInput):
    """Stream endless 20 ms frames (16 kHz, mono): the caller's words when there are any, over a faint hiss (-58 dBFS).

    A real line is never digitally silent, and the turn detector, trained on real ones, takes exact zeros for an unfinished turn.
    The hiss is the same in every call.
    """

    def __init__(self) -> None:
        super().__init__(label="Caller")
        hiss = np.random.default_rng(seed=0).normal(0, _HISS_LEVEL, (_HISS_FRAMES, _FRAME)).astype(np.int32)
        self._line = cycle(hiss)
        self._queued: deque[np.ndarray[Any, np.dtype[np.int16]]] = deque()
        self._spoken = asyncio.Event()
        self._attached = False
        self._next_at: float | None = None

    async def speak(self, frame: rtc.AudioFrame) -> None:
        """Queue the speech and return when its last sound has been sent; at once when no session is attached."""
        if not self._attached:
            return
        pcm = samples(frame, SAMPLE_RATE)
        self._queued.extend(np.pad(pcm, (0, -len(pcm) % _FRAME)).reshape(-1, _FRAME))
        self._spoken.clear()
        if self._queued:
            await self._spoken.wait()

    def on_attached(self) -> None:
        """Accept speech from now on."""
        self._attached = True

    def on_detached(self) -> None:
        """Drop what was not said yet: the session has ended or detached its input."""
        self._attached = False
        self._queued.clear()
        self._spoken.set()

    async def __anext__(self) -> rtc.AudioFrame:
        """Return the next frame when it is due; late frames follow each other at once, so the stream never drifts."""
        now = asyncio.get_running_loop().time()
        self._next_at = (now if self._next_at is None else self._next_at) + FRAME_SECONDS
        await asyncio.sleep(self._next_at - now)
        frame_samples = next(self._line)
        if self._queued:
            frame_samples = np.clip(frame_samples + self._queued.popleft(), -32768, 32767)
        if not self._queued:
            self._spoken.set()
        data = frame_samples.astype(np.int16).tobytes()
        return rtc.AudioFrame(data=data, sample_rate=SAMPLE_RATE, num_channels=1, samples_per_channel=_FRAME)


class AgentAudio(io.AudioOutput):
    """Simulate playback without a sound device. It can pause, as a room can: LiveKit pauses at first speech, then decides."""

    def __init__(self) -> None:
        super().__init__(label="Agent", capabilities=io.AudioOutputCapabilities(pause=True))
        self.playbacks = 0
        self.playing = False
        self._captured = 0.0
        self._played = 0.0
        self._flushed = False
        self._cleared = False
        self._running = asyncio.Event()
        self._running.set()
        self._player: asyncio.Task[None] | None = None

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        """Queue a frame; after ``clear_buffer`` the rest of that segment is dropped."""
        if self._flushed and self._player is not None:
            await self._player
        await super().capture_frame(frame)
        if self._cleared:
            return
        self._captured += frame.duration
        if self._player is None:
            self._player = asyncio.create_task(self._play(), name="agent_playback")

    def flush(self) -> None:
        """Mark the segment as complete: it ends when all of it was played."""
        super().flush()
        self._cleared = False
        self._flushed = self._player is not None

    def clear_buffer(self) -> None:
        """Stop at once and report how much was played."""
        if self._player is None:
            return
        self._player.cancel()
        self._cleared = not self._flushed
        self._finish(interrupted=True)

    def pause(self) -> None:
        """Stop the clock until ``resume``."""
        super().pause()
        self._running.clear()

    def resume(self) -> None:
        """Continue where ``pause`` stopped."""
        super().resume()
        self._running.set()

    async def _play(self) -> None:
        await self._running.wait()
        self.playbacks += 1
        self.playing = True
        self.on_playback_started(created_at=time.time())
        loop = asyncio.get_running_loop()
        while self._played < self._captured or not self._flushed:
            before = loop.time()
            await asyncio.sleep(_TICK_SECONDS)
            if self._running.is_set():
                self._played = min(self._captured, self._played + loop.time() - before)
        self._finish(interrupted=False)

    def _finish(self, *, interrupted: bool) -> None:
        position = self._played
        self._player, self._captured, self._played, self._flushed, self.playing = None, 0.0, 0.0, False, False
        self.on_playback_finished(playback_position=position, interrupted=interrupted)


class AudioLine:
    """Join both directions of one call and LiveKit's synchronizer of words and sound. Needs a running event loop."""

    def __init__(self) -> None:
        self.caller = CallerAudio()
        self.agent = AgentAudio()
        self._synchronizer = TranscriptSynchronizer(next_in_chain_audio=self.agent, next_in_chain_text=None)

    def attach(self, session: AgentSession[Any]) -> None:
        """Connect a session that has not started; it then needs no room."""
        session.input.audio = self.caller
        session.output.audio = self._synchronizer.audio_output
        session.output.transcription = self._synchronizer.text_output

    async def aclose(self) -> None:
        """Close the line, after the session was closed."""
        await self._synchronizer.aclose()
