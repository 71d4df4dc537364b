"""One conversation with sound, from the greeting to the end of the script, on a session built with ``models.session_options``."""

from __future__ import annotations

from typing import Any

from livekit.agents import Agent, AgentSession

from agent.offline.audio.caller import ScriptedCaller
from agent.offline.audio.sound import Line
from agent.offline.script import Script


async def converse(session: AgentSession[Any], script: Script, line: Line) -> None:
    """Play the caller on a started session whose line is attached; returns when the last answer was heard or the agent hung up.

    Raises ``caller.CallStalled`` when the agent falls silent.
    """
    await ScriptedCaller(session, line).hold(script)


async def hold_audio_conversation(session: AgentSession[Any], agent: Agent, script: Script) -> None:
    """Attach a line, start the agent without a room, converse and close the session, also when it went wrong."""
    line = Line()
    line.attach(session)
    await session.start(agent, record=False)
    try:
        await converse(session, script, line)
    finally:
        await session.aclose()
        await line.aclose()
