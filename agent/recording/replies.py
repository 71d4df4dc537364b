"""Compute one set of figures per agent reply (spec 1.3) from the reply's message and its models' own metrics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from agent.recording.times import measured, milliseconds, moment
from agent.recording.utterances import Rows, SpokenUtterance, item_id
from contract.document.session import ReplyMetrics


def reply_metrics(said: Sequence[SpokenUtterance], rows: Rows, offset: float) -> tuple[ReplyMetrics, ...]:
    """Return the figures of every reply of the agent, in the transcript's order. The delays of a caller's utterance (its end, its
    recognition) count to the first reply after it.
    """
    found: list[ReplyMetrics] = []
    question: SpokenUtterance | None = None
    for number, utterance in enumerate(said):
        if utterance.is_agent:
            found.append(_reply(number, utterance, question, said, rows, offset))
            question = None
        else:
            question = utterance
    return tuple(found)


def _reply(
    number: int,
    reply: SpokenUtterance,
    question: SpokenUtterance | None,
    said: Sequence[SpokenUtterance],
    rows: Rows,
    offset: float,
) -> ReplyMetrics:
    llm = list(_own(rows, "llm", reply, said))
    tts = list(_own(rows, "tts", reply, said))
    stt = list(_recognised(rows, question, said)) if question else []
    ttft = milliseconds(reply.row.get("ttft")) or _first(llm, "ttft")
    ttfb = milliseconds(reply.row.get("ttfb")) or _first(tts, "ttfb")
    eou = milliseconds(question.row.get("eou")) if question else None
    return ReplyMetrics(
        timestamp=moment(reply.order, offset),
        item_id=item_id(number),
        eou_delay=eou,
        llm_ttft=ttft,
        tts_ttfb=ttfb,
        stt_duration=milliseconds(_total(stt, "duration")),
        total_latency=eou + ttft + ttfb if eou and ttft and ttfb else None,
        e2e_latency=milliseconds(reply.row.get("e2e")),
        prompt_tokens=_count(llm, "prompt_tokens"),
        completion_tokens=_count(llm, "completion_tokens"),
        total_tokens=_count(llm, "total_tokens"),
        stt_audio_duration=_seconds(stt, "audio_duration"),
        tts_characters_count=_count(tts, "characters"),
        tts_audio_duration=_seconds(tts, "audio_duration"),
    )


def discarded_usage(said: Sequence[SpokenUtterance], rows: Rows) -> dict[str, int]:
    """Sum tokens and characters of replies that were begun and never spoken (discarded when the caller went on speaking): they
    cost money and belong to no reply.
    """
    recognised = {utterance.row.get("speech_id") for utterance in said}
    lost = [row for row in rows if row["kind"] in ("llm", "tts") and row.get("speech_id") not in recognised]
    names = ("prompt_tokens", "completion_tokens", "characters")
    return {name: total for name in names if (total := sum(row.get(name) or 0 for row in lost))}


def _own(rows: Rows, kind: str, reply: SpokenUtterance, said: Sequence[SpokenUtterance]) -> Iterable[Mapping[str, Any]]:
    """Yield metrics of the reply's speech since the previous message of the same speech: with tools, one speech is several
    messages. The last message also takes what came after it.
    """
    speech = reply.row.get("speech_id")
    if not speech:
        return
    positions = sorted(u.position for u in said if u.row.get("speech_id") == speech)
    index = positions.index(reply.position)
    since = positions[index - 1] if index else -1
    until = reply.position if index < len(positions) - 1 else len(rows)
    for row in rows[since + 1 : until]:
        if row["kind"] == kind and row.get("speech_id") == speech:
            yield row


def _recognised(rows: Rows, question: SpokenUtterance, said: Sequence[SpokenUtterance]) -> Iterable[Mapping[str, Any]]:
    """Return what the recogniser reported since the caller's previous message."""
    since = max((u.position for u in said if not u.is_agent and u.position < question.position), default=-1)
    return (row for row in rows[since + 1 : question.position] if row["kind"] == "stt")


def _first(rows: Iterable[Mapping[str, Any]], name: str) -> int | None:
    return next((known for row in rows if (known := milliseconds(row.get(name)))), None)


def _total(rows: Iterable[Mapping[str, Any]], name: str) -> float | None:
    known = [seconds for row in rows if (seconds := measured(row.get(name)))]
    return sum(known) if known else None


def _seconds(rows: Iterable[Mapping[str, Any]], name: str) -> float | None:
    total = _total(rows, name)
    return None if total is None else round(total, 3)


def _count(rows: Iterable[Mapping[str, Any]], name: str) -> int | None:
    total = sum(row.get(name) or 0 for row in rows)
    return total or None
