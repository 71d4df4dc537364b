"""Word the nine reports of a call: figures that every role sees, and what the words of the call are the ground of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analyzers.report_names import REPORT_NAMES
from orchestration.reports.wording import dollars, plain, rounded

Json = Mapping[str, Any]
NOT_MEASURED = "–"
_TITLES = {
    "sales_intelligence": "Sales intelligence",
    "lead_score": "Lead score",
    "conversation_quality": "Conversation quality",
    "sentiment": "Sentiment",
    "objections_competitors": "Objections and competitors",
    "performance": "Performance",
    "content_gaps": "Content gaps",
    "action_items": "Action items",
    "executive_summary": "Executive summary",
}
_TONES = {"good": "good", "warning": "warn", "poor": "bad"}
_LONGEST = 240  # characters of an entry: two clauses
_MOST_ENTRIES = 12  # of a report that are shown; a call of average length has about five


@dataclass(frozen=True)
class ReportFigure:
    """A figure with its target; ``tone`` says whether it is met."""

    label: str
    value: str
    target: str = ""
    tone: str = ""


@dataclass(frozen=True)
class ReportEntry:
    """Something a report found; ``position`` is the turn it rests on, None when there is none or it may not be seen."""

    kind: str
    text: str
    details: str = ""
    position: int | None = None


@dataclass(frozen=True)
class ReportView:
    title: str
    figures: tuple[ReportFigure, ...]
    entries: tuple[ReportEntry, ...]


def report_views(figures: Mapping[str, Json], bodies: Mapping[str, Json], positions: Mapping[str, int]) -> tuple[ReportView, ...]:
    """Return the reports that have something to show, in their usual order; ``bodies`` is empty for roles that see no words."""
    views = [
        ReportView(
            _TITLES[name],
            tuple(_FIGURES[name](figures.get(name) or {})),
            tuple(_entries(bodies.get(name) or {}, _ENTRIES.get(name, ()), positions))[:_MOST_ENTRIES],
        )
        for name in REPORT_NAMES
    ]
    return tuple(view for view in views if view.figures or view.entries)


def _words(value: Any) -> str:
    if value is None:
        return NOT_MEASURED
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return rounded(value, 0 if float(value).is_integer() else 2)
    return plain(str(value)).replace("_", " ")


def _quality(figures: Json) -> Iterator[ReportFigure]:
    if figures.get("overall") is not None:
        yield ReportFigure("Overall", f"{_words(figures['overall'])} / 10")
    for name, metric in (figures.get("metrics") or {}).items():
        if isinstance(metric, dict) and metric.get("value") is not None:
            tone = _TONES.get(str(metric.get("status")), "")
            yield ReportFigure(_label(name), _words(metric["value"]), str(metric.get("target") or ""), tone)


def _performance(figures: Json) -> Iterator[ReportFigure]:
    if figures.get("score") is not None:
        yield ReportFigure("Score", f"{_words(figures['score'])} / 10, {figures.get('grade') or NOT_MEASURED}")
    latency = figures.get("latency") or {}
    targets = {each["metric"]: each for each in latency.get("targets") or () if isinstance(each, dict)}
    for name, label in (("average", "Average reply"), ("p50", "Median reply"), ("p95", "P95 reply"), ("p99", "P99 reply")):
        if latency.get(name) is not None:
            target = targets.get(name, {})
            yield ReportFigure(
                label, f"{rounded(latency[name])} ms", target.get("target") or "", _TONES.get(str(target.get("status")), "")
            )
    for name, label in (("tokens", "Tokens"), ("errors", "Errors"), ("connection", "Connection")):
        if figures.get(name) is not None:
            yield ReportFigure(label, _words(figures[name]))
    if figures.get("cost") is not None:
        yield ReportFigure("Cost", dollars(figures["cost"]))


def _sentiment(figures: Json) -> Iterator[ReportFigure]:
    overall = figures.get("overall") or {}
    if overall.get("label"):
        yield ReportFigure("Overall", f"{_words(overall['label'])} ({_words(overall.get('score'))})")
    if figures.get("trend"):
        yield ReportFigure("Trend", _words(figures["trend"]))
    for name, segment in (figures.get("segments") or {}).items():
        if isinstance(segment, dict) and segment.get("label"):
            yield ReportFigure(_label(name), f"{_words(segment['label'])} ({_words(segment.get('score'))})")


def _counts(*names: tuple[str, str]) -> Any:
    def figures_of(figures: Json) -> Iterator[ReportFigure]:
        for name, label in names:
            value: Any = figures
            for part in name.split("."):
                value = value.get(part) if isinstance(value, Mapping) else None
            if value is not None:
                yield ReportFigure(label, _words(value))

    return figures_of


_FIGURES: Mapping[str, Any] = {
    "sales_intelligence": _counts(("tier", "Tier")),
    "lead_score": _counts(("total", "Total"), ("temperature", "Temperature"), ("confidence", "Confidence")),
    "conversation_quality": _quality,
    "sentiment": _sentiment,
    "objections_competitors": _counts(
        ("objections", "Objections"), ("competitors", "Competitors"), ("barriers", "Switching barriers")
    ),
    "performance": _performance,
    "content_gaps": _counts(
        ("searches.total", "Searches"), ("searches.failed", "Without a result"), ("unanswered", "Unanswered questions")
    ),
    "action_items": _counts(("items", "Action items")),
    "executive_summary": _counts(("outcome.qualified", "Qualified"), ("outcome.tier", "Tier"), ("outcome.next_action", "Next")),
}
_ENTRIES: Mapping[str, Sequence[tuple[str, str, str, tuple[str, ...]]]] = {
    "sales_intelligence": (
        ("pain_points", "Pain", "clause", ("impact",)),
        ("buying_signals", "Buying signal", "clause", ("strength",)),
        ("feature_requests", "Feature request", "clause", ("priority",)),
    ),
    "conversation_quality": (("red_flags", "Watch", "text", ()), ("recommendations", "Advice", "text", ())),
    "sentiment": (
        ("emotions", "Emotion", "emotion", ("intensity",)),
        ("frustration", "Frustration", "kind", ("intensity",)),
    ),
    "objections_competitors": (
        ("objections", "Objection", "clause", ("category", "severity", "resolved")),
        ("competitors", "Competitor", "name", ("context", "sentiment")),
        ("talking_points", "To say", "point", ()),
    ),
    "performance": (("recommendations", "Advice", "text", ()),),
    "content_gaps": (
        ("unanswered_questions", "Open question", "question", ()),
        ("top_failed_searches", "Nothing found", "query", ("impact",)),
    ),
    "action_items": (("items", "", "text", ("owner", "deadline", "priority")),),
    "executive_summary": (("risks", "Risk", "text", ()),),
}
"""Lists of a report: the field, what an entry is called, the field of its text, and the fields of its details."""


def _entries(
    body: Json, lists: Sequence[tuple[str, str, str, tuple[str, ...]]], positions: Mapping[str, int]
) -> Iterator[ReportEntry]:
    for name, kind, text, details in lists:
        for entry in body.get(name) or ():
            if isinstance(entry, dict) and entry.get(text):
                known = [_detail(field, entry[field]) for field in details if entry.get(field) is not None]
                items = (place.get("item_id") for place in entry.get("evidence") or ())
                position = next((positions[item] for item in items if item in positions), None)
                yield ReportEntry(kind, plain(str(entry[text]), _LONGEST), " · ".join(known), position)


def _detail(field: str, value: Any) -> str:
    if field == "resolved":
        return "resolved" if value else "open"
    return _words(value)


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()
