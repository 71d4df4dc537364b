"""Search the help articles of this repository with BM25, for calls without Unleash."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import ClassVar

from agent.knowledge.search import Article, Category, SearchResult
from contract.reference import Reference, ReferenceTable

# Robertson and Zaragoza (2009) give 1.2 to 2 and 0.75 as good values where none were fitted.
_K1, _B = 1.5, 0.75
_TITLE_WEIGHT = 3
"""A word of the title counts as often as three of the text: a title names the topic a caller asks about."""
_MIN_COVERAGE = 0.5
"""Share of the query's weight (inverse document frequency) that an article must cover, against off-topic results."""
_GIVEN = 5
"""Articles returned, as many as one page of the Unleash search holds."""
_MAX_QUERY = 500
"""Characters of the query that are searched: the model writes it, so its length is untrusted."""

_COMMON_WORDS = (
    "a about above after again all also am an and any are as at be been but by can could did do does for from get had has have he "
    "her him his how i if in into is it its just like me my of off on or our out please she should so some than that the their "
    "them then there they this to up us was we were what when where which while who why will with would you your pandadoc"
)
_COMMON = frozenset(_COMMON_WORDS.split())
_SUFFIXES = re.compile(r"(?:ations?|ings?|ies|ed|es|s|e|y|al|ally|ly)$")


class HelpArticle(ReferenceTable):
    """Describe one compact article; ``url`` is where the help centre or the vendor's page says more."""

    file: ClassVar[str] = ""
    title: str
    category: Category
    url: str
    text: str


class HelpCentre(ReferenceTable):
    """Hold the contents of ``data/knowledge.yml``."""

    file: ClassVar[str] = "knowledge.yml"
    articles: tuple[HelpArticle, ...]


class EmbeddedKnowledgeBase:
    """Rank by BM25. An article counts only when it covers half of the query's weight, so that an off-topic query finds nothing."""

    def __init__(self, centre: HelpCentre) -> None:
        self._articles = centre.articles
        self._words = [Counter(_words(article.title) * _TITLE_WEIGHT + _words(article.text)) for article in centre.articles]
        self._mean = sum(counts.total() for counts in self._words) / max(len(self._words), 1)
        self._holding = Counter(word for counts in self._words for word in counts)

    async def search(self, query: str, category: Category | None) -> SearchResult:
        """Return articles of the category, or of every category when it has none."""
        words = set(_words(query[:_MAX_QUERY]))
        ranked = self._ranked(words)
        found = [article for article in ranked if category in (None, article.category)] or ranked
        return SearchResult(tuple(Article(a.title, a.text, a.url) for a in found[:_GIVEN]), len(found))

    def _ranked(self, words: set[str]) -> list[HelpArticle]:
        weight = sum(map(self._weight, words))
        scored = [
            (self._score(words, counts), -place)
            for place, counts in enumerate(self._words)
            if weight and sum(self._weight(word) for word in words if word in counts) >= _MIN_COVERAGE * weight
        ]
        return [self._articles[-place] for _, place in sorted(scored, reverse=True)]

    def _weight(self, word: str) -> float:
        holding = self._holding[word]
        return math.log(1 + (len(self._words) - holding + 0.5) / (holding + 0.5))

    def _score(self, words: set[str], counts: Counter[str]) -> float:
        length = 1 - _B + _B * counts.total() / self._mean
        return sum(self._weight(word) * counts[word] * (_K1 + 1) / (counts[word] + _K1 * length) for word in words)


def embedded(reference: Reference | None = None) -> EmbeddedKnowledgeBase:
    """Load the knowledge base of ``data/knowledge.yml``; a malformed file raises ``ConfigurationFailure``."""
    return EmbeddedKnowledgeBase((reference or Reference()).table(HelpCentre))


def _words(text: str) -> list[str]:
    """Return the content words, cut to a stem: 'signing', 'signed' and 'signs' are one."""
    joined = re.sub(r"\be-(?=[a-z])|\belectronic(?:ally)? (?=sign)", "e", text.lower())
    found = re.findall(r"[a-z0-9]+", joined)
    return [_stem(word) for word in found if word not in _COMMON and len(word) > 1]


def _stem(word: str) -> str:
    cut = _SUFFIXES.sub("", word)
    return cut if len(cut) >= 3 else word
