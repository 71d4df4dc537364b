"""Read ``data/articles.yml``: which topic a question belongs to and which Intercom article would answer it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from contract.reference import ReferenceTable


class KnowledgeArticle(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    topic: str
    article: str
    collection: str
    content_type: str


class Topic(KnowledgeArticle):
    words: tuple[str, ...]


class Articles(ReferenceTable):
    file: ClassVar[str] = "articles.yml"
    content_types: tuple[str, ...]
    topics: tuple[Topic, ...]
    by_category: Mapping[str, KnowledgeArticle]

    def topic_of(self, text: str | None, category: str | None = None) -> str | None:
        """Return the topic with the most matching words, the earlier one if equal; else the category's; else None."""
        words = (text or "").lower()
        hits = [len(pattern.findall(words)) for pattern in self._patterns]
        if any(hits):
            return self.topics[hits.index(max(hits))].topic
        fallback = self.by_category.get((category or "").lower())
        return fallback.topic if fallback else None

    def article_for(self, topic: str | None) -> KnowledgeArticle | None:
        return self._by_topic.get(topic or "")

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str], ...]:
        return tuple(_pattern(topic.words) for topic in self.topics)

    @cached_property
    def _by_topic(self) -> dict[str, KnowledgeArticle]:
        return {article.topic: article for article in (*self.by_category.values(), *self.topics)}


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Compile a pattern that matches whole words; ``*`` at the end matches any ending."""
    alternatives = (re.escape(word.removesuffix("*")) + (r"\w*" if word.endswith("*") else "") for word in words)
    return re.compile(rf"\b(?:{'|'.join(alternatives)})\b")
