"""A farewell that has begun is spoken to its end."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from livekit.agents import UserStateChangedEvent

from agent.settings import AgentSettings
from tests.agent.conversations import conversation, run

IMPATIENT = AgentSettings.model_construct(
    **{**AgentSettings().model_dump(), "max_silence_seconds": 0, "silence_prompt_seconds": 30}
)


def test_a_caller_who_speaks_during_the_farewell_does_not_cut_it_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    spoken: list[str] = []
    begun = asyncio.Event()

    async def slow_farewell(session: Any, reason: Any, words: str) -> None:
        session.userdata.ends(reason)
        begun.set()
        await asyncio.sleep(0.05)
        spoken.append(reason)
        session.shutdown(drain=False)

    monkeypatch.setattr("agent.limits.end_call", slow_farewell)

    async def talk() -> None:
        async with conversation(tmp_path, [], settings=IMPATIENT) as call:
            call.session.emit("user_state_changed", UserStateChangedEvent(old_state="listening", new_state="away"))
            await begun.wait()
            call.session.emit("user_state_changed", UserStateChangedEvent(old_state="away", new_state="speaking"))
            await asyncio.wait_for(call.closed.wait(), 10)

    run(talk)
    assert spoken == ["silence_timeout"]


def test_a_caller_who_speaks_before_it_ends_the_waiting(tmp_path: Path):
    patient = IMPATIENT.model_copy(update={"max_silence_seconds": 60, "silence_prompt_seconds": 30})

    async def talk() -> None:
        async with conversation(
            tmp_path, [{"say": "hello again", "replies": [{"text": "Welcome back."}]}], settings=patient
        ) as call:
            call.session.emit("user_state_changed", UserStateChangedEvent(old_state="listening", new_state="away"))
            call.session.emit("user_state_changed", UserStateChangedEvent(old_state="away", new_state="speaking"))
            await call.say("hello again")
            assert call.call.ending is None
            said = [item.text for item in call.document().transcript]
            assert "Are you still there? Take your time, I'm happy to wait a moment." in said

    run(talk)
