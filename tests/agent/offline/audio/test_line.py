"""The two directions of a line, at the pace of real time but asserted by order and position."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import numpy as np
from livekit import rtc
from livekit.agents.voice.io import PlaybackFinishedEvent

from agent.offline.audio.sound import AgentAudio, CallerAudio


def tone(seconds: float) -> rtc.AudioFrame:
    samples = np.full(int(seconds * 16000), 9000, np.int16)
    return rtc.AudioFrame(data=samples.tobytes(), sample_rate=16000, num_channels=1, samples_per_channel=len(samples))


def finished(play: Callable[[AgentAudio], Awaitable[None]]) -> tuple[list[PlaybackFinishedEvent], int]:
    async def run() -> tuple[list[PlaybackFinishedEvent], int]:
        audio, events = AgentAudio(), list[PlaybackFinishedEvent]()
        audio.on("playback_finished", events.append)
        await play(audio)
        return events, audio.playbacks

    return asyncio.run(run())


def test_a_reply_that_is_heard_to_its_end_reports_its_whole_length():
    async def play(audio: AgentAudio) -> None:
        await audio.capture_frame(tone(0.1))
        await audio.capture_frame(tone(0.05))
        audio.flush()
        await audio.wait_for_playout()

    [event], playbacks = finished(play)
    assert (round(event.playback_position, 3), event.interrupted, playbacks) == (0.15, False, 1)


def test_an_interrupted_reply_stops_at_once_and_reports_what_was_heard():
    async def play(audio: AgentAudio) -> None:
        await audio.capture_frame(tone(60))
        audio.flush()
        await asyncio.sleep(0.1)
        audio.clear_buffer()
        assert not audio.playing

    [event], _ = finished(play)
    assert event.interrupted
    assert 0 < event.playback_position < 60


def test_what_still_comes_of_an_interrupted_reply_is_dropped_and_the_next_one_plays():
    async def play(audio: AgentAudio) -> None:
        await audio.capture_frame(tone(60))
        await asyncio.sleep(0.05)
        audio.clear_buffer()
        await audio.capture_frame(tone(60))
        audio.flush()
        await audio.capture_frame(tone(0.04))
        audio.flush()
        await audio.wait_for_playout()

    events, playbacks = finished(play)
    assert [event.interrupted for event in events] == [True, False]
    assert round(events[1].playback_position, 3) == 0.04
    assert playbacks == 2


def test_a_paused_reply_stands_still_until_it_is_resumed():
    async def play(audio: AgentAudio) -> None:
        await audio.capture_frame(tone(0.05))
        audio.flush()
        await asyncio.sleep(0.02)
        audio.pause()
        await asyncio.sleep(0.2)
        assert audio.playing
        audio.resume()
        await audio.wait_for_playout()

    [event], _ = finished(play)
    assert (round(event.playback_position, 3), event.interrupted) == (0.05, False)


def test_clearing_an_empty_line_reports_nothing():
    async def play(audio: AgentAudio) -> None:
        audio.clear_buffer()
        audio.flush()

    assert finished(play) == ([], 0)


def test_the_caller_s_line_never_falls_silent_and_carries_each_word_once():
    async def listen() -> list[int]:
        line = CallerAudio()
        line.on_attached()
        speaking = asyncio.create_task(line.speak(tone(0.05)))
        loudness = [int(np.abs(np.frombuffer(bytes((await anext(line)).data), np.int16)).max()) for _ in range(6)]
        await speaking
        return loudness

    loudness = asyncio.run(listen())
    assert all(0 < level < 500 or level > 8500 for level in loudness)
    assert sum(level > 8500 for level in loudness) == 3


def test_the_caller_does_not_talk_to_a_line_that_was_hung_up():
    async def talk() -> None:
        line = CallerAudio()
        line.on_attached()
        speaking = asyncio.create_task(line.speak(tone(60)))
        await anext(line)
        line.on_detached()
        await speaking
        await line.speak(tone(60))

    asyncio.run(asyncio.wait_for(talk(), 10))
