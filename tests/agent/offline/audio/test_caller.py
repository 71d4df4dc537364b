"""When the agent does not do its part. Needs the Debian package espeak-ng."""

from __future__ import annotations

import asyncio

import pytest
from livekit.agents import Agent, AgentSession

from agent.offline.audio.caller import CallStalled, ScriptedCaller
from agent.offline.audio.models import local_models
from agent.offline.audio.sound import AudioLine
from tests.agent.offline.audio.conversation import SCRIPT, AnsweringModel, SmallAgent


async def hold(agent: Agent, *, hang_up: bool = False) -> bool:
    """Whether the call was left for the caller to end."""
    session: AgentSession[None] = AgentSession(llm=AnsweringModel(SCRIPT), **local_models(SCRIPT).session_options())
    line = AudioLine()
    line.attach(session)
    await session.start(agent, record=False)
    try:
        caller = ScriptedCaller(session, line, longest_wait_seconds=3.0 if hang_up else 0.3)
        if hang_up:
            session.on("agent_state_changed", lambda event: event.new_state == "speaking" and session.shutdown(drain=False))
        return await caller.converse_to_end(SCRIPT)
    finally:
        await session.aclose()
        await line.aclose()


def test_an_agent_that_never_greets_is_a_clear_failure():
    with pytest.raises(CallStalled, match=r"did not answer within 0\.3 s, before turn 1 of the script"):
        asyncio.run(hold(Agent(instructions="Stay silent.")))


def test_an_agent_that_hangs_up_ends_the_script():
    assert asyncio.run(hold(SmallAgent(), hang_up=True)) is False
