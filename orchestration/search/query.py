"""Parse what a person typed into clauses: words that rank, ``"exact phrases"`` that must occur, ``-words`` that must not.

The text is untrusted: it is only ever split into words, and these reach SQL as bound values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from contract.platform.failures import ConfigurationFailure

LONGEST_QUERY = 1000
"""Characters: far beyond what a person types, short enough that splitting it costs nothing."""
MOST_WORDS = 50
"""Words, since each costs a look-up in every shard."""
_PART = re.compile(r'(?<!\S)(?P<minus>-)?"(?P<phrase>[^"]*)"?|(?<!\S)-(?P<word>[^\s"]+)|(?P<words>[^\s"]+)')


@dataclass(frozen=True)
class Clause:
    """Terms with their places, counted from the first word typed: stopwords leave gaps. A lone word is a clause of one term."""

    terms: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Query:
    """``ranking`` terms raise the score; every one of ``required`` must occur, none of ``excluded`` may."""

    ranking: tuple[str, ...]
    required: tuple[Clause, ...]
    excluded: tuple[Clause, ...]

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """Return all clauses, required ones first."""
        return (*self.required, *self.excluded)

    @property
    def terms(self) -> tuple[str, ...]:
        """Return every term once."""
        clauses = (term for clause in self.clauses for _, term in clause.terms)
        return tuple(dict.fromkeys((*self.ranking, *clauses)))


def parse(
    text: str,
    split: Callable[[Sequence[str]], list[list[str]]],
    terms_by_word: Callable[[Sequence[str]], Mapping[str, str]],
) -> Query:
    """The query behind ``text``; ``split`` and ``terms_by_word`` read words as the index did.

    ``ConfigurationFailure`` (wrong usage) when it is too long, or nothing in it can be looked for.
    """
    if len(text) > LONGEST_QUERY:
        raise ConfigurationFailure(f"The query has more than {LONGEST_QUERY} characters.", "Search for fewer words.")
    plain = text.encode(errors="replace").decode().replace("“", '"').replace("”", '"')
    parts = [_part(match) for match in _PART.finditer(plain)]
    words = split([part for _, part in parts])
    if sum(map(len, words)) > MOST_WORDS:
        raise ConfigurationFailure(f"The query has more than {MOST_WORDS} words.", "Search for fewer words.")
    terms = terms_by_word([word for part in words for word in part])
    found = [(kind, _clause(part, terms)) for (kind, _), part in zip(parts, words, strict=True)]
    query = Query(
        ranking=tuple(dict.fromkeys(term for kind, clause in found if kind != "excluded" for _, term in clause.terms)),
        required=tuple(clause for kind, clause in found if kind == "phrase" and clause.terms),
        excluded=tuple(clause for kind, clause in found if kind == "excluded" and clause.terms),
    )
    if not query.ranking:
        raise ConfigurationFailure(
            "There is no word to search for: very common ones such as 'the' are not indexed.", "Add a word that matters."
        )
    return query


def _part(match: re.Match[str]) -> tuple[str, str]:
    if match["phrase"] is not None:
        return ("excluded" if match["minus"] else "phrase"), match["phrase"]
    if match["word"] is not None:
        return "excluded", match["word"]
    return "words", match["words"]


def _clause(words: Sequence[str], terms: Mapping[str, str]) -> Clause:
    return Clause(tuple((place, terms[word]) for place, word in enumerate(words) if word in terms))
