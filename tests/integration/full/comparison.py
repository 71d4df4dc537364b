"""Compare the document of a call in a real room with the offline one of the same script, field by field.

``ALWAYS`` and ``OF_CALL`` are all that may differ, each with its reason and with what must hold instead. All else is equal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from contract.document.session import SessionDocument

LENGTH_SECONDS = 3.0
"""Seconds by which an utterance may be longer or shorter than offline: sound falters where two cores run everything."""
HEARD_SECONDS = 1.0
"""Seconds by which the sound given to the recogniser may differ: where voice activity begins and ends."""
SPOKEN_SECONDS = 0.2
"""Seconds by which the voice's sound may differ: the service's rate is another than espeak-ng's own."""
Leaf = str | int | float | bool | datetime | None
Call = Literal["interrupted", "deleted", "killed"]


@dataclass(frozen=True, slots=True)
class Difference:
    """Say which fields (with ``*`` for every number of a list) may differ, why, and what must hold of (real, offline)."""

    fields: str
    why: str
    holds: Callable[[Any, Any], bool]

    def covers(self, field: str) -> bool:
        return re.sub(r"\.\d+\b", ".*", field) in self.fields.split()


def _both(real: Leaf, offline: Leaf) -> bool:
    return (real is None) == (offline is None) and type(real) is type(offline)


def _filled(real: Leaf, offline: Leaf) -> bool:
    return real is not None and offline is None


def _either(real: Leaf, offline: Leaf) -> bool:
    return True


def _only_offline(real: Leaf, offline: Leaf) -> bool:
    return real is None and offline is not None


def _sid(real: Leaf, offline: Leaf) -> bool:
    return real == offline is None or str(real).startswith("PA_")


def _within(seconds: float) -> Callable[[Any, Any], bool]:
    return lambda real, offline: real == offline or (None not in (real, offline) and abs(real - offline) <= seconds)


def _is(expected: Leaf) -> Callable[[Leaf, Leaf], bool]:
    return lambda real, _: real == expected


def _begins_alike(real: str, offline: str) -> bool:
    """Return whether one is the other's beginning, both of three words at least."""
    shorter, longer = sorted((real.split(), offline.split()), key=len)
    return len(shorter) >= 3 and longer[: len(shorter)] == shorter


ALWAYS = (
    Difference("session_id start_time end_time consent.timestamp", "each call has its room and its time", _both),
    Difference("duration_seconds", "the real agent has to join", _both),
    Difference("participant_id", "the server gives it", _sid),
    Difference("transcript.*.speaker_id", "the caller's, whose id the server gives", _sid),
    Difference(
        "transcript.*.started_at transcript.*.ended_at tool_calls.*.timestamp metrics.*.timestamp interruptions.*.timestamp",
        "each call has its time; order and lengths are compared",
        _both,
    ),
    Difference("transcript.*.seconds", "sound falters on a busy machine", _within(LENGTH_SECONDS)),
    Difference("turn_taking.average_turn_duration_seconds", "the lengths' average", _within(LENGTH_SECONDS)),
    Difference("turn_taking.turn_balance", "a ratio of the lengths", _both),
    Difference(
        "metrics.*.eou_delay metrics.*.llm_ttft metrics.*.tts_ttfb metrics.*.stt_duration metrics.*.total_latency"
        " metrics.*.e2e_latency",
        "measured: the same replies have them, and their size is the machine's",
        _both,
    ),
    Difference("metrics.*.stt_audio_duration", "where voice activity begins and ends", _within(HEARD_SECONDS)),
    Difference("metrics.*.tts_audio_duration", "the service's rate of samples", _within(SPOKEN_SECONDS)),
    Difference("metrics.*.prompt_tokens metrics.*.total_tokens", "the service counts what its plugin sent, tools included", _both),
    Difference("models.llm models.stt models.tts", "the service's models answer, not those in the process", _both),
    Difference("models.vad models.turn_detection", "named where local models are simulated ones", _only_offline),
    Difference(
        "connection.bandwidth_in connection.bandwidth_out connection.packet_loss connection.jitter",
        "measured by a real connection",
        _filled,
    ),
    Difference("connection.quality", "the server's judgement, once it has made one", _either),
)
OF_CALL: Mapping[Call, Sequence[Difference]] = {
    "interrupted": (
        Difference("transcript.*.text", "what was heard until the caller spoke", _begins_alike),
        Difference("metrics.*.tts_characters_count metrics.*.tts_audio_duration", "a reply cut off in mid-synthesis", _both),
    ),
    "deleted": (Difference("disconnect_reason", "no caller hung up", _is("agent_shutdown")),),
    "killed": (
        Difference("complete", "the process did not end its document", _is(expected=False)),
        Difference("disconnect_reason", "nobody can say", _is("unknown")),
        Difference("revision", "the spool holds more than a checkpoint that may have been promoted", _either),
    ),
}


def differences(real: SessionDocument, offline: SessionDocument, call: Call | None = None) -> list[str]:
    """Return what differs and may not, a line each, empty when the documents agree."""
    mine, theirs = dict(_fields(real)), dict(_fields(offline))
    may_differ = (*(OF_CALL[call] if call else ()), *ALWAYS)
    found: list[str] = []
    for field in sorted(mine.keys() | theirs.keys()):
        ours, other = mine.get(field), theirs.get(field)
        allowed = next((one for one in may_differ if one.covers(field)), None)
        if not (allowed.holds(ours, other) if allowed else ours == other):
            found.append(f"{field}: {ours!r}, offline {other!r}{f' ({allowed.why})' if allowed else ''}")
    return found


def _fields(document: SessionDocument) -> Iterator[tuple[str, Any]]:
    """Return every field by its path, the length of each utterance, and the order of all that has a time."""
    values = document.model_dump(mode="python")
    values["connection"]["quality"] = tuple(values["connection"]["quality"])
    leaves = dict(_leaves(values))
    for number, item in enumerate(document.transcript):
        if item.started_at and item.ended_at:
            leaves[f"transcript.{number}.seconds"] = (item.ended_at - item.started_at).total_seconds()
    timed = {
        field: value for field, value in leaves.items() if isinstance(value, datetime) and not field.startswith("interruptions")
    }
    leaves["order"] = sorted(timed, key=lambda field: (timed[field], field))
    yield from leaves.items()


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list | tuple) and value and isinstance(value[0], Mapping):
        yield f"{path}.count", len(value)
        for number, inner in enumerate(value):
            yield from _leaves(inner, f"{path}.{number}")
    else:
        yield path, value
