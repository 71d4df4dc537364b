"""Run a scripted call as text: the real agent, tools, recorder and delivery, without sound; it takes milliseconds."""

from __future__ import annotations

import asyncio

from livekit.agents import AgentSession

from agent.call import Call
from agent.offline.script import Script
from agent.specialist import TrialSpecialist

_TURN_SECONDS = 60
"""Seconds one turn may take, its tools and their retries included, before the call fails instead of hanging."""


async def converse_in_writing(session: AgentSession[Call], script: Script) -> None:
    """Run the script's conversation, until the script ends or the agent hangs up."""
    closed = asyncio.Event()
    session.on("close", lambda _: closed.set())
    await session.start(TrialSpecialist(session.userdata), record=False, capture_run=True)
    for turn in script.turns:
        if closed.is_set():
            return
        run = session.run(user_input=turn.say)
        await asyncio.wait_for(run, _TURN_SECONDS)
    if script.ends == "agent":
        await asyncio.wait_for(closed.wait(), _TURN_SECONDS)
        return
    session.userdata.ends("user_hangup")
    await session.aclose()
