"""Compute figures of many calls: counts per call, then precision, recall, F1 and an interval over calls from their sums.

A rate of exact matches is the same sum: each call expects one value and gets one, so F1 is the share that agrees.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from evaluation.facts import BANT, CLAIMED, INTEGRATIONS, LISTS, QUESTIONS, SINGLES, VERDICTS, CallFacts, Entry, FactQuote
from evaluation.matching import SHARED_WORDS, Matcher, shared_words

RESAMPLES = 1000
"""Bootstrap resamples of the calls behind each 95 % interval (``docs/accuracy.md``)."""
SEED = 20261101
"""Seed of the resamples, so that the same calls give the same interval; the value itself means nothing."""
QUESTIONS_APART = 1
"""Questions a count may be off and still be right: two readers differ by one (``docs/accuracy.md``)."""

Transcript = Mapping[str, str]


class MatchCounts(NamedTuple):
    """Count ``hits`` among ``claimed`` and ``expected``."""

    hits: float
    claimed: float
    expected: float

    def rates(self) -> tuple[float | None, float | None, float | None, int]:
        """Return F1, precision, recall, and how many were expected."""
        f1 = _ratio(2 * self.hits, self.claimed + self.expected)
        return f1, _ratio(self.hits, self.claimed), _ratio(self.hits, self.expected), int(self.expected)


class Claim(NamedTuple):
    """Hold a fact that was reported with a confidence, whether gold has it, and what it says."""

    fact: str
    confidence: float
    right: bool
    says: str = ""


@dataclass(frozen=True)
class CallScore:
    """Hold one call's counts. ``misses`` name the facts that differ, ``apart`` how far the question counts are off."""

    session_id: str
    counts: Mapping[str, MatchCounts]
    claims: tuple[Claim, ...]
    apart: Mapping[str, int]
    misses: tuple[str, ...]


class ScoreFigure(NamedTuple):
    """Hold one figure. ``value`` is F1, or the share that agrees; None when no call has the fact. ``n`` counts labels.

    ``low`` and ``high`` bound 95 % of resamples of the calls.
    """

    name: str
    value: float | None
    n: int
    precision: float | None
    recall: float | None
    low: float | None
    high: float | None


DETAILS = ("competitor_sentiment", "objection_severity", "feature_priority", "signal_strength", "stakeholder_influence")
_DETAIL_OF = dict(zip(("competitors", "objections", "feature_requests", "buying_signals", "stakeholders"), DETAILS, strict=True))
MACRO: Mapping[str, tuple[str, ...]] = {"single_facts": SINGLES}
MICRO: Mapping[str, tuple[str, ...]] = {
    "lists": LISTS,
    "bant": tuple(f"bant_{letter}" for letter in BANT),
    "questions_within_1": QUESTIONS,
}
PLAIN = (
    *SINGLES,
    *LISTS,
    *INTEGRATIONS,
    "content_gaps",
    *DETAILS,
    "objections_same_words",
    "action_deadlines",
    *MICRO["bant"],
    *VERDICTS,
    *QUESTIONS,
    "quotes_verbatim",
)
HEADLINES = (
    "single_facts",
    "lists",
    "integrations",
    "competitor_sentiment",
    "bant",
    "tier",
    "temperature",
    "next_action",
    "overall_sentiment",
    "current_tool",
    "budget_authority",
    "natural_ending",
    "questions_within_1",
    "claims_shown",
    "quotes_verbatim",
)


def score_call(
    gold: CallFacts, said: CallFacts, transcript: Transcript, matcher: Matcher, shown: CallFacts | None = None
) -> CallScore:
    """Score one call. ``transcript`` is texts by item id, against which quotes are checked.

    ``shown`` is what of ``said`` is claimed to people, of which the share that is right is counted.
    """
    counts: dict[str, MatchCounts] = {}
    claims: list[Claim] = []
    for name, single in {**gold.singles, **gold.verdicts}.items():
        mine = said.singles.get(name) or said.verdicts[name]
        right = matcher.equal(name, single.value, mine.value)
        counts[name] = MatchCounts(right, 1, 1)
        if mine.value is not None and mine.confidence is not None:
            claims.append(Claim(name, mine.confidence, right, str(mine.value)))
    for name, entries in gold.lists.items():
        pairs = matcher.pairs(name, entries, said.lists[name])
        counts |= _list_counts(name, entries, said.lists[name], pairs)
        claims += _list_claims(name, said.lists[name], {theirs for _, theirs in pairs})
    apart = {name: abs(count - (said.counts[name] or 0)) for name, count in gold.counts.items() if count is not None}
    for name, distance in apart.items():
        counts[name] = MatchCounts(distance <= QUESTIONS_APART and said.counts[name] is not None, 1, 1)
    if shown is not None:
        right, claimed = _shown(gold, shown, matcher)
        counts["claims_shown"] = MatchCounts(right, claimed, claimed)
    verbatim = sum(_verbatim(quote, transcript) for quote in said.quotes)
    counts["quotes_verbatim"] = MatchCounts(verbatim, len(said.quotes), len(said.quotes))
    misses = tuple(name for name, count in counts.items() if count.hits < max(count.claimed, count.expected))
    return CallScore(gold.session_id, counts, tuple(claims), apart, misses)


def _shown(gold: CallFacts, shown: CallFacts, matcher: Matcher) -> tuple[int, int]:
    """Return how many of the claims shown are right, and how many there are."""
    values = {name: single for name, single in shown.singles.items() if name in CLAIMED and single.value is not None}
    entries = {name: found for name, found in shown.lists.items() if name in CLAIMED}
    right = sum(matcher.equal(name, gold.singles[name].value, single.value) for name, single in values.items())
    right += sum(len(matcher.pairs(name, gold.lists[name], found)) for name, found in entries.items())
    return right, len(values) + sum(map(len, entries.values()))


def _list_counts(
    name: str, gold: Sequence[Entry], said: Sequence[Entry], pairs: Sequence[tuple[int, int]]
) -> dict[str, MatchCounts]:
    found = {name: MatchCounts(len(pairs), len(said), len(gold))}
    if name in _DETAIL_OF:
        same = sum(gold[ours].detail == said[theirs].detail for ours, theirs in pairs)
        found[_DETAIL_OF[name]] = MatchCounts(same, len(pairs), len(pairs))
    if name == "action_items":
        same = sum(gold[ours].date == said[theirs].date for ours, theirs in pairs)
        found["action_deadlines"] = MatchCounts(same, len(pairs), len(pairs))
    if name == "objections":
        found["objections_same_words"] = MatchCounts(_worded_alike(gold, said, pairs), len(said), len(gold))
    return found


def _worded_alike(gold: Sequence[Entry], said: Sequence[Entry], pairs: Sequence[tuple[int, int]]) -> int:
    return sum(shared_words(gold[ours].quote, said[theirs].quote) >= SHARED_WORDS for ours, theirs in pairs)


def _list_claims(name: str, said: Sequence[Entry], matched: set[int]) -> list[Claim]:
    return [Claim(name, e.confidence, at in matched, _said(e)) for at, e in enumerate(said) if e.confidence is not None]


def _said(entry: Entry) -> str:
    """Return what an entry says: its kind, its name and the caller's words, each once."""
    return " | ".join(dict.fromkeys(filter(None, (entry.kind, entry.text, entry.quote))))


def _verbatim(quote: FactQuote, transcript: Transcript) -> bool:
    if quote.item_id is None:
        return any(quote.text in text for text in transcript.values())
    return transcript.get(quote.item_id, "")[quote.start : quote.end] == quote.text


def figures(scores: Sequence[CallScore]) -> dict[str, ScoreFigure]:
    """Compute every figure by name, headlines first."""
    sums = _Sums(scores)
    wanted = {**{name: (name,) for name in HEADLINES}, **{name: (name,) for name in PLAIN}, **MICRO}
    found = {name: sums.figure(name, parts, macro=False) for name, parts in wanted.items() if name not in MACRO}
    found |= {name: sums.figure(name, parts, macro=True) for name, parts in MACRO.items()}
    return {name: found[name] for name in dict.fromkeys((*HEADLINES, *PLAIN))}


class _Sums:
    """Sum the counts of all calls and of resamples of them; every figure uses the same resamples."""

    def __init__(self, scores: Sequence[CallScore]) -> None:
        self._names = {name: at for at, name in enumerate(dict.fromkeys(n for s in scores for n in s.counts))}
        table = np.zeros((len(scores), max(1, len(self._names)), 3))
        for row, score in enumerate(scores):
            for name, counts in score.counts.items():
                table[row, self._names[name]] = counts
        chance = np.random.default_rng(SEED)
        weights = chance.multinomial(len(scores), np.full(len(scores), 1 / len(scores)), RESAMPLES) if scores else np.zeros((1, 0))
        self._all: NDArray[np.float64] = table.sum(axis=0)
        self._resampled: NDArray[np.float64] = np.tensordot(weights, table, axes=1)

    def figure(self, name: str, parts: Iterable[str], *, macro: bool) -> ScoreFigure:
        columns = [self._names[part] for part in parts if part in self._names]
        if not columns:
            return ScoreFigure(name, None, 0, None, None, None, None)
        here, resampled = self._all[columns], self._resampled[:, columns]
        if not macro:
            here, resampled = here.sum(axis=0, keepdims=True), resampled.sum(axis=1, keepdims=True)
        value, spread = _mean(_f1(here)), _f1(resampled).mean(axis=-1)
        spread = spread[~np.isnan(spread)]
        low, high = np.percentile(spread, (2.5, 97.5)) if spread.size else (np.nan, np.nan)
        n = int(here[:, 2].max() if macro else here[0, 2])
        sums = here.sum(axis=0)
        return ScoreFigure(
            name, value, n, _ratio(sums[0], sums[1]), _ratio(sums[0], sums[2]), _known(float(low)), _known(float(high))
        )


def _f1(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return F1; NaN where nothing was claimed and nothing expected."""
    total = counts[..., 1] + counts[..., 2]
    return np.divide(2 * counts[..., 0], total, out=np.full(total.shape, np.nan), where=total > 0)


def _mean(values: NDArray[np.float64]) -> float | None:
    return _known(float(values.mean()))


def _ratio(part: float, whole: float) -> float | None:
    return _known(float(part / whole)) if whole else None


def _known(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 4)


def question_error(scores: Sequence[CallScore]) -> dict[str, float]:
    """Return the mean absolute error of the question counts."""
    return {
        name: round(float(np.mean([s.apart[name] for s in scores if name in s.apart])), 3)
        for name in QUESTIONS
        if any(name in s.apart for s in scores)
    }
