"""Buying signals: intent, steps toward buying, praise of fit (LABELS: buying_signals)."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.conversation import Conversation, Turn
from analyzers.language.embedded.cues import Hit
from analyzers.language.embedded.spans import Modality, modality_at, near, span

_CONFIDENCE = {"strong": 0.8, "medium": 0.7, "weak": 0.6}


def buying_signals(conversation: Conversation) -> Iterator[Span]:
    """The strongest signal of each sentence."""
    for turn in conversation.user_turns:
        seen: set[int] = set()
        for strength in ("strong", "medium", "weak"):
            for label in turn.labelled("signals"):
                kind, _, rank = label.removeprefix("signals.").partition("_")
                for hit in turn.hits(label) if rank == strength else ():
                    quote = turn.quote_at(hit)
                    if quote.start in seen or not _holds(turn, hit, strength):
                        continue
                    seen.add(quote.start)
                    value = turn.text[hit.start : hit.end].lower()
                    yield span(
                        turn,
                        SpanType.BUYING_SIGNAL,
                        quote,
                        value,
                        _CONFIDENCE[strength],
                        modality=_stated(turn, hit),
                        kind=kind,
                        strength=strength,
                    )
        yield from _dated(turn, seen)
        yield from _meeting(turn, seen)


def _holds(turn: Turn, hit: Hit, strength: str) -> bool:
    """Not denied; 'works for me' is strong only when a meeting was offered; praise must not be of another product."""
    words = turn.low[hit.start : hit.end]
    if turn.negated(hit.start):
        return False
    if words.startswith(("works for me", "that time", "make it", "see you")):
        return turn.asked("prompts.meeting")
    others = any(n.kind == "competitor" for n in turn.names_in(hit.start - 60, hit.start + 60))
    return not (strength == "weak" and (others or turn.hypothetical(hit.start) or near(turn, hit, "acts.rhetorical")))


def _stated(turn: Turn, hit: Hit) -> Modality:
    found = modality_at(turn, hit.start)
    return "hypothetical" if found == "hypothetical" else "asserted"


def _dated(turn: Turn, seen: set[int]) -> Iterator[Span]:
    """A date for deciding or starting is a signal by itself: strong within the week, else medium."""
    for bucket in ("this_week", "this_month", "this_quarter", "next_quarter"):
        for hit in turn.hits(f"timing.{bucket}")[:2]:
            quote = turn.quote_at(hit)
            own = near(turn, hit, "timing.decision", reach=45) and turn.asked("prompts.timeline", "prompts.authority")
            if own and quote.start not in seen and not turn.negated(hit.start):
                seen.add(quote.start)
                strength = "strong" if bucket == "this_week" else "medium"
                yield span(turn, SpanType.BUYING_SIGNAL, quote, "decision date", 0.6, kind="implicit", strength=strength)


def _meeting(turn: Turn, seen: set[int]) -> Iterator[Span]:
    """A yes to a proposed time or call."""
    if (
        turn.words
        and turn.affirms
        and turn.asked("prompts.meeting")
        and turn.prompt is not None
        and turn.prompt.has("actions.demo")
    ):
        hit = Hit(turn.words[0].start, turn.sentences[0].end)
        if hit.start not in seen:
            yield span(
                turn,
                SpanType.BUYING_SIGNAL,
                hit,
                "agrees to a meeting",
                0.65,
                kind="explicit",
                strength="strong" if turn.prompt.has("actions.when") else "medium",
            )
