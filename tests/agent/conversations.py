"""Conversations in writing with the real agent: the model is scripted, everything else is what production runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from livekit.agents import AgentSession

from agent.call import Call
from agent.knowledge.embedded import embedded
from agent.knowledge.search import Category, KnowledgeBase, SearchResult
from agent.meetings.booking import Booking, Calendar, MeetingRequest
from agent.meetings.embedded import EmbeddedCalendar
from agent.offline.script import Script
from agent.offline.scripted_llm import ScriptedLLM
from agent.recording.build import build_session
from agent.recording.recorder import Recorder
from agent.room.participant import caller_of
from agent.session import session_for
from agent.settings import AgentSettings
from agent.specialist import TrialSpecialist
from agent.spool import Spool
from contract.document.session import SessionDocument
from contract.platform.failures import PermanentFailure, TransientFailure
from contract.platform.price_book import PriceBook
from contract.reference import Reference

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
METADATA = '{"user_email": "dana@northlight.example", "user_name": "Dana Ortiz"}'


class UnreachableKnowledge:
    async def search(self, query: str, category: Category | None) -> SearchResult:
        raise TransientFailure("The knowledge base did not answer.", "Check VOICE_AGENT_UNLEASH_URL.")


class FullCalendar:
    async def book(self, request: MeetingRequest, *, now: datetime, zone: tzinfo, key: str) -> Booking:
        raise PermanentFailure("There is no free slot.", "Offer another day.")


@dataclass
class Conversation:
    """A running session; ``say`` speaks for the caller and gives LiveKit's ``RunResult``."""

    session: AgentSession[Call]
    spool: Spool
    greeting: Any = None
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    async def say(self, text: str) -> Any:
        return await asyncio.wait_for(self.session.run(user_input=text), 20)

    @property
    def call(self) -> Call:
        return self.session.userdata

    def document(self) -> SessionDocument:
        return build_session(self.spool.rows())


def script(turns: Sequence[Mapping[str, Any]], metadata: str = METADATA) -> Script:
    return Script.model_validate({"room": "room_1", "caller": {"identity": "PA_1", "metadata": metadata}, "turns": list(turns)})


@asynccontextmanager
async def conversation(
    folder: Path,
    turns: Sequence[Mapping[str, Any]],
    *,
    knowledge: KnowledgeBase | None = None,
    calendar: Calendar | None = None,
    settings: AgentSettings | None = None,
    metadata: str = METADATA,
    tts: Any = None,
    audio_output: Any = None,
) -> AsyncGenerator[Conversation]:
    spool = Spool.open(folder / "spool", "room_1")
    spool.append({"kind": "begin", "at": NOW.timestamp(), "session_id": "room_1", "room": "room_1", "offset": 0.0})
    call = Call(
        session_id="room_1",
        recorder=Recorder(spool),
        knowledge=knowledge or embedded(),
        calendar=calendar or EmbeddedCalendar(folder / "meetings", timedelta(minutes=30), "http://localhost:8080"),
        now=lambda: NOW,
        zone=ZoneInfo("America/New_York"),
    )
    call.joined(caller_of("PA_1", "", metadata, {"browser": "Chrome 141", "os": "macOS 15", "region": "US-CA"}))
    model = ScriptedLLM(script(turns, metadata))
    session = session_for(call, settings or AgentSettings(), Reference().table(PriceBook), llm=model, tts=tts)
    session.output.audio = audio_output
    talk = Conversation(session, spool)
    session.on("close", lambda _: talk.closed.set())
    talk.greeting = await session.start(TrialSpecialist(call), record=False, capture_run=True)
    try:
        yield talk
    finally:
        await session.aclose()
        spool.close()


def run(work: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(work())  # pyright: ignore[reportArgumentType]
