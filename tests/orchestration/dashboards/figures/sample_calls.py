"""Session documents of three months, so many and so unlike that filters leave rows; the edges of days and hours are among them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from contract.document.session import SessionDocument
from tests.support.documents import NOW
from tests.support.lake_samples import sample_documents

COPIES = 2
"""Of each sample call: 120 calls take some 20 s to analyse."""
VERSIONS = ("2026.11.1", "2026.11.2", "2026.11.3-rc", "")
HOT_CALL = 8
"""Place of a sample call whose score is above 80: its caller calls twice today, at two versions of the agent."""
_TIMES = frozenset({"started_at", "ended_at", "timestamp", "start_time", "end_time"})
_EDGES = (
    datetime(2026, 11, 26, 5, tzinfo=UTC),  # today begins in New York
    datetime(2026, 11, 26, 4, 59, 59, tzinfo=UTC),  # the last second of yesterday
    datetime(2026, 11, 25, 12, tzinfo=UTC),  # yesterday at this time
    datetime(2026, 11, 25, 11, 59, 59, tzinfo=UTC),
    datetime(2026, 11, 19, 11, 30, tzinfo=UTC),  # last week, before this time
    datetime(2026, 11, 19, 12, tzinfo=UTC),
    datetime(2026, 11, 1, 4, tzinfo=UTC),  # November begins, in summer time
    datetime(2026, 11, 2, 4, 30, tzinfo=UTC),  # still the 1st: winter time has begun
    datetime(2026, 10, 28, 4, tzinfo=UTC),  # the first of 30 days begins
    datetime(2026, 10, 1, 4, tzinfo=UTC),  # the quarter begins
    datetime(2026, 10, 1, 3, 59, 59, tzinfo=UTC),
    NOW - timedelta(hours=1),
)


def documents() -> Iterator[SessionDocument]:
    """Return the documents of the first delivery; ``corrections`` come later."""
    chance, starts = random.Random(19), list(_starts())
    originals = list(sample_documents())
    order = [number for number in range(len(originals)) if number != HOT_CALL] * COPIES
    chance.shuffle(order)
    for place, (number, start) in enumerate(zip([HOT_CALL, HOT_CALL, *order], starts, strict=False)):
        fields = {**_of_caller(place, number), **_of_agent(place, chance)}
        yield _moved(originals[number], start, f"figure_{place:03d}", fields)


def corrections(first: list[SessionDocument]) -> Iterator[SessionDocument]:
    """Return later revisions: a call that failed after all, one that is of another version, one that moved to another day."""
    failed, other, moved = first[14], first[21], first[33]
    yield _changed(failed, {"revision": 2, "disconnect_reason": "error"})
    yield _changed(
        other, {"revision": 2, "agent_version": VERSIONS[2], "transcript": other.model_dump(mode="json")["transcript"][:6]}
    )
    yield _moved(moved, moved.start_time - timedelta(days=2), moved.session_id, {"revision": 3})


def _starts() -> Iterator[datetime]:
    """Return the times of calls: the two of the hot lead, the last hour, today, edges, then ever longer ago."""
    chance = random.Random(7)
    yield from (NOW - timedelta(minutes=95), NOW - timedelta(minutes=35))
    yield from (
        NOW - timedelta(minutes=minutes, seconds=17) for minutes in (0, 3, 9, 21, 22, 48, 58, 59, 61, 75, 110, 170, 300, 360)
    )
    yield from _EDGES
    for days, calls in ((1, 14), (7, 34), (30, 34), (88, 60)):
        yield from (NOW - timedelta(seconds=chance.randrange(420, days * 86_400)) for _ in range(calls))


def _of_caller(place: int, number: int) -> dict[str, Any]:
    """A third keep the caller of the sample, so that callers return; others have a free address, or none."""
    if number == HOT_CALL or place % 3 == 0:
        return {}
    address = f"Person{place % 40}@{'gmail.com' if place % 2 else f'firm{place % 11}.example'}"
    return {
        "user_email": None if place % 7 == 0 else address,
        "user_name": None if place % 5 == 0 else f"Person {place % 40}",
        "participant_id": f"PA_{place % 40}",
    }


def _of_agent(place: int, chance: random.Random) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "agent_version": VERSIONS[place % 2] if place < len(VERSIONS) else chance.choice(VERSIONS[:3] * 5 + VERSIONS)
    }
    if place % 17 == 9:
        fields["complete"] = False
    if place % 23 == 11:
        fields |= {"consent": {"obtained": False}, "transcript": []}
    if place % 29 == 13:
        fields["test_call"] = True
    if place % 13 == 5:
        fields["connection"] = {"packet_loss": None, "jitter": 12}
    if place % 11 == 4:
        fields["models"] = {"llm": "gpt-4.1-mini", "stt": "deepgram/nova-3", "tts": "openai/tts-1"}
    if place % 19 == 6:
        fields["models"] = {"llm": "a model without a price", "stt": "deepgram/nova-3", "tts": "elevenlabs/eleven_turbo_v2_5"}
    return fields


def _moved(document: SessionDocument, start: datetime, name: str, fields: Mapping[str, Any]) -> SessionDocument:
    later = start - document.start_time
    return _changed(_shifted(document.model_dump(mode="json"), later), {"session_id": name, **fields})


def _changed(document: SessionDocument | dict[str, Any], fields: Mapping[str, Any]) -> SessionDocument:
    content = document if isinstance(document, dict) else document.model_dump(mode="json")
    number = int(content["session_id"][-3:]) if "session_id" not in fields else int(str(fields["session_id"])[-3:])
    content = {**content, **fields}
    return SessionDocument.model_validate({**content, **_of_tools(number, content), **_of_replies(number, content)})


def _of_tools(place: int, content: Mapping[str, Any]) -> dict[str, Any]:
    """Add searches that were asked before in another spelling, outages, and a second booking."""
    start, tool_calls = content["start_time"], list(content["tool_calls"])
    search = {"tool": "unleash_search_knowledge", "timestamp": start, "category": None, "error": None}
    if place % 4 == 1:
        spelt = ("How do I connect Zapier?", "  how do i  CONNECT zapier? ")[place % 8 == 1]
        tool_calls.append({**search, "query": spelt, "total_results": 3 * (place % 3), "category": "integrations"})
    if place % 6 == 2:
        tool_calls.append({**search, "query": f"mobile app {place % 5}", "total_results": 0, "category": "features"})
    if place % 10 == 3:
        tool_calls.append({**search, "query": "price of a seat", "total_results": None, "error": "timeout"})
    if place % 21 == 0:
        tool_calls += [{"tool": "book_sales_meeting", "timestamp": start, "success": True}] * 2
    return {"tool_calls": tool_calls if content["revision"] == 1 else content["tool_calls"]}


def _of_replies(place: int, content: Mapping[str, Any]) -> dict[str, Any]:
    """Make some replies slow, and leave sums unmeasured where their parts are known, or where one of them is not."""
    replies: list[dict[str, Any]] = []
    for number, reply in enumerate(content["metrics"]):
        changed = dict(reply)
        if place % 8 == 2 and number % 5 == 1 and content["revision"] == 1:
            changed["total_latency"] = (reply["total_latency"] or 900) * 3
        if place % 9 == 3:
            changed["total_latency"] = changed["total_tokens"] = None
        if place % 9 == 3 and number % 2:
            changed["llm_ttft"] = changed["completion_tokens"] = None
        replies.append(changed)
    return {"metrics": replies}


def _shifted(value: Any, later: timedelta) -> Any:
    """Move every time of a document."""
    if isinstance(value, list):
        return [_shifted(each, later) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: (datetime.fromisoformat(each) + later).isoformat() if name in _TIMES and each else _shifted(each, later)
        for name, each in value.items()
    }
