"""Create a call's ``AgentSession`` with the same options in production, offline and in tests; only the models differ."""

from __future__ import annotations

from typing import Any

from livekit.agents import AgentSession, TurnHandlingOptions, llm, stt, tts

from agent.call import Call
from agent.limits import CallLimits
from agent.settings import AgentSettings
from agent.speech.error_speech import ErrorSpeech
from contract.platform.price_book import PriceBook

_TOOL_STEPS = 5
"""Tool calls in a row within one reply (LiveKit's default is 3): consent, signals, search and booking may meet in one."""


def session_for(
    call: Call,
    settings: AgentSettings,
    prices: PriceBook,
    *,
    llm: llm.LLM[Any],
    stt: stt.STT[Any] | None = None,
    tts: tts.TTS[Any] | None = None,
    **audio: Any,
) -> AgentSession[Call]:
    """Create a session with recording, limits and error speech. Without ``stt`` and ``tts`` the call is written, not spoken.

    ``audio`` passes ``vad``, ``turn_handling`` and the like to LiveKit; what is not given is LiveKit's default.
    """
    chosen: dict[str, Any] = dict(audio)
    if stt is None:
        chosen |= {"vad": None, "turn_handling": TurnHandlingOptions(turn_detection=None)}
    else:
        chosen |= {"stt": stt}
    if tts is not None:
        chosen |= {"tts": tts}
    session = AgentSession[Call](
        llm=llm,
        userdata=call,
        max_tool_steps=_TOOL_STEPS,
        user_away_timeout=float(settings.silence_prompt_seconds),
        **chosen,
    )
    call.recorder.attach(session)
    ErrorSpeech(session)
    CallLimits(session, settings, prices).start()
    return session
