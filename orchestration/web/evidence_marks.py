"""Mark in a transcript what the reports rest on: their evidence is a place in a turn, with the words that stand there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

LABELS: Mapping[str, str] = {
    "team_size": "Team size",
    "monthly_volume": "Volume",
    "industry": "Industry",
    "location": "Location",
    "current_tool": "Current tool",
    "budget_authority": "Authority",
    "caller_role": "Role",
    "decision_timeline": "Decision",
    "urgency": "Urgency",
    "budget": "Budget",
    "revenue": "Revenue",
    "headcount": "Headcount",
    "integrations": "Integration",
    "competitors": "Competitor",
    "objections": "Objection",
    "switching_barriers": "Switching barrier",
    "feature_requests": "Feature request",
    "buying_signals": "Buying signal",
    "use_cases": "Use",
    "pain_points": "Pain",
    "contact_wishes": "Contact wish",
    "unanswered_questions": "Open question",
    "repeat_questions": "Repeated question",
    "items": "Action item",
    "emotions": "Emotion",
    "frustration": "Frustration",
    "risks": "Risk",
}
"""What evidence is of, by the field of a report; factors of the score rest on the same places and are left out."""


@dataclass(frozen=True, order=True)
class MarkedSpan:
    """Characters of a turn's text from ``start`` up to ``end``, and what they are evidence of."""

    start: int
    end: int
    label: str


@dataclass(frozen=True)
class TextPart:
    """A part of a turn's text; ``labels`` says what it is evidence of, and is empty where it is of nothing."""

    text: str
    labels: str = ""


def spans_by_item(reports: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, list[MarkedSpan]]:
    """Return the places of evidence by turn. One that is not, character by character, what the report quotes is left out."""
    found: dict[str, set[MarkedSpan]] = defaultdict(set)
    for report in reports.values():
        for name, label in LABELS.items():
            for place in _evidence(report.get(name)):
                item, start, end = place.get("item_id"), place.get("start"), place.get("end")
                if not (isinstance(item, str) and isinstance(start, int) and isinstance(end, int)):
                    continue
                if item in texts and texts[item][start:end] == place.get("quote") and start < end:
                    found[item].add(MarkedSpan(start, end, label))
    return {item: sorted(spans) for item, spans in found.items()}


def parts_of(text: str, spans: Sequence[MarkedSpan]) -> tuple[TextPart, ...]:
    """Cut a text at the edges of its spans; what several cover has the labels of all, each once."""
    edges = sorted({0, len(text), *(span.start for span in spans), *(span.end for span in spans)})
    parts: list[TextPart] = []
    for start, end in pairwise(edges):
        labels = dict.fromkeys(span.label for span in spans if span.start <= start and end <= span.end)
        parts.append(TextPart(text[start:end], ", ".join(labels)))
    return tuple(parts)


def _evidence(entry: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(entry, list):
        for each in entry:
            yield from _evidence(each)
    elif isinstance(entry, dict):
        yield from (place for place in entry.get("evidence") or () if isinstance(place, dict))
        for name, each in entry.items():
            if name != "evidence" and isinstance(each, list | dict):
                yield from _evidence(each)
