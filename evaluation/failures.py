"""List the facts in which reports differ from the labels. Only for calls that may be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from evaluation.evaluation import Judged
from evaluation.facts import CallFacts
from evaluation.matching import Matcher


class Failure(NamedTuple):
    """Describe one difference: ``gold`` is the label, ``said`` what the reports have; '–' where one has nothing."""

    call: str
    fact: str
    gold: str
    said: str


NOTHING = "–"


def failures(results: Sequence[Judged], matcher: Matcher) -> list[Failure]:
    """Return the differences of all calls, in the order of the calls."""
    return [failure for result in results for failure in _of_call(result, matcher)]


def _of_call(result: Judged, matcher: Matcher) -> Iterator[Failure]:
    call, gold, said = result.script or result.gold.session_id, result.gold, result.said
    for name, single in {**gold.singles, **gold.verdicts}.items():
        mine = (said.singles.get(name) or said.verdicts[name]).value
        if not matcher.equal(name, single.value, mine):
            yield Failure(call, name, _shown(single.value), _shown(mine))
    for name, count in gold.counts.items():
        if name in result.score.misses:
            yield Failure(call, name, _shown(count), _shown(said.counts[name]))
    for name in gold.lists:
        yield from _of_list(call, name, gold, said, matcher)


def _of_list(call: str, name: str, gold: CallFacts, said: CallFacts, matcher: Matcher) -> Iterator[Failure]:
    ours, theirs = gold.lists[name], said.lists[name]
    pairs = matcher.pairs(name, ours, theirs)
    for at in sorted(set(range(len(ours))) - {pair[0] for pair in pairs}):
        yield Failure(call, name, _worded(ours[at].kind, ours[at].quote or ours[at].text), NOTHING)
    for at in sorted(set(range(len(theirs))) - {pair[1] for pair in pairs}):
        yield Failure(call, name, NOTHING, _worded(theirs[at].kind, theirs[at].quote or theirs[at].text))


def _worded(kind: str, text: str) -> str:
    return f"{kind}: {text}" if kind and kind != text else text


def _shown(value: object) -> str:
    return NOTHING if value is None else str(value)
