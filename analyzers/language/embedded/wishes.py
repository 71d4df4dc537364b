"""Capabilities asked for or talked about (LABELS: feature_requests; connections belong to integrations)."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.conversation import Conversation, Turn
from analyzers.language.embedded.cues import Hit
from analyzers.language.embedded.spans import Modality, near, span

_PLAIN = frozenset({"templates", "e-signature", "document fields", "crm integration"})
_REACH = 90


def feature_requests(conversation: Conversation) -> Iterator[Span]:
    """A known feature beside a wish, a need or a 'can it'; how-to questions about basics are none."""
    for turn in conversation.user_turns:
        seen: set[str] = set()
        for label in turn.labelled("feature"):
            name = label.removeprefix("feature.")
            for hit in turn.hits(label):
                wanted = near(turn, hit, "wishes.must", "wishes.nice", "wishes.asks", "wishes.capability", reach=_REACH)
                if name in seen or not wanted or _how_to(turn, hit, name):
                    continue
                seen.add(name)
                yield _request(turn, hit, name)
        if not seen:
            yield from _unnamed(turn)


def _how_to(turn: Turn, hit: Hit, name: str) -> bool:
    return name in _PLAIN or (near(turn, hit, "wishes.how_to", reach=_REACH) and not near(turn, hit, "wishes.must", reach=_REACH))


def _request(turn: Turn, hit: Hit, name: str) -> Span:
    must = near(turn, hit, "wishes.must", "objections.features_blocker", reach=_REACH) or turn.has("objections.features_blocker")
    modality: Modality = "question" if turn.in_question(hit.start) else "asserted"
    return span(
        turn,
        SpanType.FEATURE_REQUEST,
        turn.quote_at(hit),
        name,
        0.7,
        modality=modality,
        priority="must_have" if must else "nice_to_have",
    )


def _unnamed(turn: Turn) -> Iterator[Span]:
    """A capability that the feature list does not know: the words after 'can it', when they are required or wished for."""
    for hit in turn.hits("wishes.capability")[:2]:
        quote = turn.quote_at(hit)
        named = any(n.kind in ("integration", "competitor") and quote.start <= n.start < quote.end for n in turn.names)
        required = near(turn, hit, "objections.features_blocker") or turn.has("objections.features_blocker")
        wished = near(turn, hit, "wishes.nice", reach=20)
        asked = turn.in_question(hit.start) and turn.low[hit.start : hit.end].startswith(
            ("can it", "does it", "can the", "is there", "can she", "can they", "could it", "is it possible")
        )
        if named or not (required or wished or asked) or near(turn, hit, "wishes.how_to", reach=_REACH):
            continue
        words = turn.low[hit.end : quote.end].strip(" ?.!,").split()
        topic = " ".join([turn.low[hit.start : hit.end].split()[-1], *words][:7])
        yield span(
            turn,
            SpanType.FEATURE_REQUEST,
            quote,
            topic,
            0.6 if required or wished else 0.4,
            modality="question" if asked else "asserted",
            priority="must_have" if required else "nice_to_have",
        )


def feature_mentions(conversation: Conversation) -> Iterator[Span]:
    """Features named by either side, once a turn."""
    for turn in conversation.turns:
        for label in turn.labelled("feature"):
            hits = turn.hits(label)
            if hits:
                modality: Modality = "question" if turn.in_question(hits[0].start) else "asserted"
                yield span(turn, SpanType.FEATURE_MENTION, hits[0], label.removeprefix("feature."), 0.8, modality=modality)
