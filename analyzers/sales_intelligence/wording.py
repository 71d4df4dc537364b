"""Word what was found for a reader: its topic, the label that is shown, and the whole clause it was said in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from analyzers.call import AnnotatedCall
from analyzers.clauses import clause_at
from analyzers.language.annotations import Span
from analyzers.language.embedded.text.words import Sentence, lowered
from analyzers.sales_values import OTHER
from analyzers.single_facts import text
from analyzers.topics import NamedTopic, TopicKind, Topics
from contract.reference import Reference


class WordedSpan(NamedTuple):
    """Hold a span of the caller with its topic and the clause around it; both are None where the line is missing."""

    span: Span
    named: NamedTopic
    clause: str | None

    @property
    def key(self) -> tuple[str, str | None]:
        """Return what spans of one entry have in common: a topic, or for ``other`` the name that the engine gave."""
        return self.named.topic, text(self.span) if self.named.topic == OTHER else None


class Wording:
    """Words the findings of one call."""

    def __init__(self, call: AnnotatedCall, reference: Reference) -> None:
        self._items = call.items
        self._topics = reference.table(Topics)

    def worded(self, spans: Iterable[Span], kind: TopicKind | None = None) -> list[WordedSpan]:
        """Word the caller's spans; ``kind`` None looks an objection up by its category."""
        return [self._worded(s, kind or s.attributes.get("category")) for s in spans if s.role == "user"]

    def clause(self, spans: Sequence[Span]) -> str | None:
        """Return the clause around the surest of several spans, of equals the first."""
        return self._clause(max(spans, key=lambda span: span.confidence), None) if spans else None

    def _worded(self, span: Span, kind: object) -> WordedSpan:
        listed = self._topics.list_of(kind)
        named = text(span) or ""
        hit = listed.hit(span.quote) if listed else None
        clause = self._clause(span, Sentence(span.start + hit.start, span.start + hit.end) if hit else None)
        topic = listed.of(clause or span.quote, span.quote, named) if listed else NamedTopic(OTHER, None)
        return WordedSpan(span, topic, clause)

    def _clause(self, span: Span, other: Sentence | None) -> str | None:
        """Return the clause around the engine's words for the finding where they are verbatim, else around ``other``."""
        item, words = self._items.get(span.item_id), (text(span) or "").lower()
        if item is None:
            return None
        at = lowered(item.text[span.start : span.end]).find(words) if words else -1
        focus = Sentence(span.start + at, span.start + at + len(words)) if at >= 0 else other
        found = clause_at(item.text, span.start, span.end, focus)
        return found.shown(item.text) if found else None
