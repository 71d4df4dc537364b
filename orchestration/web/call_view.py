"""Word what a call's page shows: figures with units, local times, and a dash for what was not measured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import groupby
from typing import Any, Literal

from contract.platform.times import aware
from orchestration.dashboards.links import page_of
from orchestration.dashboards.names import COMPONENTS
from orchestration.reports.display_names import DisplayNames
from orchestration.reports.wording import counted, dollars, moment, plain, rounded
from orchestration.web.call_reports import ReportView, report_views
from orchestration.web.call_rows import CallRows
from orchestration.web.call_timeline import TimelineView, timeline_view
from orchestration.web.evidence_marks import MarkedSpan, TextPart, parts_of, spans_by_item
from orchestration.web.roles import Rights

Row = Mapping[str, Any]
NOT_MEASURED = "–"
_KEY_DIGITS = 8  # of a lead key as a name: enough to tell leads of a list apart
_QUOTED_CHARACTERS = 160  # of a quote beside a factor; the transcript has the rest
_NOTICES = {
    "rejected": ("This call could not be used.", "Its document was rejected; the data team sees the reason with 'voice status'."),
    "analysed": ("This call is analysed and not published yet.", "Its page fills in with the next build, usually within minutes."),
    "pending": ("This call has been received and is being processed.", "Open the page again in a minute."),
    "test": ("This is a test call.", "Test calls are kept out of figures, deliveries and this page."),
}


@dataclass(frozen=True)
class ValueWithLabel:
    """A fact with its label; ``unit`` is shown smaller beside the value."""

    label: str
    value: str
    unit: str = ""


@dataclass(frozen=True)
class Badge:
    text: str
    tone: Literal["good", "warn", "bad", "quiet"] = "quiet"


@dataclass(frozen=True)
class QuoteLink:
    """Words a factor rests on, and the position of their turn; None when it is not in the transcript."""

    text: str
    position: int | None


@dataclass(frozen=True)
class FactorLine:
    name: str
    points: str
    why: str
    quotes: tuple[QuoteLink, ...]


@dataclass(frozen=True)
class ComponentBar:
    """A component of the score; ``percent`` is the filled part of its bar."""

    name: str
    points: str
    possible: str
    percent: int
    factors: tuple[FactorLine, ...]


@dataclass(frozen=True)
class TurnLine:
    """``parts`` is the text, with what the reports rest on marked; ``silence`` is what nobody spoke after it."""

    position: int
    role: str
    text: str
    at: str
    remarks: tuple[str, ...]
    sentiment: str
    parts: tuple[TextPart, ...] = ()
    silence: str = ""


@dataclass(frozen=True)
class CallView:
    """Everything a call's page shows, as text. ``notice`` is set instead of the rest while there is nothing published."""

    session_id: str
    title: str
    subtitle: str
    when: str
    badges: tuple[Badge, ...] = ()
    figures: tuple[ValueWithLabel, ...] = ()
    score: str = NOT_MEASURED
    score_percent: int = 0
    temperature: str = ""
    components: tuple[ComponentBar, ...] = ()
    summary: tuple[str, ...] = ()
    lead: tuple[ValueWithLabel, ...] = ()
    turns: tuple[TurnLine, ...] = ()
    timeline: TimelineView | None = None
    reports: tuple[ReportView, ...] = ()
    lead_page: str = ""
    events: tuple[tuple[str, str], ...] = ()
    zone: str = ""
    operations: tuple[tuple[str, tuple[str, ...]], ...] = ()
    notice: tuple[str, str] | None = None


def call_view(call: CallRows, rights: Rights, zone: tzinfo, names: DisplayNames) -> CallView:
    """Word the facts for one role; the same facts give the same view."""
    common: dict[str, Any] = {
        "session_id": call.session_id,
        "events": tuple(_events(call, zone)),
        "zone": str(zone),
        "operations": tuple(_operations(call, zone)) if rights.operations else (),
    }
    if not call.facts:
        return CallView(title="Call", subtitle=call.session_id, when="", notice=_notice(call), **common)
    facts = call.facts
    title, subtitle = _caller(facts, call.identity)
    positions = {turn["item_id"]: turn["position"] for turn in call.turns}
    spans = spans_by_item(call.reports, {turn["item_id"]: turn["text"] or "" for turn in call.turns})
    silences = {gap["after_item_id"]: gap["seconds"] for gap in call.gaps}
    return CallView(
        title=title,
        subtitle=subtitle,
        when=moment(aware(facts["start_time"]), zone),
        badges=tuple(_badges(facts)),
        figures=tuple(_figures(facts)),
        score=_number(facts["lead_score"]),
        score_percent=max(0, min(100, facts["lead_score"] or 0)),
        temperature=facts["temperature"] or "",
        components=tuple(_components(call.score, positions)),
        summary=tuple((call.words.get("summary") or "").split("\n\n")) if call.words.get("summary") else (),
        lead=tuple(_lead(facts, call, names)),
        turns=tuple(_turn(turn, spans.get(turn["item_id"], ()), silences.get(turn["item_id"])) for turn in call.turns),
        timeline=timeline_view(call.timeline, call.gaps),
        reports=report_views(call.figures, call.reports, positions),
        lead_page=page_of("lead", facts) if facts["lead_key"] else "",
        **common,
    )


def lead_name(lead_key: str | None) -> str:
    """Name a caller by the key alone, for roles that may not see who it is."""
    return f"Lead {lead_key[:_KEY_DIGITS]}" if lead_key else "Unknown caller"


def clock_time(seconds: float | None) -> str:
    """``3:29``: minutes and seconds."""
    return NOT_MEASURED if seconds is None else f"{int(seconds) // 60}:{int(seconds) % 60:02d}"  # seconds in a minute


def words_of(key: str | None) -> str:
    """Write a value of a closed list as words: ``this_week`` becomes ``This week``."""
    return key.replace("_", " ").capitalize() if key else NOT_MEASURED


def _caller(facts: Row, identity: Row) -> tuple[str, str]:
    known = [plain(identity[field]) for field in ("name", "company", "email") if identity.get(field)]
    return (known[0], " · ".join(known[1:])) if known else (lead_name(facts["lead_key"]), "")


def _badges(facts: Row) -> Iterator[Badge]:
    if facts["qualification_tier"]:
        yield Badge(facts["qualification_tier"], "good" if facts["qualification_tier"] == "Tier 1" else "quiet")
    if facts["meeting_booked"]:
        yield Badge("Meeting booked", "good")
    if facts["sentiment"]:
        tones: dict[str, Literal["good", "bad"]] = {"positive": "good", "negative": "bad"}
        yield Badge(f"{facts['sentiment'].capitalize()} mood", tones.get(facts["sentiment"], "quiet"))
    if not facts["complete"]:
        yield Badge("Incomplete", "warn")
    if facts["disconnect_reason"] == "error":
        yield Badge("Ended by an error", "bad")


def _figures(facts: Row) -> Iterator[ValueWithLabel]:
    engagement, latency = facts["engagement_score"], facts["average_latency_ms"]
    yield ValueWithLabel("Duration", clock_time(facts["duration_seconds"]), "min")
    yield ValueWithLabel("Engagement", _number(engagement, 1), "/10" if engagement is not None else "")
    yield ValueWithLabel("Average reply", _number(latency), "ms" if latency is not None else "")
    cost = dollars(float(facts["usd"])) if facts["usd"] is not None else NOT_MEASURED
    yield ValueWithLabel("Cost", cost, "" if facts["fully_priced"] or facts["usd"] is None else "at least")
    yield ValueWithLabel("Turns", _number(facts["turn_count"]), counted(facts["interruption_count"] or 0, "interruption"))


def _components(score: Sequence[Row], positions: Mapping[str, int]) -> Iterator[ComponentBar]:
    by_component = {
        name: list(rows) for name, rows in groupby(sorted(score, key=lambda f: f["component"]), lambda f: f["component"])
    }
    for key, name in COMPONENTS.items():
        if factors := by_component.get(key):
            points, possible = sum(f["points"] for f in factors), sum(f["possible"] for f in factors)
            filled = round(100 * points / possible) if possible else 0
            lines = tuple(_factor(factor, positions) for factor in sorted(factors, key=lambda f: -f["points"]))
            yield ComponentBar(name, _number(points), _number(possible), filled, lines)


def _factor(factor: Row, positions: Mapping[str, int]) -> FactorLine:
    quoted = dict(zip(factor.get("quotes") or (), factor.get("item_ids") or (), strict=False))
    quotes = tuple(QuoteLink(plain(text, _QUOTED_CHARACTERS), positions.get(item)) for text, item in quoted.items())
    return FactorLine(words_of(factor["factor"]), _number(factor["points"], 1), factor.get("why") or "", quotes)


def _lead(facts: Row, call: CallRows, names: DisplayNames) -> Iterator[ValueWithLabel]:
    needs = ", ".join(names.integration(key) for key in facts["integration_needs"] or ())
    volume = facts["monthly_volume"]
    yield ValueWithLabel("Industry", names.industry(facts["industry"]) if facts["industry"] else NOT_MEASURED)
    yield ValueWithLabel("Team", counted(facts["team_size"], "person", "people") if facts["team_size"] else NOT_MEASURED)
    yield ValueWithLabel("Volume", f"{volume:,} documents a month" if volume else NOT_MEASURED)
    yield ValueWithLabel("Needs", needs or NOT_MEASURED)
    yield ValueWithLabel("Decision", words_of(facts["decision_timeline"]))
    yield ValueWithLabel("Authority", words_of(facts["budget_authority"]))
    yield ValueWithLabel("Urgency", words_of(facts["urgency"]))
    if call.words:
        yield ValueWithLabel("Use", plain(call.words["use_case"]).capitalize() if call.words["use_case"] else NOT_MEASURED)
        yield ValueWithLabel("Uses today", plain(call.words["current_tool"]) if call.words["current_tool"] else NOT_MEASURED)
    if call.identity.get("location"):
        yield ValueWithLabel("Location", plain(call.identity["location"]))
    yield ValueWithLabel("Next", words_of(facts["next_action"]))
    yield ValueWithLabel("Calls so far", _number(facts["total_calls"]))


def _turn(turn: Row, spans: Sequence[MarkedSpan], silence: float | None) -> TurnLine:
    remarks = [f"{turn['latency_ms'] / 1000:.1f} s to reply"] if turn["latency_ms"] is not None else []  # milliseconds in a second
    remarks += ["interrupted"] if turn["interrupted"] else []
    offset = turn["offset_ms"]
    at = clock_time(offset / 1000 if offset is not None else None)  # milliseconds in a second
    text, mood = turn["text"] or "", turn["sentiment"] or ""
    between = f"{silence:.1f} s of dead air" if silence is not None else ""
    return TurnLine(turn["position"], turn["role"], text, at, tuple(remarks), mood, parts_of(text, spans), between)


def _events(call: CallRows, zone: tzinfo) -> Iterator[tuple[str, str]]:
    """Yield time and text of each event; equal ones of the same second are one with their number."""
    shown = [(f"{at.astimezone(zone):%b %d, %H:%M:%S}", _event_words(what)) for at, what in call.events]
    for (at, what), number in Counter(shown).items():
        yield at, what if number == 1 else f"{what} (×{number})"


def _event_words(what: str) -> str:
    destination, colon, rest = what.partition(": ")
    if not colon:
        return f"{what[:1].upper()}{what[1:]}"
    kind, _, state = rest.rpartition(" ")
    return f"Alert: {rest}" if destination == "alert" else f"{destination.capitalize()}: {kind} {state}"


def _operations(call: CallRows, zone: tzinfo) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "Documents", tuple(f"{d['store_key']} · revision {d['revision']} · {d['state']}" for d in call.documents)
    yield "Rejections", tuple(f"{r['reason']}: {r['detail']} {r['remedy']}" for r in call.rejections)
    held_back = (d for d in call.deliveries if d["state"] != "sent")
    yield (
        "Not delivered",
        tuple(f"{d['destination']} {d['kind']} · {d['state']} · {d['reason'] or 'no reason given'}" for d in held_back),
    )
    yield "Opened by", tuple(f"{_local(v['viewed_at'], zone)} · {v['viewer']} · {v['role']}" for v in call.views)


def _local(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%b %d, %H:%M}"


def _notice(call: CallRows) -> tuple[str, str]:
    states = {document["state"] for document in call.documents}
    if "analysed" in states:
        return _NOTICES["test" if any(document.get("test_call") for document in call.documents) else "analysed"]
    return _NOTICES["rejected" if states == {"rejected"} else "pending"]


def _number(value: float | None, places: int = 0) -> str:
    return NOT_MEASURED if value is None else rounded(value, places)
