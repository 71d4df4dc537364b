"""How many documents a second intake takes: discovered, claimed, read, validated, in the ledger and in the lake."""

from __future__ import annotations

import gzip
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import orjson

from benchmarks.generated_calls import generated_calls
from benchmarks.measurement import Measurement, Part
from contract.document.delivery import deliver
from contract.document.session import SessionDocument
from contract.platform.settings import Settings
from orchestration.defs.assets.call_assets import calls_step
from orchestration.defs.assets.documents import SESSION_DOCUMENTS
from orchestration.defs.assets.partitions import by_day, days_from
from orchestration.intake.discovery import discover
from orchestration.intake.planning import next_plan
from orchestration.resources import Platform

DOCUMENTS = 5000  # enough for ten batches
_NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def measure(folder: Path) -> list[Measurement]:
    bodies = [orjson.dumps(call) for call in generated_calls(DOCUMENTS, 4, _NOW - timedelta(hours=1), timedelta(days=7))]
    _delivered_and_taken_in(folder / "warm", bodies[:1])
    delivering, taking_in, batches = _delivered_and_taken_in(folder / "measured", bodies)
    on = f"{DOCUMENTS:,} generated calls of seven days on a local folder, one process, after start-up"
    return [
        Measurement("intake", "documents delivered", DOCUMENTS / delivering, "/s", on, *_floor(_pack, bodies, "gzip")),
        Measurement(
            "intake",
            f"documents taken in, {batches} batches",
            DOCUMENTS / taking_in,
            "/s",
            on,
            *_floor(_validate, [gzip.compress(body, 6) for body in bodies], "gunzip and validation by pydantic"),
        ),
    ]


def _delivered_and_taken_in(home: Path, bodies: list[bytes]) -> tuple[float, float, int]:
    """Seconds for delivering, seconds for taking in, and the number of batches."""
    platform = Platform(Settings(home=home, store="", now=_NOW))
    began = time.perf_counter()
    for body in bodies:
        deliver(platform.store, body, now=_NOW)
    delivered = time.perf_counter()
    batches = _take_in(platform)
    finished = time.perf_counter()
    platform.state.close()
    return delivered - began, finished - delivered, batches


def _take_in(platform: Platform) -> int:
    """Batch after batch through the asset itself, as the sensor's runs would; how many batches."""
    discover(platform.store, platform.state, _NOW)
    batches = 0
    with dg.DagsterInstance.ephemeral() as instance:
        while plan := next_plan(platform.settings, platform.state, _NOW, platform.first_day):
            if not plan.store_keys:
                break
            dg.materialize(
                [by_day(calls_step([SESSION_DOCUMENTS]), days_from(platform.first_day, _NOW))],
                instance=instance,
                partition_key=plan.partition.isoformat(),
                run_config={**plan.run_config, "loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
                resources={"platform": platform},
            )
            batches += 1
    return batches


def _floor(work: Callable[[bytes], object], bodies: list[bytes], name: str) -> tuple[float, str]:
    began = time.perf_counter()
    for body in bodies:
        work(body)
    return len(bodies) / (time.perf_counter() - began), name


def _pack(body: bytes) -> bytes:
    return gzip.compress(body, 6)


def _validate(packed: bytes) -> SessionDocument:
    return SessionDocument.model_validate_json(gzip.decompress(packed))


INTAKE = Part("intake", "How many documents a second can be taken in?", measure)
