"""Name the topic of what a caller complains of, asks for or objects to, out of the closed lists of ``data/topics.yml``.

Labels and counts come from these lists, never from the caller's words: every call would be a topic of its own. What belongs to no
topic is ``other``, and a reader sees the whole clause.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import ClassVar, Literal, NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict

from analyzers.language.embedded.text.cues import CueMatcher, Hit
from analyzers.language.embedded.text.vocabulary import Phrases
from analyzers.language.embedded.text.words import lowered, words_of
from analyzers.language.sentence_encoder import Vectors, shared_encoder
from analyzers.sales_values import OTHER, ObjectionCategory
from contract.reference import ReferenceTable

TopicKind = Literal["pain_point", "feature_request", "buying_signal", "switching_barrier"] | ObjectionCategory
"""Each list of topics; an objection's is that of its category."""


class ListedTopic(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    topic: str
    label: str
    words: Phrases = ()
    examples: tuple[str, ...] = ()


class NamedTopic(NamedTuple):
    """Hold a topic of the list and how a reader sees it; ``label`` is None for ``other``."""

    topic: str
    label: str | None


class Topics(ReferenceTable):
    file: ClassVar[str] = "topics.yml"
    nearest: float
    lists: Mapping[TopicKind, tuple[ListedTopic, ...]]

    def list_of(self, kind: object) -> TopicList | None:
        """Return the list of a kind; None for what is no ``TopicKind``."""
        return next((topics for name, topics in self._by_kind.items() if name == kind), None)

    @cached_property
    def _by_kind(self) -> Mapping[TopicKind, TopicList]:
        return {kind: TopicList(topics, self.nearest) for kind, topics in self.lists.items()}


class TopicList:
    """Finds the topic of a clause in one list."""

    def __init__(self, topics: Sequence[ListedTopic], nearest: float) -> None:
        self._topics = {topic.topic: topic for topic in topics}
        self._matcher = CueMatcher({topic.topic: topic.words for topic in topics})
        self._examples = [(topic.topic, example) for topic in topics for example in topic.examples]
        self._nearest = nearest

    def hit(self, quote: str) -> Hit | None:
        """Return the first words of a quote that belong to a topic."""
        return min((hit for hits in self._hits(quote).values() for hit in hits), default=None)

    def of(self, clause: str, quote: str, named: str) -> NamedTopic:
        """Return the topic of a clause: by its words, else as the engine ``named`` it, else by the quote's words or its meaning."""
        topic = self._worded(clause) or (named if named in self._topics else None) or self._worded(quote) or self._meant(clause)
        return NamedTopic(topic, self._topics[topic].label) if topic else NamedTopic(OTHER, None)

    def _hits(self, text: str) -> Mapping[str, Sequence[Hit]]:
        low = lowered(text)
        return self._matcher.hits(low, words_of(low))

    def _worded(self, text: str) -> str | None:
        hits = self._hits(text)
        return max((name for name in self._topics if name in hits), key=lambda name: len(hits[name]), default=None)

    def _meant(self, clause: str) -> str | None:
        """Return the topic with the example that means the most alike; None when none is near."""
        if not self._examples:
            return None
        cosines = self._vectors @ shared_encoder().vectors([clause])[0]
        best = int(cosines.argmax())
        return self._examples[best][0] if cosines[best] >= self._nearest else None

    @cached_property
    def _vectors(self) -> Vectors:
        return np.ascontiguousarray(shared_encoder().vectors([example for _, example in self._examples]))
