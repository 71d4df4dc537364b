"""Measure many calls at once: a thousand beside a running daemon, one very long among two hundred, ten thousand by command."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from benchmarks.analysis_cost import calls_per_second
from benchmarks.commands import arrive
from benchmarks.generated_calls import generated_calls
from benchmarks.measurement import Measurement, Part
from benchmarks.processes import VOICE, daemon, environment, run
from contract.document.delivery import deliver
from contract.platform.failures import VoiceError
from contract.platform.settings import Settings
from contract.platform.store import Store
from orchestration.state.database import StateDatabase
from orchestration.state.history import documents_and_rejections
from orchestration.warehouse.reader import open_published

BURST, BURST_SECONDS = 1000, 60.0
"""Calls that arrive at once, and the bound until all of them are published."""
BACKLOG, BUILD_SECONDS, MEMORY_MIB = 10_000, 90.0, 2048.0
"""Documents in an empty home; the bound of what is not analysis; the bound of memory."""
ORDINARY, LONG_TURNS = 200, 2000
"""Calls beside one of very many turns."""
_POLL_SECONDS = 0.25
"""Seconds between two looks, which bounds the error of a time."""
_LONGEST_WAIT_SECONDS = 600.0
"""Seconds after which calls count as lost and the benchmark fails."""


def measure(folder: Path) -> list[Measurement]:
    rate = calls_per_second()
    return [*_burst(folder / "burst", rate), *_long_call(folder), *_backlog(folder / "backlog", rate)]


def _burst(home: Path, rate: float) -> list[Measurement]:
    settings = Settings(home=home, store="", now=None)
    store = Store(settings.store_uri)
    with daemon(settings):
        for seed in range(3):
            _wait(settings, [arrive(store, seed)])
        now = datetime.now(UTC)
        calls = [_cold(call) for call in generated_calls(BURST, 40, now - timedelta(minutes=1), timedelta(hours=1))]
        (hot,) = generated_calls(1, 41, now)
        began = time.monotonic()
        names = _deliver(store, [*calls, hot], now)
        delivered = time.monotonic()
        first = _analysed(settings, hot["session_id"])
        _wait(settings, names)
    floor = (BURST / rate / 2, "analysing them on two cores")
    on = f"{BURST:,} calls in {delivered - began:.0f} s and a hot lead after them, dagster-daemon running"
    return [
        Measurement("backlog", "all of a burst published", time.monotonic() - delivered, "s", on, *floor, BURST_SECONDS),
        Measurement("backlog", "a hot lead among them analysed", first - delivered, "s", on),
    ]


def _cold(call: dict[str, Any]) -> dict[str, Any]:
    """Return the call without its meeting, so that it does not look like a hot lead."""
    return {**call, "tool_calls": [used for used in call["tool_calls"] if used["tool"] != "book_sales_meeting"]}


def _long_call(folder: Path) -> list[Measurement]:
    """Return how much later a batch ends for one call of very many turns, beside the time of that call alone."""
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    ordinary = list(generated_calls(ORDINARY, 42, now - timedelta(hours=1), timedelta(days=1)))
    long = _lengthened(next(iter(generated_calls(1, 43, now - timedelta(hours=1)))))
    seconds = {
        name: _run_all(folder / name, calls, now)
        for name, calls in (("warm", [long]), ("ordinary", ordinary), ("with", [*ordinary, long]), ("alone", [long]))
    }
    later = seconds["with"] - seconds["ordinary"]
    on = f"{ORDINARY} ordinary calls, an empty home each, voice run"
    own = f"the call of {LONG_TURNS:,} turns alone"
    alone = seconds["alone"]
    return [Measurement("backlog", f"a call of {LONG_TURNS:,} turns delays a batch by", later, "s", on, alone, own, alone)]


def _lengthened(call: dict[str, Any]) -> dict[str, Any]:
    """Return the call with its turns said over and over, each with an id of its own."""
    turns = call["transcript"]
    many = [{**turns[n % len(turns)], "id": f"item_{n:05d}"} for n in range(LONG_TURNS)]
    return {**call, "transcript": many, "metrics": []}


def _run_all(home: Path, calls: Iterable[dict[str, Any]], now: datetime) -> float:
    _deliver(Store(Settings(home=home, store="", now=now).store_uri), calls, now)
    return run([VOICE, "run"], environment(home, VOICE_NOW=now.isoformat())).seconds


def _backlog(home: Path, rate: float) -> list[Measurement]:
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    calls = generated_calls(BACKLOG, 44, now - timedelta(hours=1), timedelta(days=20))
    _deliver(Store(Settings(home=home, store="", now=now).store_uri), calls, now)
    whole = run([VOICE, "run"], environment(home))
    floor = BACKLOG / rate / 2
    on = f"{BACKLOG:,} generated calls of twenty days, an empty home"
    return [
        Measurement(
            "backlog", "voice run of a backlog", whole.seconds, "s", on, floor, "analysing them on two cores", floor + BUILD_SECONDS
        ),
        Measurement("backlog", "its peak memory, all processes", whole.peak_mib, "MiB", on, wanted=MEMORY_MIB),
    ]


def _deliver(store: Store, calls: Iterable[dict[str, Any]], now: datetime) -> list[str]:
    names: list[str] = []
    for call in calls:
        deliver(store, orjson.dumps(call), now=now)
        names.append(call["session_id"])
    return names


def _analysed(settings: Settings, session_id: str) -> float:
    """Return the moment (monotonic) at which the ledger has the call as analysed."""
    state = StateDatabase(settings.state)
    until = time.monotonic() + _LONGEST_WAIT_SECONDS
    while time.monotonic() < until:
        documents, _ = documents_and_rejections(state, session_id)
        if any(document["analysed_at"] for document in documents):
            return time.monotonic()
        time.sleep(_POLL_SECONDS)
    raise RuntimeError(f"The hot lead was not analysed within {_LONGEST_WAIT_SECONDS:.0f} s; see {settings.home / 'daemon.log'}")


def _wait(settings: Settings, session_ids: list[str]) -> None:
    until = time.monotonic() + _LONGEST_WAIT_SECONDS
    while time.monotonic() < until:
        if _published(settings, session_ids) == len(session_ids):
            return
        time.sleep(_POLL_SECONDS)
    raise RuntimeError(f"Not all calls were published within {_LONGEST_WAIT_SECONDS:.0f} s; see {settings.home / 'daemon.log'}")


def _published(settings: Settings, session_ids: list[str]) -> int:
    try:
        with open_published(settings) as connection:
            counted = connection.execute("select count(*) from sessions where list_contains(?, session_id)", [session_ids])
            return counted.fetchall()[0][0]
    except VoiceError:
        return 0


BACKLOG_PART = Part("backlog", "How long do many calls at once take?", measure)
