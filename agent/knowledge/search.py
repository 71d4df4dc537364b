"""Define the protocol of a knowledge base search and its results (spec 1.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from contract.document.session import SearchCategory

Category = SearchCategory


@dataclass(frozen=True, slots=True)
class Article:
    """Hold a help article or the part of it that answers; ``url`` is empty when the source names none."""

    title: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hold the best articles, best first; ``total_results`` counts all that were found, also those not given here."""

    articles: tuple[Article, ...]
    total_results: int


class KnowledgeBase(Protocol):
    """Search while a caller waits.

    Raises ``TransientFailure`` when it is unavailable for now and ``PermanentFailure`` when a retry cannot help.
    """

    async def search(self, query: str, category: Category | None) -> SearchResult: ...
