"""Match reported facts with gold: list entries one to one, single facts by equality as the labels define it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.utils import default_process
from scipy.optimize import linear_sum_assignment

from evaluation.facts import Entry, Value
from evaluation.names import EvaluationNames

VOLUME_TOLERANCE = 0.10
"""Share by which a monthly volume may differ: 'about 200' is labelled and read differently (``docs/accuracy.md``)."""
SHARED_WORDS = 0.5
"""Share of the shorter quote's words from which two quotes count as the same passage."""
ALIKE_FEATURES = 75
"""Likeness (rapidfuzz token_set_ratio, 0-100) from which two feature names mean the same."""
ALIKE_ACTIONS = 55
"""Likeness from which two action items mean the same: lower, since they are sentences and must share their owner too."""


Likeness = Callable[[Entry, Entry], float]


class Matcher:
    """Pair entries by a rule per list that rates their likeness: 0 never pairs, and among possible pairs the likeliest win."""

    def __init__(self, names: EvaluationNames) -> None:
        self._names = names
        self._rules: dict[str, Likeness] = {
            "competitors": self._product,
            "integrations": self._product,
            "integrations_in_use": self._product,
            "objections": _objection,
            "feature_requests": _feature,
            "buying_signals": _same_words,
            "content_gaps": _same_words,
            "pain_points": _same_words,
            "switching_barriers": _same_words,
            "stakeholders": self._role,
            "action_items": self._action,
        }

    def pairs(self, fact: str, gold: Sequence[Entry], said: Sequence[Entry]) -> list[tuple[int, int]]:
        """Return the positions of entries that mean the same: each in one pair at most, as many pairs as possible."""
        if not gold or not said:
            return []
        rule = self._rules[fact]
        likeness = np.array([[rule(ours, theirs) for theirs in said] for ours in gold])
        worth = np.where(likeness > 0, 1 + likeness / 100, 0)
        rows, columns = linear_sum_assignment(worth, maximize=True)
        return [(int(r), int(c)) for r, c in zip(rows, columns, strict=True) if likeness[r, c] > 0]

    def equal(self, fact: str, gold: Value, said: Value) -> bool:
        """Return whether two values agree. Null equals null; volumes may be 10 % apart; tools agree when they share a name."""
        if gold is None or said is None:
            return gold is said
        if fact == "monthly_volume":
            return abs(float(said) - float(gold)) <= VOLUME_TOLERANCE * abs(float(gold))
        if fact == "current_tool":
            return self._names.same_tool(str(gold), str(said))
        return str(gold).lower() == str(said).lower()

    def product(self, name: str) -> str:
        """Return the product that a name in any spelling means."""
        return self._names.product(name)

    def _product(self, gold: Entry, said: Entry) -> float:
        return float(self.product(gold.text) == self.product(said.text))

    def _role(self, gold: Entry, said: Entry) -> float:
        return self._names.role_likeness(gold.text, said.text)

    def _action(self, gold: Entry, said: Entry) -> float:
        """Require the same owner, and similar wording, a booked call on both sides, or the same day for the same kind of item."""
        if gold.kind != said.kind:
            return 0.0
        wording = fuzz.token_set_ratio(self._content(gold.text), self._content(f"{said.text} {said.quote}")) / 100
        booked = gold.detail == said.detail == "demo_request"
        same_day = gold.date is not None and gold.date == said.date and gold.detail == said.detail
        return max(wording, 0.5) if booked or same_day or wording >= ALIKE_ACTIONS / 100 else 0.0

    def _content(self, text: str) -> str:
        return " ".join(word for word in _words_of(text) if word not in self._names.stop_words)


def _objection(gold: Entry, said: Entry) -> float:
    """Compare by category; the words decide which of several objections of a category are a pair."""
    return 0.5 + shared_words(gold.quote, said.quote) / 2 if gold.kind == said.kind else 0.0


def _same_words(gold: Entry, said: Entry) -> float:
    shared = shared_words(gold.quote, said.quote)
    return shared if shared >= SHARED_WORDS else 0.0


def _feature(gold: Entry, said: Entry) -> float:
    names = fuzz.token_set_ratio(gold.text, said.text, processor=default_process)
    return max(_same_words(gold, said), names / 100 if names >= ALIKE_FEATURES else 0.0)


@lru_cache(maxsize=4096)
def _words_of(text: str) -> tuple[str, ...]:
    return tuple(default_process(text).split())


@lru_cache(maxsize=65536)
def shared_words(one: str, other: str) -> float:
    """Return the share of the shorter text's words that the other has in runs of two or more (of one, for a one-word text)."""
    ours, theirs = _words_of(one), _words_of(other)
    shorter = min(len(ours), len(theirs))
    if shorter == 0:
        return 0.0
    least = min(2, shorter)
    blocks = SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size >= least) / shorter
