"""Turn the rows into utterances, interruptions and turn taking (spec 1.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from agent.recording.times import measured, moment
from contract.document.session import Interruption, TranscriptItem, TurnTaking

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class SpokenUtterance:
    """Wrap one message as LiveKit kept it. ``position`` is the index of its ``row``."""

    position: int
    row: Mapping[str, Any] = field(repr=False)

    @property
    def is_agent(self) -> bool:
        return self.row["role"] == "assistant"

    @property
    def started(self) -> float | None:
        return measured(self.row.get("started_at"))

    @property
    def ended(self) -> float | None:
        return measured(self.row.get("ended_at"))

    @property
    def order(self) -> float:
        """Return when its sound began, else when LiveKit made it: text that was never spoken has no time of speech."""
        return self.started or self.row["at"]


def utterances(rows: Rows) -> list[SpokenUtterance]:
    """Return all utterances in the order they were spoken; last, words that were recognised but never became a message."""
    said = [
        SpokenUtterance(position, _cut_short(row, rows[:position])) for position, row in enumerate(rows) if row["kind"] == "item"
    ]
    if unfinished := _unfinished(rows, said):
        said.append(unfinished)
    return sorted(said, key=lambda utterance: (utterance.order, utterance.position))


def _cut_short(row: Mapping[str, Any], before: Rows) -> Mapping[str, Any]:
    """Set the end of an interrupted reply to when the agent fell silent; LiveKit's own is later, when the caller was understood."""
    started = row.get("started_at")
    if not row.get("interrupted") or not started:
        return row
    hushed = [other["at"] for other in before if other["kind"] == "hushed" and other["at"] >= started]
    return {**row, "ended_at": min([row.get("ended_at") or hushed[0], *hushed])} if hushed else row


def _unfinished(rows: Rows, said: Sequence[SpokenUtterance]) -> SpokenUtterance | None:
    """Return the caller's last words when the process died before LiveKit made a message of them."""
    last = max((u.position for u in said if not u.is_agent), default=-1)
    recognised = [row for row in rows[last + 1 :] if row["kind"] == "heard"]
    if not recognised or any(row["kind"] == "close" for row in rows):
        return None
    text = " ".join(row["text"] for row in recognised)
    return SpokenUtterance(len(rows), {"role": "user", "at": recognised[0]["at"], "text": text, "id": None})


def transcript(said: Sequence[SpokenUtterance], rows: Rows, offset: float, speaker_id: str | None) -> tuple[TranscriptItem, ...]:
    sources = {row["speech_id"]: row["source"] for row in rows if row["kind"] == "speech"}
    return tuple(_item(number, utterance, sources, offset, speaker_id) for number, utterance in enumerate(said))


def item_id(number: int) -> str:
    return f"item_{number:03d}"


def _item(
    number: int, utterance: SpokenUtterance, sources: Mapping[str, str], offset: float, speaker_id: str | None
) -> TranscriptItem:
    """Build a transcript item. Speech from ``say`` is initiated by the agent; everything else answers the caller."""
    row = utterance.row
    of_its_own = sources.get(row.get("speech_id") or "") == "say"
    source: Literal["agent_initiated", "user_initiated"] = "agent_initiated" if of_its_own else "user_initiated"
    return TranscriptItem(
        id=item_id(number),
        role="agent" if utterance.is_agent else "user",
        text=row["text"],
        started_at=moment(utterance.started, offset),
        ended_at=moment(utterance.ended, offset),
        source=source if utterance.is_agent else None,
        interrupted=bool(row.get("interrupted")),
        speaker_id=None if utterance.is_agent else speaker_id,
    )


def interruptions(said: Sequence[SpokenUtterance], rows: Rows, offset: float) -> tuple[Interruption, ...]:
    """Return the replies the caller cut short, each with the time when the caller began to speak over the agent. A reply that
    broke off by itself (a failing voice, a limit) is no interruption by the caller.
    """
    found: list[Interruption] = []
    for number, utterance in enumerate(said):
        if utterance.is_agent and utterance.row.get("interrupted"):
            overlap = _overlap(utterance, rows)
            if overlap is not None:
                found.append(Interruption(timestamp=moment(overlap, offset), item_id=item_id(number)))
    return tuple(found)


def _overlap(reply: SpokenUtterance, rows: Rows) -> float | None:
    """Return the last time before the reply's row at which the caller began to speak over it."""
    begun = reply.started or 0.0
    times = [row["at"] for row in rows[: reply.position] if row["kind"] == "overlap" and row["at"] >= begun]
    return times[-1] if times else None


def turn_taking(said: Sequence[SpokenUtterance]) -> TurnTaking:
    """Compute average duration (s) and balance over utterances whose times are known; null when none are, of the call or, for the
    balance, of a side that spoke (spec 1.2).
    """
    lengths = [(u.is_agent, u.ended - u.started) for u in said if u.started and u.ended and u.ended >= u.started]
    agent = sum(seconds for is_agent, seconds in lengths if is_agent)
    user = sum(seconds for is_agent, seconds in lengths if not is_agent)
    user_unknown = any(not u.is_agent for u in said) and all(is_agent for is_agent, _ in lengths)
    return TurnTaking(
        turn_count=len(said),
        average_turn_duration_seconds=round((agent + user) / len(lengths), 2) if lengths else None,
        turn_balance=round(user / agent, 3) if agent and not user_unknown else None,
    )
