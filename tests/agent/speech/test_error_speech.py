"""A voice that fails: the caller hears a recording instead of silence, and the call does not go on like that for ever."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from livekit import rtc
from livekit.agents import DEFAULT_API_CONNECT_OPTIONS, APIConnectOptions, APIError, tts
from livekit.agents.voice import io

from agent.speech.recorded import recorded
from tests.agent.conversations import conversation, run


class BrokenVoice(tts.TTS[Any]):
    def __init__(self) -> None:
        super().__init__(capabilities=tts.TTSCapabilities(streaming=False), sample_rate=16000, num_channels=1)

    def synthesize(self, text: str, *, conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS) -> tts.ChunkedStream:
        return _Silence(tts=self, input_text=text, conn_options=conn_options)


class _Silence(tts.ChunkedStream):
    async def _run(self, output_emitter: tts.AudioEmitter) -> None:
        raise APIError("the voice is broken", retryable=False)


class Loudspeaker(io.AudioOutput):
    """Plays in no time and counts what it played, in seconds."""

    def __init__(self) -> None:
        super().__init__(label="Loudspeaker", capabilities=io.AudioOutputCapabilities(pause=False))
        self.heard = 0.0
        self._segment = 0.0

    async def capture_frame(self, frame: rtc.AudioFrame) -> None:
        await super().capture_frame(frame)
        if not self._segment:
            self.on_playback_started(created_at=asyncio.get_running_loop().time())
        self._segment += frame.duration

    def flush(self) -> None:
        super().flush()
        self._end(interrupted=False)

    def clear_buffer(self) -> None:
        self._end(interrupted=True)

    def _end(self, interrupted: bool) -> None:
        if self._segment:
            heard, self._segment = self._segment, 0.0
            self.heard += heard
            self.on_playback_finished(playback_position=heard, interrupted=interrupted)


def test_recordings_are_there_for_what_is_said_when_the_voice_fails():
    async def seconds(phrase: str) -> float:
        return sum([frame.duration async for frame in recorded(phrase)])

    assert asyncio.run(seconds("trouble")) > 2
    assert asyncio.run(seconds("failing")) > 2


def test_a_caller_hears_a_recording_and_the_call_ends_as_an_error(tmp_path: Path):
    async def talk() -> None:
        turns = [{"say": f"question number {n}", "replies": [{"text": "An answer."}]} for n in ("one", "two", "three", "four")]
        loudspeaker = Loudspeaker()
        async with conversation(tmp_path, turns, tts=BrokenVoice(), audio_output=loudspeaker) as call:
            for turn in turns:
                if call.closed.is_set():
                    break
                await call.say(turn["say"])
            await asyncio.wait_for(call.closed.wait(), 20)
            document = call.document()
            assert document.disconnect_reason == "error"
            assert {error.component for error in document.errors} == {"tts"}
            assert loudspeaker.heard > 4
            assert "An answer." not in [item.text for item in document.transcript]

    run(talk)
