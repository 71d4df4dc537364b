"""Lay a call out in time: who spoke when, how long replies took, where it was interrupted and where nobody spoke (spec 3.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Row = Mapping[str, Any]
LATENCY_TARGET_MS, LATENCY_LIMIT_MS = 1000, 1500
"""Milliseconds up to which a reply is as fast as intended, and from which it is slow (spec 6.1: green, yellow, red)."""
WIDTH = 1000
"""Units of the drawing's width, whatever it is on a screen."""
_HIGHEST_MS = 2000  # of a reply that is drawn in full height; a slower one is cut there
_NARROWEST = 2.0  # units, so that a word is seen in a call of an hour


@dataclass(frozen=True)
class TimelineBar:
    """A turn, a gap or a reply: units from the left and of width, ``height`` in percent where it says how long a reply took."""

    x: float
    width: float
    tone: str
    height: float = 100


@dataclass(frozen=True)
class TimelineRow:
    """A turn as the table behind the drawing has it, also for readers who may not see its words."""

    at: str
    speaker: str
    length: str
    reply: str
    remarks: str


@dataclass(frozen=True)
class TimelineView:
    """``labels`` are the times at the left, in the middle and at the right; ``dead_air`` sums up the gaps in words."""

    caller: tuple[TimelineBar, ...]
    agent: tuple[TimelineBar, ...]
    gaps: tuple[TimelineBar, ...]
    replies: tuple[TimelineBar, ...]
    interruptions: tuple[float, ...]
    target: float
    labels: tuple[str, str, str]
    dead_air: str
    rows: tuple[TimelineRow, ...]


def timeline_view(turns: Sequence[Row], gaps: Sequence[Row]) -> TimelineView | None:
    """Return the drawing; None when no turn has its time."""
    timed = [turn for turn in turns if turn["offset_ms"] is not None and turn["length_ms"] is not None]
    if not timed:
        return None
    first = min(0, *(turn["offset_ms"] for turn in timed), 0)
    total = max(turn["offset_ms"] + turn["length_ms"] for turn in timed) - first
    unit = WIDTH / max(total, 1)

    def bar(start: float, length: float, tone: str, height: float = 100) -> TimelineBar:
        return TimelineBar(round((start - first) * unit, 1), round(max(length * unit, _NARROWEST), 1), tone, round(height, 1))

    ends = {turn["item_id"]: turn["offset_ms"] + turn["length_ms"] for turn in timed}
    replies = [turn for turn in timed if turn["latency_ms"] is not None]
    return TimelineView(
        caller=tuple(bar(t["offset_ms"], t["length_ms"], _mood(t)) for t in timed if t["role"] == "user"),
        agent=tuple(bar(t["offset_ms"], t["length_ms"], "agent") for t in timed if t["role"] != "user"),
        gaps=tuple(bar(ends[g["after_item_id"]], g["seconds"] * 1000, "gap") for g in gaps if g["after_item_id"] in ends),
        replies=tuple(
            bar(t["offset_ms"], 0, latency_tone(t["latency_ms"]), 100 * min(t["latency_ms"], _HIGHEST_MS) / _HIGHEST_MS)
            for t in replies
        ),
        interruptions=tuple(round((ends[t["item_id"]] - first) * unit, 1) for t in timed if t["interrupted"]),
        target=100 - 100 * LATENCY_TARGET_MS / _HIGHEST_MS,
        labels=(_clock(0), _clock(total / 2), _clock(total)),
        dead_air=_dead_air(gaps),
        rows=tuple(_row(turn, {gap["after_item_id"]: gap["seconds"] for gap in gaps}) for turn in timed),
    )


def _row(turn: Row, gaps: Mapping[str, float]) -> TimelineRow:
    remarks = ["interrupted"] if turn["interrupted"] else []
    if turn["sentiment"] in ("positive", "negative"):
        remarks.append(turn["sentiment"])
    if turn["item_id"] in gaps:
        remarks.append(f"then {gaps[turn['item_id']]:.1f} s of dead air")
    reply = f"{turn['latency_ms']:,.0f} ms" if turn["latency_ms"] is not None else ""
    speaker = "Caller" if turn["role"] == "user" else "Agent"
    return TimelineRow(_clock(turn["offset_ms"]), speaker, f"{turn['length_ms'] / 1000:.1f} s", reply, ", ".join(remarks))


def latency_tone(milliseconds: float) -> Literal["good", "warn", "bad"]:
    return "good" if milliseconds < LATENCY_TARGET_MS else "warn" if milliseconds <= LATENCY_LIMIT_MS else "bad"


def _mood(turn: Row) -> str:
    return turn["sentiment"] if turn["sentiment"] in ("positive", "negative") else "caller"


def _dead_air(gaps: Sequence[Row]) -> str:
    if not gaps:
        return "none"
    seconds = sum(gap["seconds"] for gap in gaps)
    return f"{seconds:.1f} s in {len(gaps)} {'gap' if len(gaps) == 1 else 'gaps'}"


def _clock(milliseconds: float) -> str:
    minutes, seconds = divmod(int(milliseconds / 1000), 60)  # milliseconds in a second, seconds in a minute
    return f"{minutes}:{seconds:02d}"
