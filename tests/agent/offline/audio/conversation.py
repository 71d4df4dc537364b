"""A small agent and what it does on hearing each sentence: enough for every event a call with sound can have."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from livekit.agents import Agent, AgentSession, function_tool, llm, metrics
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, APIConnectOptions

from agent.offline.audio.call import hold_audio_conversation
from agent.offline.audio.models import local_models
from agent.offline.script import CallerProfile, Script, ScriptStep, ScriptTurn, ToolRequest

GREETING = "Hello, may I transcribe?"
LONG_REPLY = (
    "With Business you get unlimited templates, approval workflows, a content library, bulk sending, and connections to "
    "Salesforce and HubSpot for every single seat."
)
SCRIPT = Script(
    room="sound",
    caller=CallerProfile(identity="caller"),
    turns=(
        ScriptTurn(say="Yes, that is fine.", replies=(ScriptStep(text="Thank you."),)),
        ScriptTurn(say="We are 25 people at Northlight.", replies=(ScriptStep(text="I see."),)),
        ScriptTurn(
            say="What does it cost?",
            replies=(
                ScriptStep(text="Let me look.", tools=(ToolRequest(name="look_up", arguments={"query": "cost"}),)),
                ScriptStep(text="It costs 65 dollars."),
            ),
        ),
        ScriptTurn(say="Does it work with Salesforce?", replies=(ScriptStep(text=LONG_REPLY),)),
        ScriptTurn(say="Sorry, stop, I must go soon.", interrupts_after_seconds=1.0, replies=(ScriptStep(text="Of course."),)),
        ScriptTurn(say="Send it to dana@northlight.example.", replies=(ScriptStep(text="I will."),)),
        ScriptTurn(say="Goodbye!", replies=(ScriptStep(text="Goodbye."),)),
    ),
)


class SmallAgent(Agent):
    """Greets, and knows one tool."""

    def __init__(self) -> None:
        super().__init__(instructions="Answer.")

    async def on_enter(self) -> None:
        """The greeting the caller waits for."""
        self.session.say(GREETING)

    @function_tool
    async def look_up(self, query: str) -> str:
        """Look a thing up.

        Args:
            query: what to look up
        """
        return f"{query}: 65 dollars"


class AnsweringModel(llm.LLM):
    """Answers the last thing heard with the script's step for it; what ran since then decides which."""

    def __init__(self, script: Script) -> None:
        super().__init__()
        self.replies = {turn.say: turn.replies for turn in script.turns}

    def chat(
        self,
        *,
        chat_ctx: llm.ChatContext,
        tools: list[llm.Tool] | None = None,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
        **_: Any,
    ) -> llm.LLMStream:
        return _Answer(self, chat_ctx=chat_ctx, tools=tools or [], conn_options=conn_options)


class _Answer(llm.LLMStream):
    async def _run(self) -> None:
        assert isinstance(self._llm, AnsweringModel)
        items = list(self._chat_ctx.items)
        last = max(n for n, item in enumerate(items) if item.type == "message" and item.role == "user")
        step = self._llm.replies[items[last].text_content][sum(item.type == "function_call" for item in items[last:])]
        calls = [
            llm.FunctionToolCall(name=tool.name, arguments='{"query": "cost"}', call_id=f"call_{n}")
            for n, tool in enumerate(step.tools)
        ]
        delta = llm.ChoiceDelta(role="assistant", content=step.text, tool_calls=calls)
        self._event_ch.send_nowait(llm.ChatChunk(id="answer", delta=delta))


@dataclass
class Held:
    """What is left of a conversation."""

    items: list[llm.ChatItem] = field(default_factory=list)
    metrics: list[metrics.AgentMetrics] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    connections: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    endings: list[str] = field(default_factory=list)
    modules: frozenset[str] = frozenset()

    def messages(self, role: str) -> list[llm.ChatMessage]:
        return [item for item in self.items if item.type == "message" and item.role == role]


async def _hold(script: Script, held: Held) -> None:
    models = local_models(script)
    held.names = dict(models.names)
    models.stt.on("metrics_collected", held.metrics.append)
    models.tts.on("metrics_collected", held.metrics.append)
    session: AgentSession[None] = AgentSession(llm=AnsweringModel(script), **models.session_options())
    session.on("close", lambda _: held.endings.append("closed"))
    await hold_audio_conversation(session, SmallAgent(), script, on_hang_up=lambda: held.endings.append("hung up"))
    held.items = list(session.history.items)


def conversation_with_sound() -> Held:
    """The whole call, with everything that could betray a use of the network or a fault in the machinery."""
    held = Held()
    with _watched_connections(held.connections), _watched_log(held.complaints):
        asyncio.run(_hold(SCRIPT, held))
    held.modules = frozenset(sys.modules)
    return held


@contextmanager
def _watched_connections(seen: list[str]) -> Iterator[None]:
    watching = True

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if watching and event in {"socket.connect", "socket.getaddrinfo", "socket.sendto"}:
            seen.append(f"{event} {arguments[-1]}")

    sys.addaudithook(note)
    try:
        yield
    finally:
        watching = False


@contextmanager
def _watched_log(complaints: list[str]) -> Iterator[None]:
    class _Note(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            complaints.append(f"{record.name}: {record.getMessage()}")

    handler = _Note(level=logging.WARNING)
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
