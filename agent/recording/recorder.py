"""Subscribe to a LiveKit session's events and append them to the spool.

A handler that raises ``TypeError`` would raise it in the conversation itself, and one that waits would make the caller wait: every
handler here only makes a row and appends it, and what goes wrong in it is counted and logged by its type.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from livekit.agents import (
    AgentHandoff,
    AgentSession,
    AgentStateChangedEvent,
    ChatMessage,
    CloseEvent,
    ConversationItemAddedEvent,
    ErrorEvent,
    FunctionToolsExecutedEvent,
    SpeechCreatedEvent,
    UserInputTranscribedEvent,
    UserStateChangedEvent,
)
from livekit.agents.metrics import AgentMetrics, LLMMetrics, STTMetrics, TTSMetrics

from agent.recording.rows import Row, error_row, executed_rows, item_row, llm_row, stt_row, tts_row, unspoken, without_words

log = logging.getLogger(__name__)


class RowLog(Protocol):
    """Store rows; implemented by ``agent.spool.Spool``."""

    def append(self, row: Mapping[str, Any]) -> None: ...
    def rows(self) -> list[dict[str, Any]]: ...
    def forget_words(self, redact: Callable[[dict[str, Any]], dict[str, Any] | None]) -> None: ...


class Recorder:
    """Record one call's rows. ``failures`` counts events that could not be recorded; the document reports the number."""

    def __init__(self, spool: RowLog, now: Callable[[], float] = time.time) -> None:
        self._spool = spool
        self._now = now
        self._words_kept = True
        self._seen: set[str] = set()
        self.failures = 0

    def note(self, kind: str, **fields: Any) -> None:
        """Append what LiveKit has no event for: participants, tools, signals, consent, the connection, the ending."""
        self._append({"kind": kind, "at": self._now(), **fields})

    def rows(self) -> list[Row]:
        return self._spool.rows()

    def forget_words(self) -> None:
        """Remove what was said so far and write no later words: the caller refused to be transcribed."""
        self._words_kept = False
        self._spool.forget_words(without_words)

    def attach(self, session: AgentSession[Any]) -> None:
        """Subscribe to the session's events and to its models' own metrics (the session's are deprecated)."""

        def on_item(event: ConversationItemAddedEvent) -> None:
            self._item(event.item, session)

        def on_user_state(event: UserStateChangedEvent) -> None:
            if event.new_state == "speaking" and session.agent_state == "speaking":
                self._append({"kind": "overlap", "at": event.created_at})

        def on_agent_state(event: AgentStateChangedEvent) -> None:
            if event.old_state == "speaking":
                self._append({"kind": "hushed", "at": event.created_at})

        def on_close(event: CloseEvent) -> None:
            self._reconcile(session)
            self._append({"kind": "close", "at": event.created_at, "reason": event.reason.value})

        for name, handler in (
            ("conversation_item_added", on_item),
            ("user_state_changed", on_user_state),
            ("agent_state_changed", on_agent_state),
            ("close", on_close),
            ("user_input_transcribed", self._recognised),
            ("speech_created", self._speech),
            ("function_tools_executed", self._executed),
            ("error", self._error),
        ):
            session.on(name, self._guarded(handler))  # pyright: ignore[reportArgumentType]
        models: list[Any] = [session.llm, session.stt, session.tts]
        for model in models:
            if model is not None:
                model.on("metrics_collected", self._guarded(self._metrics))

    def _guarded(self, handler: Callable[[Any], None]) -> Callable[[Any], None]:
        def guarded(event: Any) -> None:
            try:
                handler(event)
            except Exception as error:  # whatever it is, it must not reach the conversation
                self.failures += 1
                log.error("%s was not recorded: %s", type(event).__name__, type(error).__name__)

        return guarded

    def _append(self, row: Row) -> None:
        kept = row if self._words_kept else without_words(row)
        if kept is not None:
            self._spool.append(kept)

    def _item(self, item: ChatMessage | AgentHandoff | Any, session: AgentSession[Any]) -> None:
        if not isinstance(item, ChatMessage) or item.role not in ("user", "assistant") or item.id in self._seen:
            return
        self._seen.add(item.id)
        speech = session.current_speech if item.role == "assistant" else None
        row = item_row(item, speech.id if speech else None)
        self._append(row if session.output.audio is not None else unspoken(row))

    def _reconcile(self, session: AgentSession[Any]) -> None:
        """Record messages of the history that no event reported."""
        for message in session.history.messages():
            self._item(message, session)

    def _recognised(self, event: UserInputTranscribedEvent) -> None:
        if event.is_final and event.transcript:
            self._append({"kind": "heard", "at": event.created_at, "text": event.transcript})

    def _speech(self, event: SpeechCreatedEvent) -> None:
        self._append({"kind": "speech", "at": event.created_at, "speech_id": event.speech_handle.id, "source": event.source})

    def _executed(self, event: FunctionToolsExecutedEvent) -> None:
        for row in executed_rows(event):
            self._append(row)

    def _error(self, event: ErrorEvent) -> None:
        self._append(error_row(event))

    def _metrics(self, metrics: AgentMetrics) -> None:
        """Append metrics one turn of the loop later: LiveKit's own handler sets ``speech_id`` after this one has run."""
        asyncio.get_running_loop().call_soon(self._guarded(self._append_metrics), metrics)

    def _append_metrics(self, metrics: AgentMetrics) -> None:
        match metrics:
            case LLMMetrics():
                self._append(llm_row(metrics))
            case TTSMetrics():
                self._append(tts_row(metrics))
            case STTMetrics():
                self._append(stt_row(metrics))
            case _:
                return
