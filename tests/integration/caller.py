"""A caller in a real room: joins by a token as the trial page would, speaks a script's sentences, and hears the agent's voice."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
from livekit import rtc

from agent.offline.audio.caller import ScriptedCaller
from agent.offline.audio.sound import CallerAudio
from agent.offline.audio.sphinx import SAMPLE_RATE
from agent.offline.script import Script
from agent.room.join_token import join_token
from contract.document.session import SessionDocument
from tests.integration.script import EMAIL, NAME
from tests.integration.worker import AGENT
from tests.support.real_servers import KEY, SECRET

STATE = "lk.agent.state"
"""The attribute in which LiveKit's agents tell their state (``livekit.agents.types.ATTRIBUTE_AGENT_STATE``)."""
AGENT_SECONDS = 60.0
"""Seconds until the agent must be in the room: its process may have to start first, on two busy cores."""
_LOUD = 500
"""Amplitude of a 16-bit sample from which a frame counts as speech (-36 dBFS): far above what Opus leaves of silence."""
USER_AGENT = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"


def token(
    room: str,
    identity: str = "caller",
    agent_name: str = AGENT,
    *,
    name: str = NAME,
    email: str = EMAIL,
    user_agent: str = USER_AGENT,
) -> str:
    """Sign what a caller joins with, as the web server does that hands tokens out; it dispatches the agent to the room."""
    return join_token(
        room=room,
        identity=identity,
        name=name,
        email=email,
        user_agent=user_agent,
        region="US-CA",
        api_key=KEY,
        api_secret=SECRET,
        agent_name=agent_name,
        ttl=timedelta(minutes=10),
    )


class AgentVoice:
    """The agent as the room shows it: how often it began to speak, whether it speaks, and for how long its sound was heard."""

    def __init__(self, room: rtc.Room) -> None:
        self.playbacks = 0
        self.heard_seconds = 0.0
        self.state: str | None = None
        self._room = room
        self._listening: list[asyncio.Task[None]] = []
        room.on("participant_attributes_changed", lambda changed, participant: self._on_state(participant))
        room.on("participant_connected", self._on_state)
        room.on("track_subscribed", self._on_track)

    @property
    def playing(self) -> bool:
        return self.state == "speaking"

    def _on_state(self, participant: rtc.Participant) -> None:
        state = participant.attributes.get(STATE)
        if participant.kind == rtc.ParticipantKind.PARTICIPANT_KIND_AGENT and state != self.state:
            self.state = state
            self.playbacks += state == "speaking"

    def _on_track(self, track: rtc.Track, _: object, participant: rtc.RemoteParticipant) -> None:
        if track.kind == rtc.TrackKind.KIND_AUDIO:
            self._listening.append(asyncio.create_task(self._hear(track)))

    async def _hear(self, track: rtc.Track) -> None:
        stream = rtc.AudioStream(track, sample_rate=SAMPLE_RATE, num_channels=1)
        try:
            async for event in stream:
                if np.abs(np.frombuffer(event.frame.data, np.int16).astype(np.int32)).max(initial=0) >= _LOUD:
                    self.heard_seconds += event.frame.duration
        finally:
            await stream.aclose()

    async def aclose(self) -> None:
        for task in self._listening:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


@dataclass
class RoomLine:
    """What ``ScriptedCaller`` speaks into and hears from, and the end of the call, in a real room."""

    room: rtc.Room
    caller: CallerAudio
    agent: AgentVoice
    closed: bool = False

    @property
    def agent_state(self) -> str | None:
        return self.agent.state

    def once(self, event: str, callback: Callable[[Any], None]) -> None:
        self.room.once("disconnected", callback)

    async def wait(self, done: Callable[[], bool], what: str) -> None:
        try:
            async with asyncio.timeout(AGENT_SECONDS):
                while not done():
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"{what} within {AGENT_SECONDS:g} s: not seen") from None


@asynccontextmanager
async def on_the_line(url: str, jwt: str) -> AsyncGenerator[RoomLine]:
    """Join, publish a microphone that is never digitally silent, and hang up at the end."""
    room = rtc.Room()
    line = RoomLine(room, CallerAudio(), AgentVoice(room))
    await room.connect(url, jwt)
    source = rtc.AudioSource(SAMPLE_RATE, 1)
    track = rtc.LocalAudioTrack.create_audio_track("microphone", source)
    await room.local_participant.publish_track(track, rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE))
    line.caller.on_attached()
    speaking = asyncio.create_task(_speak(line.caller, source))
    try:
        yield line
    finally:
        speaking.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await speaking
        line.caller.on_detached()
        await line.agent.aclose()
        await room.disconnect()
        await source.aclose()


async def _speak(caller: CallerAudio, source: rtc.AudioSource) -> None:
    async for frame in caller:
        await source.capture_frame(frame)


async def converse(line: RoomLine, script: Script) -> bool:
    """Play the script's caller to the end. Return True when the caller may hang up, False when the agent did."""
    return await ScriptedCaller(line, line).converse_to_end(script)  # pyright: ignore[reportArgumentType]


async def call(url: str, jwt: str, script: Script) -> AgentVoice:
    """Hold a whole call, hang up, and return what was heard of the agent."""
    async with on_the_line(url, jwt) as line:
        await converse(line, script)
        return line.agent


def said_by_caller(document: SessionDocument) -> list[str]:
    return [item.text for item in document.transcript if item.role == "user"]
