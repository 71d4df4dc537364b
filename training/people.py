"""Mark the people of a call's gold labels in the lines that name them: a stakeholder's label is in the caller's own words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from analyzers.language.embedded.text.words import word_set

_WORD = re.compile(r"[^\W_][\w'’]*")
_JOINTS = word_set("and or in of at on for who with from by the a an our my his her their to s")
"""Words of a label that name nobody: 'Deb in the office'."""
_PLURAL = 4
"""Letters from which a word's last s is its plural: 'reps', but not 'gas'."""


class NamedPerson(NamedTuple):
    """Hold a word that names a stakeholder by its offsets, and their influence."""

    start: int
    end: int
    influence: str


def people_named(gold: Mapping[str, Any], said: str) -> Iterator[NamedPerson]:
    """Yield the words of the stakeholders' labels: all of a label that is said whole, elsewhere its head ('Deb', 'partner')."""
    words = [(_plain(found.group()), *found.span()) for found in _WORD.finditer(said)]
    taken = set[int]()
    people = [(str(one["role"]), str(one["influence"])) for one in gold.get("stakeholders", ())]
    labels = [([_plain(word) for word in _WORD.findall(role)], influence) for role, influence in people]
    for label, influence in sorted(labels, key=lambda one: -len(one[0])):
        for at in _places(label, [word for word, *_ in words]):
            if at not in taken:
                taken.add(at)
                yield NamedPerson(*words[at][1:], influence)


def _places(label: Sequence[str], words: Sequence[str]) -> Iterator[int]:
    whole = [at for at in range(len(words) - len(label) + 1) if list(words[at : at + len(label)]) == list(label)]
    for at in whole:
        yield from (at + place for place, word in enumerate(label) if word not in _JOINTS)
    heads = set(_heads(label))
    yield from (at for at, word in enumerate(words) if word in heads)


def _heads(label: Sequence[str]) -> Iterator[str]:
    """Yield the last word before each joint: 'sister and co-owner' has two, 'Deb in the office' begins with hers."""
    for at, word in enumerate(label):
        follows = label[at + 1] if at + 1 < len(label) else "and"
        if word not in _JOINTS and follows in _JOINTS:
            yield word
            if follows not in ("and", "or"):
                return


def _plain(word: str) -> str:
    low = word.lower().replace("’", "'").removesuffix("'s").strip("'")
    return low[:-1] if len(low) >= _PLURAL and low.endswith("s") and not low.endswith("ss") else low
