"""Measure the time from a stored document to its published rows, with the daemon running and calls coming in."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

from analyzers.command import analyze_documents
from analyzers.language.engines import engine_named
from benchmarks.commands import arrive
from benchmarks.generated_calls import generated_calls
from benchmarks.measurement import Measurement, Part, percentile
from benchmarks.processes import daemon
from contract.platform.failures import VoiceError
from contract.platform.settings import Settings
from contract.platform.store import Store
from contract.reference import Reference
from orchestration.warehouse.reader import open_published

CALLS = 12
"""Calls that are measured: two minutes of arrivals; the 95th percentile is then the slowest of them."""
EVERY_SECONDS = 10.0
"""Seconds between two arrivals: six calls a minute."""
WANTED_SECONDS = 15.0
"""Bound of the 95th percentile."""
_BUILDS_FIRST = 3
"""Calls before the measured ones: the first build makes the warehouse, the second the script of those after it."""
_POLL_SECONDS = 0.25
"""Seconds between two looks at the published warehouse, which bounds the error of a delay."""
_LONGEST_WAIT_SECONDS = 120.0
"""Seconds after which a call counts as lost and the benchmark fails."""


def measure(folder: Path) -> list[Measurement]:
    settings = Settings(home=folder / "daemon", store="", now=None)
    with daemon(settings):
        for seed in range(1, _BUILDS_FIRST + 1):
            _delays(settings, calls=1, seed=seed)
        delays = _delays(settings, CALLS, seed=9)
    on = f"{CALLS} generated calls, one every {EVERY_SECONDS:.0f} s, dagster-daemon running, local store"
    floor = (_warm_analysis_seconds(), "reading and analysing the call in a warm process")
    return [
        Measurement("freshness", "stored to published, median", percentile(delays, 0.5), "s", on, *floor),
        Measurement("freshness", "stored to published, 95th percentile", percentile(delays, 0.95), "s", on, *floor, WANTED_SECONDS),
    ]


def _warm_analysis_seconds() -> float:
    now, reference = datetime.now(UTC), Reference()
    engine = engine_named("embedded", reference)
    bodies = [(call["session_id"], orjson.dumps(call)) for call in generated_calls(20, 9, now - timedelta(hours=1))]
    list(analyze_documents(bodies[:10], engine, reference, now, 1))
    began = time.perf_counter()
    list(analyze_documents(bodies[10:], engine, reference, now, 1))
    return (time.perf_counter() - began) / 10


def _delays(settings: Settings, calls: int, seed: int) -> list[float]:
    """Return the seconds from stored to published of each call; calls arrive on time, whether or not the last is published."""
    store, waiting, delays = Store(settings.store_uri), dict[str, float](), list[float]()
    began = time.monotonic()
    delivered = 0
    while len(delays) < calls:
        moment = time.monotonic()
        if delivered < calls and moment - began >= delivered * EVERY_SECONDS:
            waiting[arrive(store, seed * 1000 + delivered)] = time.monotonic()
            delivered += 1
        for session_id in _published(settings, list(waiting)):
            delays.append(time.monotonic() - waiting.pop(session_id))
        if waiting and moment - min(waiting.values()) > _LONGEST_WAIT_SECONDS:
            raise RuntimeError(f"A call was not published within {_LONGEST_WAIT_SECONDS:.0f} s; see {settings.home / 'daemon.log'}")
        time.sleep(_POLL_SECONDS)
    return delays


def _published(settings: Settings, session_ids: list[str]) -> list[str]:
    if not session_ids:
        return []
    try:
        with open_published(settings) as connection:
            rows = connection.execute("select session_id from sessions where list_contains(?, session_id)", [session_ids])
            return [session_id for (session_id,) in rows.fetchall()]
    except VoiceError:
        return []


FRESHNESS = Part("freshness", "How soon after a call are its rows published?", measure)
