"""Detect whether the caller speaks English by counting everyday words; other languages are reported, not translated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from analyzers.language.embedded.text.conversation import Turn

_FEWEST_WORDS = 8
"""Words below which the language is left open: "okay, bye" is said in many languages."""
_SAMPLE = 400
"""Words of the caller that are counted: enough for a clear majority, and a bound for endless speech."""
_SCRIPTS = (
    ("ru", "\u0400", "\u04ff"),
    ("el", "\u0370", "\u03ff"),
    ("he", "\u0590", "\u05ff"),
    ("ar", "\u0600", "\u06ff"),
    ("hi", "\u0900", "\u097f"),
    ("th", "\u0e00", "\u0e7f"),
    ("ja", "\u3040", "\u30ff"),
    ("zh", "\u4e00", "\u9fff"),
    ("ko", "\uac00", "\ud7af"),
)


def language_of(turns: Iterable[Turn], everyday: Mapping[str, frozenset[str]]) -> str | None:
    """Return the ISO code of what the caller speaks; None when too little was said to tell."""
    words: list[str] = []
    for turn in turns:
        words += [w.text for w in turn.words[: _SAMPLE - len(words)]]
        if len(words) >= _SAMPLE:
            break
    script = _script_of("".join(words))
    if script:
        return script
    if len(words) < _FEWEST_WORDS:
        return None
    counts = {language: sum(word in known for word in words) for language, known in everyday.items()}
    best = max(counts, key=lambda language: (counts[language], language == "en"))
    other_language = best != "en" and counts[best] >= max(3, 0.2 * len(words)) and counts[best] > 1.5 * counts["en"]
    return best if other_language else "en"


def _script_of(letters: str) -> str | None:
    """Return the language of a script that most letters belong to; None without one."""
    if len(letters) < 2 * _FEWEST_WORDS:
        return None
    for language, first, last in _SCRIPTS:
        if sum(first <= c <= last for c in letters) > 0.5 * len(letters):
            return language
    return None
