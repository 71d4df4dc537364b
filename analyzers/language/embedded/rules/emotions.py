"""Find the caller's emotions in words, with what triggered them: the turn before (spec 3.4)."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.rules.sentiment import mood_of
from analyzers.language.embedded.text.conversation import Conversation, Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.spans import span

_STRENGTH = {"low": 1, "medium": 2, "high": 3}


def emotions(conversation: Conversation) -> Iterator[Span]:
    for turn in conversation.user_turns:
        best: dict[str, tuple[int, str, Hit]] = {}
        for label in turn.labelled("emotions"):
            emotion, _, intensity = label.removeprefix("emotions.").rpartition("_")
            for hit in turn.cues.get(label, ()):
                rank = _STRENGTH[intensity]
                if not _meant(turn, hit, emotion) or rank <= best.get(emotion, (0,))[0]:
                    continue
                best[emotion] = (rank, intensity, hit)
        yield from (_emotion(turn, emotion, *found) for emotion, found in best.items() if _credible(turn, emotion, found[0]))


def _meant(turn: Turn, hit: Hit, emotion: str) -> bool:
    return not turn.negated(hit.start) and not (emotion in ("excitement", "confidence") and turn.hypothetical(hit.start))


def _credible(turn: Turn, emotion: str, rank: int) -> bool:
    """Return whether an emotion fits its utterance: praise in a bitter one is sarcasm, a mild complaint in a cheerful one none."""
    score = mood_of(turn).score
    if emotion == "excitement":
        return score > 0
    return not (emotion == "frustration" and rank == 1 and score > 0)


def _emotion(turn: Turn, emotion: str, rank: int, intensity: str, hit: Hit) -> Span:
    trigger = turn.prompt.item.id if turn.prompt else None
    return span(turn, SpanType.EMOTION, hit, emotion, 0.45 + 0.12 * rank, intensity=intensity, trigger=trigger)
