"""Read calls and callers from the published warehouse; keys are bound, never written into SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import orjson

from contract.platform.times import aware
from orchestration.destinations.amplitude.events import AmplitudeCall, AmplitudeUser, Profile, ToolUse
from orchestration.destinations.amplitude.features import features_of
from orchestration.warehouse.queries import Row, SqlFolder
from orchestration.warehouse.selection import PublishedVersion, select_calls_of, select_sessions

_QUERIES = SqlFolder(Path(__file__).parent)
_PROFILE = ("team_size", "monthly_volume", "industry", "location", "qualification_tier", "lead_score", "total_calls")


def read_calls(version: PublishedVersion, sessions: Sequence[str]) -> Iterator[AmplitudeCall]:
    """Yield the calls of these sessions, ordered by start; calls no longer in the warehouse are missing."""
    select_sessions(version, sessions, ("sessions", "session_facts", "analysis_results", "tool_calls", "turns"))
    tools: defaultdict[str, list[ToolUse]] = defaultdict(list)
    for row in _QUERIES.each(version.connection, "tools"):
        times: Row = {name: aware(row[name]) for name in ("at", "meeting_time")}
        tools[row.pop("session_id")].append(ToolUse(**{**row, **times}))
    spoken_at: defaultdict[str, dict[str, datetime]] = defaultdict(dict)
    for row in _QUERIES.each(version.connection, "utterances"):
        spoken_at[row["session_id"]][row["item_id"]] = aware(row["started_at"])
    for row in _QUERIES.each(version.connection, "calls"):
        yield _call(row, tools[row["session_id"]], spoken_at[row["session_id"]])


def read_profiles(version: PublishedVersion, lead_keys: Sequence[str]) -> list[Profile]:
    """Read the profiles of these callers, ordered by lead key."""
    found: list[Profile] = []
    select_calls_of(version, lead_keys, ("sessions", "turns"))
    for row in _QUERIES.each(version.connection, "profiles", {"keys": list(lead_keys)}):
        caller = AmplitudeUser(row["email"], row["participant_id"])
        last_call = aware(row["last_call_date"])
        properties = {name: row[name] for name in _PROFILE}
        found.append(Profile(row["lead_key"], row["latest_session_id"], caller, last_call, properties))
    return found


def _call(row: Row, tools: Sequence[ToolUse], spoken_at: dict[str, datetime]) -> AmplitudeCall:
    performance, sales = (orjson.loads(row.pop(name) or "{}") or {} for name in ("performance", "sales"))
    actions = orjson.loads(row.pop("actions") or "[]") or []
    start = aware(row.pop("start_time"))
    end = aware(row.pop("end_time")) or start + timedelta(seconds=row["duration_seconds"] or 0)
    caller = AmplitudeUser(row.pop("email"), row.pop("participant_id"))
    measured: Row = {"latency": performance.get("latency") or {}, "components": performance.get("components") or {}}
    return AmplitudeCall(
        **row, **measured, caller=caller, start_time=start, ended=end, tools=tools, features=features_of(sales, actions, spoken_at)
    )
