"""Recommend the tone of a follow-up from how the call went (spec 3.4, 'recommendations for follow-up tone')."""

from __future__ import annotations

from collections.abc import Sequence

from analyzers.advice import Advice
from analyzers.evidence import ReportModel
from analyzers.language.annotations import SentimentLabel
from analyzers.sentiment.markers import EmotionMarker, Marker
from analyzers.sentiment.segments import Trend


class FollowUpTone(ReportModel):
    tone: str
    recommendation: str


def follow_up_tone(
    label: SentimentLabel,
    course: Trend | None,
    annoyed: Sequence[Marker],
    marked: Sequence[EmotionMarker],
    confidence: str | None,
    advice: Advice,
) -> FollowUpTone:
    tone = advice.tone[_mood(label, course, annoyed, marked, confidence)]
    return FollowUpTone(tone=tone.tone, recommendation=tone.text)


def _mood(
    label: SentimentLabel, course: Trend | None, annoyed: Sequence[Marker], marked: Sequence[EmotionMarker], confidence: str | None
) -> str:
    """Return the most important mood: a problem, a fall, a recovery, then delight and doubt."""
    if label == "negative":
        return "recovered" if course == "improving" else "repair"
    if course == "declining":
        return "reassure"
    if annoyed and course == "improving":
        return "recovered"
    if label == "positive":
        excited = any(emotion.emotion == "excitement" and emotion.intensity != "low" for emotion in marked)
        return "energetic" if excited else "warm"
    return "guiding" if confidence == "low" else "factual"
