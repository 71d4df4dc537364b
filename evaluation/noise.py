"""Simulate recognition errors in transcripts: a tenth of the words dropped, replaced or split.

Deterministic: the same call and seed give the same errors. Short unstressed words, words that sound like others and names suffer
most, other words less, numbers least; a number may be lost but none is invented, and every replacement is a word.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from functools import cached_property
from hashlib import sha256
from typing import Any, ClassVar

from contract.platform.failures import PermanentFailure
from contract.reference import Reference, ReferenceTable

SHARE = 0.10
"""Share of words that are damaged (``docs/accuracy.md``): a tenth, assumed for a speech recogniser."""
_CORE = re.compile(r"^(\W*)(.*?)(\W*)$", re.DOTALL)
_FRAGILE, _PLAIN, _NUMBER = 3.0, 1.0, 0.3
"""Relative chance of damage: function words, homophones and names most, numbers least."""
_LOST = 0.5
"""Chance that a damaged word is dropped although a replacement is known."""
_SHORTEST_STEM = 4
"""Letters that must remain before an ending is replaced, so that the result is a word."""


class Sounds(ReferenceTable):
    """Hold the confusable words; ``homophones`` apply in both directions."""

    file: ClassVar[str] = "noise.yml"
    function_words: frozenset[str]
    numbers: frozenset[str]
    homophones: dict[str, str]
    split_names: dict[str, str]
    suffixes: dict[str, str]

    @cached_property
    def heard_for(self) -> dict[str, str]:
        return {recognised: said for said, recognised in self.homophones.items()} | self.homophones


class Recogniser:
    """Damage transcripts. ``share`` of the words (0-1) are affected; the same ``seed`` always gives the same errors."""

    def __init__(self, reference: Reference, seed: int = 0, share: float = SHARE) -> None:
        if not 0 <= share <= 1:
            raise PermanentFailure("The share of damaged words must lie between 0 and 1.", "Give 0.1 for a tenth.")
        self._sounds, self._seed, self._share = reference.table(Sounds), seed, share

    def noisy(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Return the document with a damaged transcript; no utterance is left without words."""
        chance = random.Random(sha256(f"{self._seed}:{document['session_id']}".encode()).digest())  # noqa: S311 - errors, not secrets
        recognised = [item | {"text": self.misheard(item["text"], chance)} for item in document["transcript"]]
        return {**document, "transcript": recognised}

    def misheard(self, text: str, chance: random.Random) -> str:
        """Damage one utterance; the more fragile a word, the likelier it is damaged."""
        words = text.split()
        count = int(len(words) * self._share + chance.random())
        ranks = [chance.random() ** (1 / self._weight(word)) for word in words]
        damaged = set(sorted(range(len(words)), key=ranks.__getitem__, reverse=True)[:count])
        recognised = [self._recognised_as(word, chance) if at in damaged else word for at, word in enumerate(words)]
        return " ".join(word for word in recognised if word) or text

    def _weight(self, word: str) -> float:
        core, sounds = _parts(word)[1].lower(), self._sounds
        if core[:1].isdigit() or core in sounds.numbers:
            return _NUMBER
        return _FRAGILE if core in sounds.function_words or core in sounds.heard_for or core in sounds.split_names else _PLAIN

    def _recognised_as(self, word: str, chance: random.Random) -> str:
        """Return the word as recognised, empty when it is dropped."""
        before, core, after = _parts(word)
        lower = core.lower()
        if lower in self._sounds.split_names:
            return f"{before}{self._sounds.split_names[lower]}{after}"
        other = self._sounds.heard_for.get(lower) or (self._other_ending(core) if self._weight(word) == _PLAIN else None)
        return f"{before}{other}{after}" if other and chance.random() >= _LOST else ""

    def _other_ending(self, core: str) -> str | None:
        """Replace an ending so that a word results ('signed' for 'signing'); None for a short word."""
        for ending, recognised in self._sounds.suffixes.items():
            if core.lower().endswith(ending) and len(core) - len(ending) >= _SHORTEST_STEM:
                return core[: len(core) - len(ending)] + recognised
        grows = len(core) >= _SHORTEST_STEM and core.isalpha() and core.islower() and not core.endswith("s")
        return f"{core}s" if grows else None


def _parts(word: str) -> tuple[str, str, str]:
    """Split a word into punctuation before it, the word itself, and punctuation after it."""
    found = _CORE.match(word)
    return (found.group(1), found.group(2), found.group(3)) if found else ("", word, "")
