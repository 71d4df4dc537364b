"""What a search of the knowledge base takes and gives (spec 1.5), whoever answers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

Category = Literal["features", "pricing", "integrations", "troubleshooting"]


@dataclass(frozen=True, slots=True)
class Article:
    """A help article or the part of it that answers; ``url`` may be empty when the source names none."""

    title: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The best articles, best first; ``total_results`` counts all that were found, also those not given here."""

    articles: tuple[Article, ...]
    total_results: int


class KnowledgeBase(Protocol):
    """Something that can be searched while a caller waits.

    Raises ``TransientFailure`` when it is away for now and ``PermanentFailure`` when asking again cannot help.
    """

    async def search(self, query: str, category: Category | None) -> SearchResult: ...
