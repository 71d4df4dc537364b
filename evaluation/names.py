"""Decide whether two names mean the same product, way of working or person, though two writers phrase them differently."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar

from pydantic import BaseModel, ConfigDict
from rapidfuzz import fuzz

from analyzers.language.embedded.text.vocabulary import Competitors, IntegrationNames
from contract.reference import Reference, ReferenceTable

_WORD = re.compile(r"[a-z0-9]+(?:[.'&-][a-z0-9]+)*")
_LINKS = re.compile(r"\s*(?:,|;|/|\+|&|\band\b|\bplus\b|\bwith\b|\bby\b|\bor\b)\s*")
ALIKE = 86
"""Likeness (rapidfuzz token_sort_ratio, 0-100) from which two roles no list knows may be the same: a letter or two apart."""


class Level(BaseModel):
    """Hold floor and goal of a rate (0-1); ``goal`` is None where only a floor is set."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    floor: float
    goal: float | None = None


class Accuracy(ReferenceTable):
    """Hold ``floors`` by engine and figure; each line of ``tools`` and ``roles`` lists names that mean the same.

    A word of ``ranks`` makes two roles alike only when one of them consists of nothing else.
    """

    file: ClassVar[str] = "accuracy.yml"
    floors: dict[str, dict[str, Level]]
    noise_tolerance: float
    tools: tuple[tuple[str, ...], ...]
    roles: tuple[tuple[str, ...], ...]
    ranks: frozenset[str]
    stop_words: frozenset[str]

    def levels(self, engine: str) -> dict[str, Level]:
        """Return the levels of an engine by figure; empty for one that has none."""
        return self.floors.get(engine, {})


class EvaluationNames:
    """Map names to canonical ones from the reference data; an unknown name maps to itself."""

    def __init__(self, reference: Reference) -> None:
        accuracy = reference.table(Accuracy)
        self._products = _lookup(
            [(c.name, *c.aliases) for c in reference.table(Competitors).competitors]
            + [(i.name, i.display, *i.aliases) for i in reference.table(IntegrationNames).integrations]
        )
        self.stop_words = accuracy.stop_words
        self._tools = _lookup(accuracy.tools)
        self._roles = _lookup(accuracy.roles)
        self._ranks = accuracy.ranks

    def product(self, name: str) -> str:
        plain = _plain(name)
        return self._products.get(plain, self._products.get(plain.replace(" ", ""), plain)).replace(" ", "")

    def tools(self, text: str) -> frozenset[str]:
        """Return the keys of the tools in a text such as 'Word and emailed PDFs'."""
        parts = (part for part in _LINKS.split(text.lower()) if part)
        return frozenset(key for part in parts for key in self._tools_in(part))

    def same_tool(self, one: str, other: str) -> bool:
        """Return whether two descriptions of a way of working share a tool."""
        return one.lower() == other.lower() or bool(self.tools(one) & self.tools(other))

    def role_likeness(self, one: str, other: str) -> float:
        """Return 1 for the same role, less for names that only resemble each other, 0 for different people."""
        ours, theirs = self._role_keys(one), self._role_keys(other)
        if _plain(one) == _plain(other):
            return 1.0
        specific = ours - self._ranks and theirs - self._ranks
        if ours & theirs - (self._ranks if specific else frozenset()):
            return 0.9
        likeness = fuzz.token_sort_ratio(_plain(one), _plain(other))
        return likeness / 125 if likeness >= ALIKE else 0.0

    def _tools_in(self, part: str) -> Iterable[str]:
        plain = _plain(part)
        if plain in self._tools:
            return (self._tools[plain],)
        known = [self._tools[word] for word in plain.split() if word in self._tools]
        return known or (self.product(part),)

    def _role_keys(self, role: str) -> frozenset[str]:
        plain = _plain(role)
        keys = {self._roles.get(plain, "")} | {self._roles.get(word, _singular(word)) for word in plain.split()}
        return frozenset(keys - {""} - self.stop_words)


def _lookup(lines: Iterable[tuple[str, ...]]) -> dict[str, str]:
    """Map every spelling to its line's key; the first line that has a name wins."""
    found: dict[str, str] = {}
    for line in lines:
        key = _plain(line[0])
        for name in line:
            for spelling in (_plain(name), _plain(name).replace(" ", "")):
                found.setdefault(spelling, key)
    return found


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
