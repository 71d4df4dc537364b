"""Find product names as speech recognisers write them: 'docu sign', 'hub spot', 'panda dog'."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from itertools import pairwise
from typing import Literal, NamedTuple

from rapidfuzz import fuzz, process

from analyzers.language.embedded.text.words import Word

NameKind = Literal["competitor", "integration", "tool", "own"]
_LONGEST = 4
"""Words that a recogniser may have split one name into."""
_FUZZY_LENGTH = 7
"""Letters from which a name is also found by similarity; shorter names resemble everyday words."""
_FUZZY_WORDS = 2
"""Words that together are compared with a name by similarity."""
_FUZZY_SCORE = 87.5
"""Similarity (0-100, ``fuzz.ratio``) from which letters are the name: one wrong letter of seven gives 85.7 and is not enough, of
eight 87.5 and is."""
_BEFORE_TOOL = frozenset(
    {
        "in",
        "with",
        "using",
        "use",
        "uses",
        "used",
        "from",
        "to",
        "through",
        "via",
        "into",
        "on",
        "by",
        "and",
        "or",
        "a",
        "of",
        "microsoft",
        "google",
        "our",
        "just",
        "ms",
    }
)


class Name(NamedTuple):
    """Represents a product name; ``loose``: an everyday word ('word', 'pages').

    A loose name counts after 'in', 'with', 'using' or when capitalised in mid-sentence.
    """

    kind: NameKind
    canonical: str
    loose: bool = False


class NameHit(NamedTuple):
    kind: NameKind
    canonical: str
    start: int
    end: int
    certain: bool


def squeezed(text: str) -> str:
    return "".join(c for c in text.lower() if c.isalnum())


class NameFinder:
    """Looks names up by their letters alone, up to four words together; long words also by similarity."""

    def __init__(self, names: Iterable[tuple[str, Name]], everyday: frozenset[str] = frozenset()) -> None:
        self._everyday = everyday
        self._names: defaultdict[str, list[Name]] = defaultdict(list)
        for alias, name in names:
            if name not in self._names[squeezed(alias)]:
                self._names[squeezed(alias)].append(name)
        self._names = defaultdict(list, {k: v for k, v in self._names.items() if k})
        self._long = sorted(k for k, v in self._names.items() if len(k) >= _FUZZY_LENGTH and not v[0].loose)
        self._prefixes = {k[:2] for k in self._names}
        self._openings = {k[:length] for name in self._names for k in (f"{name}s",) for length in range(1, len(k) + 1)}
        self._alike: dict[str, str | None] = {}

    def find(self, text: str, low: str, words: list[Word]) -> list[NameHit]:
        """Return names from left to right, the longest first; a stretch of text is used once, for every kind it names."""
        found: list[NameHit] = []
        i = 0
        while i < len(words):
            step = 1
            if words[i].text[:2] in self._prefixes:
                for count in range(self._most_words(words, i), 0, -1):
                    names, certain = self._known(words[i : i + count], low)
                    kept = [n for n in names if not n.loose or self._named(text, words, i, count)]
                    if kept:
                        start, end = words[i].start, words[i + count - 1].end
                        found += [NameHit(n.kind, n.canonical, start, end, certain) for n in kept]
                        step = count
                        break
            i += step
        return found

    def _most_words(self, words: list[Word], i: int) -> int:
        """Return how many words a name can have here: those whose letters begin a name; two, which may resemble one."""
        letters = words[i].text.replace("'", "")
        count, most = 1, min(_LONGEST, len(words) - i)
        while count < most and letters in self._openings:
            letters += words[i + count].text.replace("'", "")
            count += 1
        return max(count, min(_FUZZY_WORDS, most))

    def _known(self, words: list[Word], low: str) -> tuple[list[Name], bool]:
        key = "".join([w.text for w in words]).replace("'", "")
        if key in self._names:
            return self._names[key], True
        possessive = key[:-1] if words[-1].text.endswith("'s") else ""
        if possessive in self._names:
            return self._names[possessive], True
        if (
            len(words) <= _FUZZY_WORDS
            and len(key) >= _FUZZY_LENGTH
            and not self._plain(words)
            and all(_close(a, b, low) for a, b in pairwise(words))
        ):
            alike = self._most_similar(key)
            return (self._names[alike], False) if alike else ([], False)
        return [], False

    def _plain(self, words: list[Word]) -> bool:
        """Return whether these are plain words of the lexicons: 'signature' is no product."""
        return all(w.text in self._everyday or w.text.removesuffix("s") in self._everyday for w in words)

    def _most_similar(self, key: str) -> str | None:
        """Return the name of nearly these letters; cached, since the same words come in every call."""
        if key not in self._alike:
            if len(self._alike) > 20_000:
                self._alike.clear()
            choices = [k for k in self._by_prefix.get(key[:2], ()) if abs(len(k) - len(key)) <= 2]
            best = process.extractOne(key, choices, scorer=fuzz.ratio, score_cutoff=_FUZZY_SCORE) if choices else None
            self._alike[key] = best[0] if best else None
        return self._alike[key]

    @cached_property
    def _by_prefix(self) -> dict[str, list[str]]:
        table: defaultdict[str, list[str]] = defaultdict(list)
        for key in self._long:
            table[key[:2]].append(key)
        return dict(table)

    def _named(self, text: str, words: list[Word], i: int, count: int) -> bool:
        """Return whether an everyday word is a name: written like one, or where only a tool can stand."""
        start = words[i].start
        opening = start == 0 or text[max(0, start - 4) : start].rstrip()[-1:] in (".", "?", "!", "")
        if text[start].isupper() and not opening:
            return True
        before = words[i - 1].text if i else ""
        after = words[i + count].text if i + count < len(words) else ""
        return before in _BEFORE_TOOL and (
            before not in ("a", "of", "to", "and", "or", "on", "by", "just", "our")
            or after in ("doc", "docs", "file", "files", "template", "document", "documents")
        )


def _close(first: Word, second: Word, low: str) -> bool:
    return low[first.end : second.start] in (" ", "-")
