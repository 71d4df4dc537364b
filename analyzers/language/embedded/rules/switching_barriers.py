"""Find what makes it hard to leave the present solution (spec 3.5)."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.text.conversation import Conversation
from analyzers.language.embedded.text.spans import modality_at, polarity_at, span


def switching_barriers(conversation: Conversation) -> Iterator[Span]:
    """Yield one barrier of a kind in a sentence."""
    for turn in conversation.user_turns:
        seen: set[tuple[str, int]] = set()
        for label in turn.labelled("switching_barriers"):
            kind = label.removeprefix("switching_barriers.")
            for hit in turn.hits(label):
                quote = turn.quote_at(hit)
                if (kind, quote.start) in seen:
                    continue
                seen.add((kind, quote.start))
                yield span(
                    turn,
                    SpanType.SWITCHING_BARRIER,
                    quote,
                    turn.text[hit.start : hit.end].lower(),
                    0.6 if kind == "contractual" else 0.5,
                    polarity=polarity_at(turn, hit.start),
                    modality=modality_at(turn, hit.start),
                    kind=kind,
                )
