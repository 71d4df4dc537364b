"""Split a call into four quarters and compute the trend over them (spec 3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum
from typing import Literal

from analyzers.call import AnnotatedCall
from analyzers.evidence import ReportModel
from analyzers.language.annotations import SentimentLabel, Trend, Utterance
from analyzers.targets import SentimentTargets
from contract.document.session import TranscriptItem

QUARTERS = ("opening", "discovery", "discussion", "closing")


class Segment(ReportModel):
    """Summarises the caller's ``utterances`` that began in this quarter; null when there are none."""

    label: SentimentLabel | None
    score: float | None
    utterances: int


class Segments(ReportModel):
    opening: Segment
    discovery: Segment
    discussion: Segment
    closing: Segment
    divided_by: Literal["time", "position"]

    def spoken(self) -> list[float]:
        """Return the scores of the quarters in which the caller spoke, in order."""
        quarters = (self.opening, self.discovery, self.discussion, self.closing)
        return [quarter.score for quarter in quarters if quarter.score is not None]


def segments(call: AnnotatedCall, caller: Sequence[Utterance], targets: SentimentTargets) -> Segments:
    """Split the time from the first turn's start to the last one's end into quarters.

    Where times are missing, the order of the turns is split instead.
    """
    by_time = _time_shares(call.document.transcript)
    shares = by_time or _position_shares(call.document.transcript)
    scores: list[list[float]] = [[], [], [], []]
    for utterance in caller:
        scores[min(3, int(4 * shares.get(utterance.item_id, 0.0)))].append(utterance.score)
    quarters = {name: _segment(quarter, targets) for name, quarter in zip(QUARTERS, scores, strict=True)}
    return Segments(**quarters, divided_by="time" if by_time else "position")


def plain_trend(parts: Segments, targets: SentimentTargets) -> Trend | None:
    """Return where the mood plainly goes from the first quarter in which the caller spoke to the last; None for a small step."""
    spoken = parts.spoken()
    step = spoken[-1] - spoken[0] if spoken else 0.0
    if abs(step) < targets.plain_step:
        return None
    return "improving" if step > 0 else "declining"


def label_of(score: float, targets: SentimentTargets) -> SentimentLabel:
    if score >= targets.positive_from:
        return "positive"
    return "negative" if score <= targets.negative_to else "neutral"


def mean(values: Sequence[float]) -> float:
    return round(fsum(values) / len(values), 4)


def _segment(scores: Sequence[float], targets: SentimentTargets) -> Segment:
    if not scores:
        return Segment(label=None, score=None, utterances=0)
    score = mean(scores)
    return Segment(label=label_of(score, targets), score=score, utterances=len(scores))


def _time_shares(items: Sequence[TranscriptItem]) -> dict[str, float] | None:
    """Return how far into the conversation each turn began, 0 to 1; None when a time is missing or no time passes."""
    starts = [item.started_at for item in items if item.started_at is not None]
    if not starts or len(starts) < len(items):
        return None
    first, last = min(starts), max(*starts, *(item.ended_at for item in items if item.ended_at is not None), starts[0])
    length = (last - first).total_seconds()
    if length <= 0:
        return None
    return {item.id: (start - first).total_seconds() / length for item, start in zip(items, starts, strict=True)}


def _position_shares(items: Sequence[TranscriptItem]) -> dict[str, float]:
    return {item.id: position / len(items) for position, item in enumerate(items)}
