"""Nothing that the reports show of a golden call is a cut sentence, and no topic is a sentence."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from analyzers.clauses import LONGEST, MARK
from analyzers.command import analyze_batch
from analyzers.language.embedded.text.words import word_set
from analyzers.language.engines import engine_named
from analyzers.sales_values import OTHER
from analyzers.topics import Topics
from contract.reference import Reference
from evaluation.calls import calls_in
from evaluation.evaluation import LATER
from evaluation.parts import GOLDEN_SCRIPTS, Parts

CALLS = 24
"""Golden calls that are walked through, evenly out of all that may be read: a second or so."""
OPEN_ENDS = word_set(
    "a an the and but or nor so because if when while that which who whose than of to with for from at into onto by in on about my"
    " our your his its their"
)
"""Words that no sentence ends with; 'her' is left out, which is as often 'him' as 'his'."""
SHOWN = ("label", "clause")
NAMED = ("topic", "feature", "signal")
"""Fields of entries that hold a topic."""


@pytest.fixture(scope="module")
def reports() -> list[dict[str, Any]]:
    reference = Reference()
    parts = reference.table(Parts)
    readable = [call for call in calls_in(GOLDEN_SCRIPTS) if parts.of(call.gold.script) in ("seen", "validation")]
    chosen = readable[:: max(1, len(readable) // CALLS)]
    bodies = [(call.gold.session_id, json.dumps(call.document).encode()) for call in chosen]
    return [found["reports"] for found in analyze_batch(bodies, engine_named("embedded", reference), reference, LATER)]


def entries_in(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every entry of a list of facts, anywhere in the reports."""
    if isinstance(value, dict):
        if "clause" in value:
            yield value
        for part in value.values():
            yield from entries_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from entries_in(part)


def is_cut(text: str) -> bool:
    """Return whether a text stops in the middle without saying so, or begins in the middle."""
    if text.endswith(MARK):
        return len(text) > LONGEST
    words = re.findall(r"[\w']+", text.lower())
    open_end = not text.endswith((".", "?", "!")) and bool(words) and words[-1] in OPEN_ENDS
    return not words or open_end or text.endswith((",", ";", ":", "-")) or words[0] in ("and", "but", "or") or len(text) > LONGEST


@pytest.mark.parametrize(
    "text", ["we do the panel design in aurora, that", "and then it goes", "they sign it and the", "we wait,", "a" * 150]
)
def test_a_cut_label_is_recognised(text: str) -> None:
    assert is_cut(text)


@pytest.mark.parametrize(
    "text", ["Bulk send", "That's the thing I was scared of.", "new clients get the service agreement…", "she posts it, bless her"]
)
def test_a_whole_one_is_left_alone(text: str) -> None:
    assert not is_cut(text)


def test_no_label_and_no_clause_is_cut(reports: list[dict[str, Any]]) -> None:
    shown = [entry[name] for report in reports for entry in entries_in(report) for name in SHOWN if entry.get(name)]
    assert len(shown) > 5 * len(reports)
    assert [text for text in shown if is_cut(text)] == []


def test_every_topic_is_of_the_closed_lists(reports: list[dict[str, Any]]) -> None:
    listed = {topic.topic for topics in Reference().table(Topics).lists.values() for topic in topics} | {OTHER}
    labelled = [entry for report in reports for entry in entries_in(report) if "label" in entry]
    named = {entry[name] for entry in labelled for name in NAMED if name in entry}
    assert len(named) > 10
    assert named <= listed


def test_every_entry_of_words_has_its_clause(reports: list[dict[str, Any]]) -> None:
    labelled = [entry for report in reports for entry in entries_in(report) if "label" in entry]
    assert all(entry["clause"] and entry["label"] for entry in labelled)
