"""Tell the caller when a model fails for a reply, instead of silence; when it keeps failing, end the call politely."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

from livekit import rtc
from livekit.agents import NOT_GIVEN, AgentSession, ConversationItemAddedEvent, ErrorEvent

from agent.call import Call
from agent.speech.hang_up import end_call
from agent.speech.phrases import phrases
from agent.speech.recorded import recorded

log = logging.getLogger(__name__)

MOST_FAILURES = 3
"""Failed replies in a row that are apologised for; the next one ends the call (``docs/agent.md``: the fourth)."""


class ErrorSpeech:
    """Apologise for a reply that will not come: LiveKit has retried what can be retried. LiveKit's own count of failures restarts
    whenever the agent speaks, so it never ends a call whose apologies are spoken: failures in a row are counted here. When the
    voice itself fails, a recording is played.
    """

    def __init__(self, session: AgentSession[Call]) -> None:
        self._session = session
        self._failures = 0
        self._goodbye: asyncio.Task[None] | None = None
        session.on("error", self._on_error)
        session.on("conversation_item_added", self._on_item)

    def _on_item(self, event: ConversationItemAddedEvent) -> None:
        """Reset the count when the model made a reply: it works again."""
        metrics: Any = getattr(event.item, "metrics", {})
        if getattr(event.item, "role", "") == "assistant" and "llm_node_ttft" in metrics:
            self._failures = 0

    def _on_error(self, event: ErrorEvent) -> None:
        error: Any = event.error
        if getattr(error, "recoverable", True) or self._goodbye is not None:
            return
        self._failures += 1
        voiceless = getattr(error, "type", "") == "tts_error"
        if self._failures > MOST_FAILURES:
            audio = recorded("failing") if voiceless else None
            self._goodbye = asyncio.create_task(end_call(self._session, "error", phrases().failing, audio))
        else:
            self._apologise(recorded("trouble") if voiceless else None)

    def _apologise(self, audio: AsyncIterator[rtc.AudioFrame] | None) -> None:
        try:
            self._session.say(phrases().trouble, audio=NOT_GIVEN if audio is None else audio)
        except RuntimeError:
            log.info("%s: closing, no apology", self._session.userdata.session_id)
