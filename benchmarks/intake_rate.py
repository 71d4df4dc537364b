"""How many documents a second intake takes: discovered, claimed, read, validated, in the ledger and in the lake."""

from __future__ import annotations

import gzip
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import dagster as dg
import orjson

from benchmarks.generated_calls import generated_calls, write_calls
from benchmarks.measurement import Measurement, Part
from contract.document.delivery import DeliveryOutcome, deliver_paths
from contract.document.session import SessionDocument
from contract.platform.settings import Settings
from orchestration.defs.assets.call_assets import BatchRun, calls_step
from orchestration.defs.assets.documents import SESSION_DOCUMENTS, write_documents
from orchestration.defs.assets.partitions import by_day, days_from
from orchestration.intake.discovery import discover
from orchestration.intake.planning import BatchPlan, next_plan
from orchestration.resources import Platform

DELIVERED, TAKEN_IN = 4000.0, 2000.0
"""Documents a second that are wanted at least."""
DOCUMENTS = 5000  # enough for ten batches
_NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def measure(folder: Path) -> list[Measurement]:
    with dg.DagsterInstance.ephemeral() as instance:
        _delivered_and_taken_in(folder / "warm", 1, partial(_in_a_run, instance))
        delivering, taking_in, batches = _delivered_and_taken_in(folder / "measured", DOCUMENTS, partial(_in_a_run, instance))
    _, without_runs, _ = _delivered_and_taken_in(folder / "without_runs", DOCUMENTS, _directly)
    bodies = [orjson.dumps(call) for call in _calls(DOCUMENTS)]
    on = f"{DOCUMENTS:,} generated calls of seven days on a local folder, one process, after start-up"
    validation = _floor(_validate, [gzip.compress(body, 6) for body in bodies], "gunzip and validation by pydantic")
    return [
        Measurement("intake", "documents delivered", DOCUMENTS / delivering, "/s", on, *_floor(_pack, bodies, "gzip"), DELIVERED),
        Measurement(
            "intake", f"documents taken in, {batches} runs of Dagster", DOCUMENTS / taking_in, "/s", on, *validation, TAKEN_IN
        ),
        Measurement(
            "intake", "documents taken in, without a run around it", DOCUMENTS / without_runs, "/s", on, *validation, TAKEN_IN
        ),
    ]


def _delivered_and_taken_in(home: Path, documents: int, take: Callable[[Platform, BatchPlan], None]) -> tuple[float, float, int]:
    """Seconds for delivering files as ``voice deliver`` does, seconds for taking in, and the number of batches."""
    write_calls(home / "incoming", _calls(documents))
    platform = Platform(Settings(home=home, store="", now=_NOW))
    began = time.perf_counter()
    outcomes = Counter(delivery.outcome for delivery in deliver_paths(platform.store, [home / "incoming"], now=_NOW))
    delivered = time.perf_counter()
    batches = _take_in(platform, take)
    finished = time.perf_counter()
    platform.state.close()
    if outcomes != {DeliveryOutcome.STORED: documents}:
        raise RuntimeError(f"of {documents} documents these were delivered: {dict(outcomes)}")
    return delivered - began, finished - delivered, batches


def _calls(count: int) -> Iterator[dict[str, Any]]:
    return generated_calls(count, 4, _NOW - timedelta(hours=1), timedelta(days=7))


def _take_in(platform: Platform, take: Callable[[Platform, BatchPlan], None]) -> int:
    """Batch after batch, as the sensor plans them; how many batches."""
    discover(platform.store, platform.state, _NOW)
    batches = 0
    while (plan := next_plan(platform.settings, platform.state, _NOW, platform.first_day)) and plan.store_keys:
        take(platform, plan)
        batches += 1
    return batches


def _in_a_run(instance: dg.DagsterInstance, platform: Platform, plan: BatchPlan) -> None:
    """Through the asset itself, as the sensor's runs do."""
    dg.materialize(
        [by_day(calls_step([SESSION_DOCUMENTS]), days_from(platform.first_day, _NOW))],
        instance=instance,
        partition_key=plan.partition.isoformat(),
        run_config={**plan.run_config, "loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        resources={"platform": platform},
    )


def _directly(platform: Platform, plan: BatchPlan) -> None:
    """As the asset does, without the events and the configuration of a run."""
    write_documents(BatchRun(platform, uuid4().hex, [plan.partition], plan.store_keys, frozenset()))


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
