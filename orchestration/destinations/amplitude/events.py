"""Build the six events of a call and the profile of a caller, with exactly the names and types of spec 5.

An event's key comes from its content, never from its place in a list, so a correction that moves entries creates no new event.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

from contract.platform.times import moment_text

SEARCH = "unleash_search_knowledge"
BOOKING = "book_sales_meeting"
LONGEST_TEXT = 1024
"""Characters: Amplitude cuts longer values without an error."""
SHORTEST_ID = 5  # characters: the vendor refuses shorter user and device ids
MARK = " […]"


@dataclass(frozen=True)
class AmplitudeUser:
    """The user of an event. ``user_id`` is the e-mail address; a caller without one is a device, by participant id."""

    email: str | None
    participant_id: str | None

    @property
    def identity(self) -> dict[str, str]:
        if self.email:
            return {"user_id": self.email.lower()}
        return {"device_id": self.participant_id} if self.participant_id else {}


@dataclass(frozen=True)
class ToolUse:
    tool: str
    at: datetime | None
    query: str | None = None
    category: str | None = None
    results_found: bool | None = None
    total_results: int | None = None
    success: bool | None = None
    meeting_time: datetime | None = None
    preferred_date: str | None = None
    preferred_time: str | None = None
    error: str | None = None


@dataclass(frozen=True)
class DiscussedFeature:
    name: str
    interest: str
    context: str
    at: datetime | None


@dataclass(frozen=True)
class AmplitudeCall:
    """One session of the warehouse; times are aware, None means not measured."""

    session_id: str
    caller: AmplitudeUser
    start_time: datetime
    ended: datetime
    complete: bool
    duration_seconds: int | None
    turn_count: int
    qualification_tier: str | None
    engagement_score: float | None
    sentiment: str | None
    meeting_booked: bool
    interruption_count: int
    turn_balance: float | None
    dead_air_percentage: float | None
    natural_ending: bool | None
    latency: Mapping[str, Any]
    components: Mapping[str, Any]
    total_tokens: int | None
    tools: Sequence[ToolUse] = ()
    features: Sequence[DiscussedFeature] = ()


@dataclass(frozen=True)
class Profile:
    """A caller over all calls (a row of ``leads``)."""

    lead_key: str
    latest_session_id: str
    caller: AmplitudeUser
    last_call: datetime
    properties: Mapping[str, Any]


@dataclass(frozen=True)
class Event:
    """One event. ``key`` never changes; ``insert_id`` is a hash of key and content."""

    key: str
    session_id: str
    caller: AmplitudeUser
    event_type: str
    time: datetime
    event_properties: Mapping[str, Any] = field(default_factory=dict[str, Any])
    user_properties: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def content(self) -> str:
        parts = (self.event_type, _milliseconds(self.time), self.caller.identity, self.event_properties, self.user_properties)
        return _hash(*parts)

    @property
    def insert_id(self) -> str:
        return _hash(self.session_id, self.key, self.content)

    def body(self, insert_id: str | None = None) -> dict[str, Any]:
        """Return one entry of ``events`` of the HTTP V2 API."""
        known = {"event_type": self.event_type, "time": _milliseconds(self.time), "insert_id": insert_id or self.insert_id}
        properties = {"event_properties": dict(self.event_properties), "user_properties": dict(self.user_properties)}
        return {**known, **self.caller.identity, **{name: value for name, value in properties.items() if value}}


def events_of(call: AmplitudeCall) -> list[Event]:
    """Return every event of one session; unmeasured properties are left out, those the spec calls 'or null' are null."""
    session = {"session_id": call.session_id}

    def event(key: str, name: str, at: datetime | None, properties: Mapping[str, Any]) -> Event:
        measured = {property_: _short(value) for property_, value in properties.items()}
        return Event(f"{call.session_id}|{key}", call.session_id, call.caller, name, at or call.ended, {**measured, **session})

    completed = _measured(
        duration_seconds=call.duration_seconds,
        turn_count=call.turn_count,
        qualification_tier=call.qualification_tier,
        engagement_score=call.engagement_score,
        sentiment=call.sentiment,
        meeting_booked=call.meeting_booked,
        tool_calls_count=len(call.tools),
    )
    quality = _measured(
        quality_score=call.engagement_score,
        turn_balance=call.turn_balance,
        interruption_count=call.interruption_count,
        dead_air_percentage=call.dead_air_percentage,
        natural_ending=call.natural_ending,
    )
    found = [event("completed", "voice_trial_session_completed", call.ended, completed)]
    found += [event(key, name, tool.at, properties) for key, name, tool, properties in _tool_events(call)]
    for feature in call.features:
        properties = {"feature_name": feature.name, "interest_level": feature.interest, "context": feature.context}
        found.append(event(f"feature {feature.name}", "feature_discussed", feature.at, properties))
    if call.engagement_score is not None:
        found.append(event("quality", "conversation_quality_measured", call.ended, quality))
    if call.latency.get("measured_replies"):
        found.append(event("latency", "latency_measured", call.ended, _latency(call)))
    return found


def profile_event(profile: Profile) -> Event:
    """Return ``$identify`` with ``$set``: ``total_calls`` is the warehouse's count, so a replay never counts twice (spec 5.2)."""
    properties = {**profile.properties, "last_call_date": _iso(profile.last_call)}
    properties["qualification_tier"] = properties.get("qualification_tier") or "Unknown"
    key, session = profile.lead_key, profile.latest_session_id
    return Event(key, session, profile.caller, "$identify", profile.last_call, user_properties={"$set": properties})


def suppressed(event: Event) -> str | None:
    """Return why Amplitude would refuse the event; None when it would accept it."""
    identity = event.caller.identity
    if not identity:
        return "The call has neither an e-mail address nor a participant id: Amplitude needs one of them."
    if len(next(iter(identity.values()))) < SHORTEST_ID:
        return f"Amplitude accepts no ids of under {SHORTEST_ID} characters."
    return None


def _tool_events(call: AmplitudeCall) -> Iterator[tuple[str, str, ToolUse, Mapping[str, Any]]]:
    seen: dict[str, int] = {}
    for tool in call.tools:
        named = _tool_event(call, tool)
        if named is None:
            continue
        name, about, properties = named
        key = f"{tool.tool} {_hash(_iso(tool.at), *about)[:16]}"
        seen[key] = seen.get(key, 0) + 1
        yield (key if seen[key] == 1 else f"{key} {seen[key]}"), name, tool, properties


def _tool_event(call: AmplitudeCall, tool: ToolUse) -> tuple[str, tuple[Any, ...], Mapping[str, Any]] | None:
    if tool.tool == SEARCH:
        found = _measured(results_found=tool.results_found, total_results=tool.total_results)
        return "knowledge_base_searched", (tool.query, tool.category), {"query": tool.query, "category": tool.category, **found}
    if tool.tool == BOOKING:
        asked = {"preferred_date": tool.preferred_date, "preferred_time": tool.preferred_time}
        booked = {"meeting_time": _iso(tool.meeting_time), **asked, "success": bool(tool.success)}
        tier = _measured(qualification_tier=call.qualification_tier)
        return "sales_meeting_booked", tuple(asked.values()), {**_measured(**booked), **tier}
    return None


def _latency(call: AmplitudeCall) -> dict[str, Any]:
    def whole(value: float | None) -> int | None:
        return None if value is None else round(value)

    def average(component: str) -> int | None:
        return whole((call.components.get(component) or {}).get("average"))

    return _measured(
        avg_latency_ms=whole(call.latency.get("average")),
        p95_latency_ms=whole(call.latency.get("p95")),
        max_latency_ms=whole(call.latency.get("max")),
        avg_llm_ttft_ms=average("llm_ttft"),
        avg_tts_ttfb_ms=average("tts_ttfb"),
        total_tokens=call.total_tokens,
    )


def _measured(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _short(value: Any) -> Any:
    return value[: LONGEST_TEXT - len(MARK)] + MARK if isinstance(value, str) and len(value) > LONGEST_TEXT else value


def _milliseconds(time: datetime) -> int:
    return round(time.timestamp() * 1000)


def _iso(time: datetime | None) -> str | None:
    return None if time is None else moment_text(time.astimezone(UTC), "milliseconds")


def _hash(*parts: Any) -> str:
    return hashlib.sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]
