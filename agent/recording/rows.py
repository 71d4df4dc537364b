"""Make the rows of the spool from LiveKit's events: one small dict per event.

``kind`` names it, ``at`` is when (seconds since 1970, the machine's clock). Times and durations stay LiveKit's here; ``build.py``
turns them into the document's. Rows that hold what was said are named in ``without_words``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from livekit.agents import ChatMessage, ErrorEvent, FunctionToolsExecutedEvent
from livekit.agents.metrics import LLMMetrics, STTMetrics, TTSMetrics

from contract.document.consent import signals_without_words

Row = dict[str, Any]

_MESSAGE_LENGTH = 300
"""Characters kept of a vendor's error message: enough to recognise the error, too few for a whole request to be repeated."""
_TIMINGS = {
    "started_speaking_at": "started_at",
    "stopped_speaking_at": "ended_at",
    "end_of_turn_delay": "eou",
    "llm_node_ttft": "ttft",
    "tts_node_ttfb": "ttfb",
    "e2e_latency": "e2e",
}


def item_row(message: ChatMessage, speech_id: str | None) -> Row:
    """Make the row of an utterance; of an interrupted reply it holds only what was spoken."""
    metrics: Mapping[str, Any] = message.metrics
    timings = {name: metrics[source] for source, name in _TIMINGS.items() if source in metrics}
    said = {"id": message.id, "role": message.role, "text": message.text_content or "", "interrupted": message.interrupted}
    return {"kind": "item", "at": message.created_at, "speech_id": speech_id, **said, **timings}


def unspoken(row: Row) -> Row:
    """Remove the times of speech that LiveKit gives to text that was never spoken."""
    return {name: value for name, value in row.items() if name not in ("started_at", "ended_at")}


def llm_row(metrics: LLMMetrics) -> Row:
    return {
        "kind": "llm",
        "at": metrics.timestamp,
        "speech_id": metrics.speech_id,
        "ttft": metrics.ttft,
        "prompt_tokens": metrics.prompt_tokens,
        "completion_tokens": metrics.completion_tokens,
        "total_tokens": metrics.total_tokens,
    }


def tts_row(metrics: TTSMetrics) -> Row:
    return {
        "kind": "tts",
        "at": metrics.timestamp,
        "speech_id": metrics.speech_id,
        "ttfb": metrics.ttfb,
        "characters": metrics.characters_count,
        "audio_duration": metrics.audio_duration,
    }


def stt_row(metrics: STTMetrics) -> Row:
    """Make the row of a recognition. ``duration`` of a streaming recogniser is always 0: unknown."""
    return {"kind": "stt", "at": metrics.timestamp, "duration": metrics.duration, "audio_duration": metrics.audio_duration}


def executed_rows(event: FunctionToolsExecutedEvent) -> list[Row]:
    """Make the rows of the tools that ran; ``call_id`` matches them with tools that recorded themselves."""
    return [
        {
            "kind": "executed",
            "at": event.created_at,
            "call_id": call.call_id,
            "tool": call.name,
            "error": "refused or failed before it ran" if output.is_error else None,
        }
        for call, output in event.zipped()
    ]


def error_row(event: ErrorEvent) -> Row:
    """Make the row of a failed component; the vendor's message is cut, and dropped where words are not to be kept."""
    wrapped = event.error
    cause = getattr(wrapped, "error", wrapped)
    component = str(getattr(wrapped, "type", "unknown")).removesuffix("_error")
    row: Row = {"kind": "error", "at": event.created_at, "component": component, "type": type(cause).__name__}
    return row | {"message": str(cause)[:_MESSAGE_LENGTH], "recoverable": bool(getattr(wrapped, "recoverable", False))}


def without_words(row: Row) -> Row | None:
    """Redact a row of a caller who refused to be transcribed; return None when nothing of it may be kept."""
    match row["kind"]:
        case "heard":
            return None
        case "item":
            return row | {"text": ""}
        case "tool" | "executed" | "error":
            free = {"query", "preferred_date", "preferred_time", "error", "message"}
            return {name: None if name in free and value is not None else value for name, value in row.items()}
        case "signals":
            return row | {"signals": signals_without_words(row["signals"])}
        case _:
            return row
