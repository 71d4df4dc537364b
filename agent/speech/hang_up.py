"""End a call by the agent's own decision: say why, then hang up."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

from livekit import rtc
from livekit.agents import NOT_GIVEN, AgentSession

from agent.call import Call
from contract.document.session import DisconnectReason

log = logging.getLogger(__name__)

_SPOKEN_WITHIN_SECONDS = 20.0
"""Seconds the goodbye may take before the call is closed without it: several times the longest phrase."""


async def end_call(
    session: AgentSession[Call], reason: DisconnectReason, words: str, audio: AsyncIterator[rtc.AudioFrame] | None = None
) -> None:
    """Say ``words`` and hang up, unless the call is already ending; words that cannot be spoken do not keep the line open."""
    call = session.userdata
    if not call.ends(reason):
        return
    log.info("%s ends by %s", call.session_id, reason)
    try:
        await session.interrupt(force=True)
        goodbye = session.say(words, audio=NOT_GIVEN if audio is None else audio, allow_interruptions=False)
        await asyncio.wait_for(goodbye.wait_for_playout(), _SPOKEN_WITHIN_SECONDS)
    except (TimeoutError, RuntimeError):
        log.warning("%s: the farewell could not be spoken", call.session_id)
    finally:
        session.shutdown(drain=False)
