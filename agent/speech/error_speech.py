"""When a model fails for a reply, the caller hears so instead of silence; when it goes on failing, the call is ended politely."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

from livekit import rtc
from livekit.agents import NOT_GIVEN, AgentSession, ConversationItemAddedEvent, ErrorEvent

from agent.call import Call
from agent.speech.hang_up import say_and_hang_up
from agent.speech.phrases import phrases
from agent.speech.recorded import recorded

log = logging.getLogger(__name__)

PATIENCE = 3


class ErrorSpeech:
    """LiveKit retries what can be retried; what reaches this is a reply that will not come. LiveKit's own count of failures starts
    anew whenever the agent speaks, so it never ends a call whose apologies are heard: failures in a row are counted here. When it
    is the voice that fails, a recording speaks.
    """

    def __init__(self, session: AgentSession[Call]) -> None:
        self._session = session
        self._failures = 0
        self._farewell: asyncio.Task[None] | None = None
        session.on("error", self._on_error)
        session.on("conversation_item_added", self._on_item)

    def _on_item(self, event: ConversationItemAddedEvent) -> None:
        """A reply that the model made: it works again."""
        metrics: Any = getattr(event.item, "metrics", {})
        if getattr(event.item, "role", "") == "assistant" and "llm_node_ttft" in metrics:
            self._failures = 0

    def _on_error(self, event: ErrorEvent) -> None:
        error: Any = event.error
        if getattr(error, "recoverable", True) or self._farewell is not None:
            return
        self._failures += 1
        voiceless = getattr(error, "type", "") == "tts_error"
        if self._failures > PATIENCE:
            audio = recorded("failing") if voiceless else None
            self._farewell = asyncio.create_task(say_and_hang_up(self._session, "error", phrases().failing, audio))
        else:
            self._apologise(recorded("trouble") if voiceless else None)

    def _apologise(self, audio: AsyncIterator[rtc.AudioFrame] | None) -> None:
        try:
            self._session.say(phrases().trouble, audio=NOT_GIVEN if audio is None else audio)
        except RuntimeError:
            log.info("%s: closing, no apology", self._session.userdata.session_id)
