"""A third participant whom nobody sees: records what each other one is heard to say, with the time at which it was heard."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from livekit import rtc
from livekit.api import AccessToken, VideoGrants
from livekit.protocol.agent_dispatch import RoomAgentDispatch
from livekit.protocol.room import RoomConfiguration

from tests.integration.worker import AGENT
from tests.support.real_servers import KEY, SECRET

RATE = 16_000
"""Hz of what is recorded."""
_FRAME_SECONDS = 0.02
"""Seconds over which loudness is measured."""
_LOUD = 300.0
"""Root mean square of 16-bit samples from which a frame counts as speech (-41 dBFS): far above the noise of a quiet room."""
_MEASURED_SECONDS = 0.25
"""Seconds between two looks at the receiver's statistics."""
_PAUSE_SECONDS = 1.0
"""Seconds of quiet that end a turn: more than a pause between sentences, less than what lies between two turns of one side."""


@dataclass
class Track:
    """One participant's sound: samples without gaps, and the epoch at which the first was heard.

    ``buffered`` has, by epoch, for how many seconds the receiver kept sound back, which evens out packets that come late.
    """

    caller: bool
    frames: list[Any] = field(default_factory=list)
    began: float = float("inf")
    seconds: float = 0.0
    buffered: list[tuple[float, float]] = field(default_factory=list)

    def add(self, frame: rtc.AudioFrame, at: float) -> None:
        """Append a frame heard at ``at``, when its last sample was. The earliest estimate of the beginning is the least delayed."""
        self.frames.append(np.frombuffer(frame.data, np.int16).copy())
        self.seconds += frame.duration
        self.began = min(self.began, at - self.seconds)

    @property
    def sound(self) -> Any:
        return np.concatenate(self.frames) if self.frames else np.zeros(0, np.int16)

    def turns(self) -> list[tuple[datetime, datetime]]:
        """Return when speech began and ended, by the loudness of its frames."""
        size = round(_FRAME_SECONDS * RATE)
        sound = self.sound[: len(self.sound) // size * size].astype(np.float64).reshape(-1, size)
        loud = np.flatnonzero(np.sqrt((sound**2).mean(axis=1)) >= _LOUD)
        if not len(loud):
            return []
        breaks = np.flatnonzero(np.diff(loud) * _FRAME_SECONDS > _PAUSE_SECONDS)
        firsts, lasts = loud[np.r_[0, breaks + 1]], loud[np.r_[breaks, len(loud) - 1]]
        return [(self._moment(first), self._moment(last + 1)) for first, last in zip(firsts, lasts, strict=True)]

    def known_at(self, seconds: float) -> float:
        """Return the epoch at which the agent knew of what the recording has ``seconds`` after its beginning.

        It speaks before others hear it, and hears the caller when others do, who keep sound back as it does.
        """
        heard = self.began + seconds
        if self.caller or not self.buffered:
            return heard
        return heard - next((kept for at, kept in self.buffered if at >= heard), self.buffered[-1][1])

    def _moment(self, frame: int) -> datetime:
        return datetime.fromtimestamp(self.known_at(frame * _FRAME_SECONDS), UTC)


def hidden_token(room: str) -> str:
    """Sign what the recorder joins with: hidden and silent. It is there first, so its token dispatches the agent to the room."""
    grants = VideoGrants(room_join=True, room=room, hidden=True, can_publish=False, can_publish_data=False, can_subscribe=True)
    rooms = RoomConfiguration(agents=[RoomAgentDispatch(agent_name=AGENT)])
    token = AccessToken(KEY, SECRET).with_identity("recorder").with_ttl(timedelta(minutes=10)).with_grants(grants)
    return token.with_room_config(rooms).to_jwt()


@asynccontextmanager
async def recording(url: str, room_name: str) -> AsyncGenerator[list[Track]]:
    """Record every track from its first sample until the block ends; a track's list entry appears when it is subscribed to."""
    room = rtc.Room()
    tracks: list[Track] = []
    listening: list[asyncio.Task[None]] = []

    def on_track(track: rtc.Track, _: object, participant: rtc.RemoteParticipant) -> None:
        if track.kind == rtc.TrackKind.KIND_AUDIO:
            tracks.append(Track(caller=participant.kind != rtc.ParticipantKind.PARTICIPANT_KIND_AGENT))
            listening.append(asyncio.create_task(_listen(track, tracks[-1])))
            listening.append(asyncio.create_task(_measure(track, tracks[-1])))

    room.on("track_subscribed", on_track)
    await room.connect(url, hidden_token(room_name))
    try:
        yield tracks
    finally:
        for task in listening:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await room.disconnect()


async def _listen(track: rtc.Track, into: Track) -> None:
    stream = rtc.AudioStream(track, sample_rate=RATE, num_channels=1)
    try:
        async for event in stream:
            into.add(event.frame, time.time())
    finally:
        await stream.aclose()


async def _measure(track: rtc.Track, into: Track) -> None:
    """Note for how long the samples since the last look were kept back, by WebRTC's own statistics (``jitterBufferDelay``)."""
    total, samples = 0.0, 0
    while True:
        await asyncio.sleep(_MEASURED_SECONDS)
        for one in await track.get_stats():
            if one.HasField("inbound_rtp") and one.inbound_rtp.inbound.jitter_buffer_emitted_count > samples:
                now = one.inbound_rtp.inbound
                kept = (now.jitter_buffer_delay - total) / (now.jitter_buffer_emitted_count - samples)
                into.buffered.append((time.time(), kept))
                total, samples = now.jitter_buffer_delay, now.jitter_buffer_emitted_count
