"""Mark moments of emotion in the caller's words, and signs of frustration or enthusiasm (spec 3.4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal, get_args

from analyzers.call import AnnotatedCall
from analyzers.evidence import Evidence, ExtractedFact, evidence_of
from analyzers.language.annotations import Act, ActKind, Span, SpanType, Utterance
from analyzers.meaning_groups import question_groups
from analyzers.targets import ContentTargets, SentimentTargets

Intensity = Literal["low", "medium", "high"]
EmotionName = Literal["excitement", "frustration", "confusion", "confidence", "hesitation"]
INTENSITIES: dict[str, Intensity] = {"low": "low", "medium": "medium", "high": "high"}
EMOTIONS: dict[str, EmotionName] = {name: name for name in get_args(EmotionName)}


class EmotionMarker(ExtractedFact):
    """Marks an emotion.

    ``trigger`` is the item that caused it and ``trigger_quote`` its words; null where the call does not show a cause.
    """

    emotion: EmotionName
    intensity: Intensity
    trigger: str | None
    trigger_quote: str | None
    timestamp: datetime | None


class Marker(ExtractedFact):
    """Marks frustration or enthusiasm; ``words``: by what was said; ``mood``: by a strongly negative or positive utterance."""

    kind: Literal["words", "mood", "repetition", "exclamation", "follow_up_questions"]
    intensity: Intensity | None = None
    trigger: str | None = None
    timestamp: datetime | None = None


def emotions(call: AnnotatedCall) -> tuple[EmotionMarker, ...]:
    """Return the emotions in the order they were said."""
    spans = [span for span in call.annotations.of_type(SpanType.EMOTION, "user") if span.holds and str(span.value) in EMOTIONS]
    return tuple(_emotion(call, span) for span in spans)


def frustration(
    call: AnnotatedCall,
    caller: Sequence[Utterance],
    marked: Sequence[EmotionMarker],
    limits: SentimentTargets,
    alike: ContentTargets,
) -> tuple[Marker, ...]:
    said = [_said(emotion) for emotion in marked if emotion.emotion == "frustration"]
    low = [u for u in caller if u.label == "negative" and u.score <= -limits.strong_utterance]
    return (*said, *_moods(call, low, said), *_repetitions(call, alike))


def enthusiasm(
    call: AnnotatedCall, caller: Sequence[Utterance], marked: Sequence[EmotionMarker], limits: SentimentTargets
) -> tuple[Marker, ...]:
    said = [_said(emotion) for emotion in marked if emotion.emotion == "excitement"]
    high = [u for u in caller if u.label == "positive" and u.score >= limits.strong_utterance]
    glad = [u for u in caller if u.label == "positive"]
    return (*said, *_moods(call, high, said), *_exclamations(call, glad), *_follow_ups(call, limits.follow_up_questions))


def act_evidence(call: AnnotatedCall, utterance: Utterance, act: Act) -> Evidence:
    text = call.items[utterance.item_id].text if utterance.item_id in call.items else ""
    return Evidence(item_id=utterance.item_id, start=act.start, end=act.end, quote=text[act.start : act.end])


def _emotion(call: AnnotatedCall, span: Span) -> EmotionMarker:
    cause = call.items.get(str(span.attributes.get("trigger")))
    return EmotionMarker(
        confidence=span.confidence,
        evidence=evidence_of(span),
        emotion=EMOTIONS[str(span.value)],
        intensity=INTENSITIES.get(str(span.attributes.get("intensity")), "medium"),
        trigger=cause.id if cause else None,
        trigger_quote=cause.text if cause else None,
        timestamp=_when(call, span.item_id),
    )


def _said(emotion: EmotionMarker) -> Marker:
    return Marker(
        confidence=emotion.confidence,
        evidence=emotion.evidence,
        kind="words",
        intensity=emotion.intensity,
        trigger=emotion.trigger,
        timestamp=emotion.timestamp,
    )


def _moods(call: AnnotatedCall, strong: Sequence[Utterance], said: Sequence[Marker]) -> Iterator[Marker]:
    """Yield whole utterances far from neutral, where no single words were marked already."""
    marked = {evidence.item_id for marker in said for evidence in marker.evidence}
    for utterance in strong:
        item = call.items.get(utterance.item_id)
        if item is not None and item.id not in marked:
            whole = Evidence(item_id=item.id, start=0, end=len(item.text), quote=item.text)
            yield Marker(confidence=utterance.confidence, evidence=(whole,), kind="mood", timestamp=item.started_at)


def _repetitions(call: AnnotatedCall, limits: ContentTargets) -> Iterator[Marker]:
    asked = [(act.confidence, act_evidence(call, u, act)) for u, act in call.annotations.acts(ActKind.QUESTION, "user")]
    for group in question_groups([evidence.quote for _, evidence in asked], limits):
        if len(group) > 1:
            evidence = tuple(asked[position][1] for position in group)
            confidence = min(asked[position][0] for position in group)
            yield Marker(confidence=confidence, evidence=evidence, kind="repetition", timestamp=_when(call, evidence[-1].item_id))


def _exclamations(call: AnnotatedCall, glad: Sequence[Utterance]) -> Iterator[Marker]:
    for utterance in glad:
        item = call.items.get(utterance.item_id)
        end = item.text.find("!") + 1 if item else 0
        if item is None or not end:
            continue
        begun = max(item.text.rfind(mark, 0, end) for mark in ".?") + 1
        start = end - len(item.text[begun:end].lstrip())
        quote = Evidence(item_id=item.id, start=start, end=end, quote=item.text[start:end])
        yield Marker(confidence=utterance.confidence, evidence=(quote,), kind="exclamation", timestamp=item.started_at)


def _follow_ups(call: AnnotatedCall, at_least: int) -> Iterator[Marker]:
    asked = call.annotations.acts(ActKind.QUESTION, "user")
    if len(asked) >= at_least:
        evidence = tuple(act_evidence(call, utterance, act) for utterance, act in asked)
        confidence = min(act.confidence for _, act in asked)
        yield Marker(
            confidence=confidence, evidence=evidence, kind="follow_up_questions", timestamp=_when(call, evidence[0].item_id)
        )


def _when(call: AnnotatedCall, item_id: str) -> datetime | None:
    item = call.items.get(item_id)
    return item.started_at if item else None
