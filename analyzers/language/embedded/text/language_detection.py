"""Detect the language a caller speaks: function words settle what is plainly English, py3langid's model tells the others apart.

English decides first, so that no English call depends on the model, or waits for it to load (0.5 s, 100 MB). The model ships with
its package. It was chosen over lingua (96 MB), fastText's lid.176 and CLD2 on 69 calls of one or two lines in 38 languages: all of
them right but the romanised ones, which none knows, and no English call of the golden ones taken for another language.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from analyzers.language.embedded.text.conversation import Turn
from analyzers.language.embedded.text.vocabulary import Languages

UNDETERMINED = "und"
"""ISO 639-2 code of a language that cannot be named: certainly not English."""
_LEAST_SAID = 24
"""Bytes of letters in UTF-8 below which the language is left open: "okay, bye" is said in many languages. Letters of other
alphabets take two or three bytes and say more."""
_SAMPLE = 400
"""Words of the caller that are counted: enough for a clear majority, and a bound for endless speech."""
_TEXT = 3000
"""Characters that the model reads, for the same reason."""
_PLAINLY_ENGLISH = 0.1
"""Share of English function words from which nothing else is looked at. Golden calls have 0.14 or more."""
_PLAINLY_ROMANISED = 0.2
"""Share of the function words of a romanised language that makes it one, where English has less than half as many."""
_POSSIBLY_ENGLISH = 0.05
"""Probability of English above which it stays English: lists of product names and of figures have no function words."""
_NAMED_FROM = 0.3
"""Probability from which the likeliest language is named: neighbours such as Czech and Slovak share it."""


class LanguageDetector:
    def __init__(self, languages: Languages) -> None:
        self._languages = languages

    def language_of(self, turns: Iterable[Turn]) -> str | None:
        """Return the ISO code of what the caller speaks, ``und`` for a language without a name; None when too little was said."""
        said = list(turns)
        words = _sample(said)
        english = self._share(words, "en")
        for romanised in self._romanised:
            if (share := self._share(words, romanised)) >= _PLAINLY_ROMANISED and share > 2 * english:
                return romanised if _enough(words) else None
        if english >= _PLAINLY_ENGLISH:
            return "en"
        return self._by_model(" ".join(turn.text for turn in said)[:_TEXT]) if _enough(words) else None

    @cached_property
    def _romanised(self) -> tuple[str, ...]:
        return tuple(language for language in self._languages.function_words if language != "en")

    def _share(self, words: list[str], language: str) -> float:
        known = self._languages.function_words[language]
        return sum(word in known for word in words) / max(1, len(words))

    def _by_model(self, text: str) -> str:
        ranked = _identifier(self._languages.told_apart).rank(text)
        if dict(ranked)["en"] > _POSSIBLY_ENGLISH:
            return "en"
        likeliest, probability = ranked[0]
        return likeliest if probability >= _NAMED_FROM else UNDETERMINED


def _sample(turns: Iterable[Turn]) -> list[str]:
    """Return the caller's first words without what may be part of a name or an address: capitals, figures, single letters."""
    words: list[str] = []
    for turn in turns:
        for word in turn.words:
            if len(words) == _SAMPLE:
                return words
            if not turn.text[word.start].isupper() and not word.text.isdigit() and (len(word.text) > 1 or not word.text.isascii()):
                words.append(word.text)
    return words


def _enough(words: list[str]) -> bool:
    return sum(len(word.encode("utf-8", "replace")) for word in words) >= _LEAST_SAID


@lru_cache(maxsize=2)
def _identifier(told_apart: frozenset[str]) -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(told_apart)
    return identifier
