"""Simulate the caller of an offline call: speak a script's sentences, wait for answers, interrupt where the script says so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import numpy as np
from livekit import rtc
from livekit.agents import AgentSession, CloseEvent

from agent.offline.audio.espeak import CALLER_VOICE, CALLER_WORDS_PER_MINUTE, EspeakTTS
from agent.offline.audio.sound import AudioLine
from agent.offline.audio.sphinx import SAMPLE_RATE, samples
from agent.offline.script import Script, ScriptTurn
from contract.platform.failures import PermanentFailure

LONGEST_WAIT_SECONDS = 60.0
"""Seconds to wait for one reply, its tools and its whole speech included, before the call counts as stalled."""
REACTION_SECONDS = 0.4
"""Seconds of silence between the agent's last sound and the caller's first, so that a pause between sentences is no turn."""
_LOOK_SECONDS = 0.02
"""Seconds between two looks at the agent's state: one audio frame."""
_QUIET = 200
"""Amplitude of a 16-bit sample up to which it counts as silence (-44 dBFS)."""
_LONGEST_PAUSE_SECONDS = 0.12
"""Seconds a pause inside a sentence may last: well below what a turn detector takes for its end."""


class CallStalled(PermanentFailure):
    """Report that the agent fell silent: no greeting, no answer, or no goodbye."""


class ScriptedCaller:
    """Play one caller on one line. ``reaction_seconds`` pass between the agent's last sound and the caller's first.

    ``longest_wait_seconds`` bounds every wait for the agent: speaking, tools and thinking of one reply together.
    """

    def __init__(
        self,
        session: AgentSession[Any],
        line: AudioLine,
        *,
        voice: EspeakTTS | None = None,
        reaction_seconds: float = REACTION_SECONDS,
        longest_wait_seconds: float = LONGEST_WAIT_SECONDS,
    ) -> None:
        self._session = session
        self._line = line
        self._voice = voice or EspeakTTS(voice=CALLER_VOICE, words_per_minute=CALLER_WORDS_PER_MINUTE)
        self._reaction = reaction_seconds
        self._longest_wait = longest_wait_seconds
        self._closed = False
        session.once("close", self._on_close)

    async def converse_to_end(self, script: Script) -> bool:
        """Wait for the greeting, say every turn, wait for the last answer; return at once when the agent hangs up.

        True: the call is still up, and the caller ends it. A ``CallStalled`` names the turn that got no answer.
        """
        played = 0
        for number, turn in enumerate(script.turns, start=1):
            words = in_one_breath(await self._voice.synthesize(turn.say).collect())
            await self._wait_for_opening(turn, played, f"before turn {number} of the script")
            if self._closed:
                return False
            await self._line.caller.speak(words)
            played = self._line.agent.playbacks
        await self._wait_for_silence(played, "after the script's last turn")
        if script.ends == "agent":
            await self._wait(lambda: self._closed, "to end the call itself")
        return not self._closed

    async def _wait_for_opening(self, turn: ScriptTurn, played: int, when: str) -> None:
        if turn.interrupts_after_seconds is None:
            await self._wait_for_silence(played, when)
        else:
            await self._wait(lambda: self._closed or self._line.agent.playbacks > played, when)
            await asyncio.sleep(turn.interrupts_after_seconds)

    async def _wait_for_silence(self, played: int, when: str) -> None:
        quiet_since: float | None = None
        clock = asyncio.get_running_loop().time

        def quiet_long_enough() -> bool:
            nonlocal quiet_since
            if self._closed:
                return True
            if not self._answered(played):
                quiet_since = None
                return False
            quiet_since = clock() if quiet_since is None else quiet_since
            return clock() - quiet_since >= self._reaction

        await self._wait(quiet_long_enough, when)

    def _answered(self, played: int) -> bool:
        agent = self._line.agent
        return agent.playbacks > played and not agent.playing and self._session.agent_state == "listening"

    async def _wait(self, done: Callable[[], bool], when: str) -> None:
        try:
            async with asyncio.timeout(self._longest_wait):
                while not done():
                    await asyncio.sleep(_LOOK_SECONDS)
        except TimeoutError:
            problem = f"The agent did not answer within {self._longest_wait:g} s, {when}."
            raise CallStalled(problem, "See the agent's log for what it was waiting for.") from None

    def _on_close(self, _: CloseEvent) -> None:
        self._closed = True


def in_one_breath(frame: rtc.AudioFrame) -> rtc.AudioFrame:
    """Cut the pauses inside speech (16 kHz) to 0.12 s: the agent must not take a comma for the end of the turn."""
    pcm = samples(frame, SAMPLE_RATE)
    loud = np.flatnonzero(np.abs(pcm.astype(np.int32)) > _QUIET)
    if not len(loud):
        return frame
    longest = int(_LONGEST_PAUSE_SECONDS * SAMPLE_RATE)
    gaps = np.minimum(np.diff(loud, prepend=loud[0]), longest)
    parts = [pcm[end - gap + 1 : end + 1] for end, gap in zip(loud[1:], gaps[1:], strict=True)]
    kept = np.concatenate([pcm[loud[0] : loud[0] + 1], *parts])
    return rtc.AudioFrame(data=kept.tobytes(), sample_rate=SAMPLE_RATE, num_channels=1, samples_per_channel=len(kept))
