"""Run one conversation with sound, from greeting to the end of the script, on a session with ``models.session_options``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from livekit.agents import Agent, AgentSession

from agent.offline.audio.caller import ScriptedCaller
from agent.offline.audio.sound import AudioLine
from agent.offline.script import Script


async def converse(session: AgentSession[Any], script: Script, line: AudioLine) -> bool:
    """Play the caller on a started session whose line is attached, up to the last answer. Return True when the caller may now
    hang up, False when the agent did. Raises ``caller.CallStalled`` when the agent falls silent.
    """
    return await ScriptedCaller(session, line).converse_to_end(script)


async def hold_audio_conversation(
    session: AgentSession[Any], agent: Agent, script: Script, *, on_hang_up: Callable[[], object] = lambda: None
) -> None:
    """Attach a line, start the agent without a room, converse and close the session, also when it went wrong.

    ``on_hang_up`` is called when it is the caller who ends the call, before the session closes: there is no room that would tell.
    """
    line = AudioLine()
    line.attach(session)
    await session.start(agent, record=False)
    try:
        if await converse(session, script, line):
            on_hang_up()
    finally:
        await session.aclose()
        await line.aclose()
