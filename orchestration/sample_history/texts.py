"""Compose what is said in sample calls: few texts, each a pure function of its kind, its number and the seed.

All calls of a history share at most ``MOST_TEXTS`` texts, so that annotations come from a cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from orchestration.sample_history.phrases import (
    BOOKING,
    CLOSINGS,
    COMPETITOR,
    FEATURE,
    GREETING,
    HOT_LEAD,
    LOW_ENGAGEMENT,
    OPENINGS,
    QUESTIONS,
    SLOTS,
    Exchange,
    TextKind,
)

MOST_TEXTS = 300
"""Distinct texts of a history at most: annotating them takes seconds, whatever the number of calls."""
TEXTS: dict[TextKind, int] = {"ordinary": 40, "hot_lead": 6, "booking": 4, "competitor": 4, "low_engagement": 4, "feature": 4}
"""Texts of each kind; those about a competitor or a feature as many for each name."""
_QUESTIONS_OF = {"ordinary": 5, "hot_lead": 0, "booking": 2, "competitor": 2, "low_engagement": 0, "feature": 2}
"""Questions about the product in a text of each kind: with the others an ordinary call of two minutes."""
_PEOPLE = {"hot_lead": (15, 60)}
"""Size of the caller's team, smallest and largest; without an entry 2 to 4, too few for Tier 1 (spec 3.1)."""


@dataclass(frozen=True)
class SampleText:
    """The lines of a call, agent first and then by turns, and what the live agent noted of it."""

    kind: TextKind
    lines: tuple[str, ...]
    people: int
    volume: int


@lru_cache(maxsize=MOST_TEXTS)
def sample_text(seed: int, kind: TextKind, number: int, subject: str = "") -> SampleText:
    """Return text ``number`` of a kind; ``subject`` is the competitor or the feature that it is about."""
    random = Random(f"{seed}:{kind}:{subject}:{number}")
    people, volume = random.randint(*_PEOPLE.get(kind, (2, 4))), random.randint(20, 60) * (10 if kind == "hot_lead" else 1)
    slots = {slot: random.choice(words) for slot, words in SLOTS.items()}
    slots |= {"people": str(people), "volume": str(volume), "competitor": subject, "feature": subject}
    lines = [GREETING, *(line for exchange in _exchanges(random, kind) for line in exchange)]
    return SampleText(kind, tuple(line.format_map(slots) for line in lines), people, volume)


def _exchanges(random: Random, kind: TextKind) -> Iterator[Exchange]:
    yield random.choice(OPENINGS)
    yield from (QUESTIONS[index] for index in sorted(random.sample(range(len(QUESTIONS)), _QUESTIONS_OF[kind])))
    match kind:
        case "hot_lead":
            yield from HOT_LEAD
        case "booking":
            yield from BOOKING
        case "competitor":
            yield from COMPETITOR
        case "feature":
            yield from FEATURE
        case "low_engagement":
            yield from LOW_ENGAGEMENT
            return
        case "ordinary":
            pass
    yield random.choice(CLOSINGS)
