"""Compare the warehouse at a million calls with one at ten thousand (spec 8.3): builds, publishing, queries, bytes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from threading import Event, Thread

import dagster as dg
from rich.console import Console

from benchmarks.dashboard_queries import questions
from benchmarks.generated_calls import generated_calls, write_calls
from benchmarks.measurement import Measurement, Part
from benchmarks.warehouse_history import BASE_CALLS, make_history
from contract.document.delivery import deliver_paths
from contract.platform.settings import Settings
from orchestration.defs.assets.warehouse_build import renew_warehouse
from orchestration.defs.in_process import QUIET
from orchestration.defs.live import PROCESS_CALLS, call_assets, live_definitions
from orchestration.intake.discovery import discover
from orchestration.intake.planning import next_plan
from orchestration.resources import Platform
from orchestration.warehouse.publish import publish
from orchestration.warehouse.reader import open_published

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SIZES = tuple(int(size) for size in os.environ.get("BENCH_SESSIONS", "10000,1000000").split(","))
BATCH = 100
"""New calls of an incremental build."""
_SEED = 100
"""First seed of the new calls, above those of the history, so that their ids differ."""
GROWTH = 1.3
"""How many times as long as at the smallest history a build may take at a greater one."""
ROUNDS = 3
"""Builds that are measured; the median of them is reported."""
SPANS = (("24 hours", timedelta(hours=24), 0.2), ("90 days", timedelta(days=90), 2.0), ("a year", timedelta(days=365), 10.0))


def measure(
    folder: Path, sizes: Sequence[int] = SIZES, *, base: int = BASE_CALLS, batch: int = BATCH, rounds: int = ROUNDS
) -> list[Measurement]:
    """Measure at each size of history; ``base``, ``batch`` and ``rounds`` are the constants, fewer in a short form."""
    found: list[Measurement] = []
    builds: list[float] = []
    console = Console(stderr=True)
    for size in sizes:
        home = folder / str(size)
        settings = make_history(home, size, NOW, lambda step: console.print(step, style="dim"), base)
        found += _first_publication(settings, size)
        build, publication, longest_read = _rounds(settings, rounds, batch)
        builds.append(build)
        on = f"{size:,} calls over a year, {batch} new ones, median of {rounds}"
        same = f"the same at {sizes[0]:,} calls"
        found.append(Measurement("warehouse", "incremental build", build, "s", on, builds[0], same, GROWTH * builds[0]))
        found.append(Measurement("warehouse", "publishing it", publication, "s", on, wanted=10.0))
        found.append(Measurement("warehouse", "longest wait of a reader meanwhile", longest_read, "s", on))
        found += _questions(settings, size)
    return found


def _first_publication(settings: Settings, size: int) -> list[Measurement]:
    seconds = _seconds(lambda: publish(settings))
    on = f"{size:,} calls of 24 utterances and 12 replies"
    written = settings.warehouse_path.stat().st_size / size / 1024
    published = sum(path.stat().st_size for path in settings.published_dir.rglob("*") if path.is_file()) / size / 1024
    state = settings.state_path.stat().st_size / size / 1024
    return [
        Measurement("warehouse", "publishing everything for the first time", seconds, "s", on),
        Measurement("warehouse", "disk of a call, warehouse", written, "KiB", on),
        Measurement("warehouse", "disk of a call, published", published, "KiB", on),
        Measurement("warehouse", "disk of a call, state", state, "KiB", on),
    ]


def _rounds(settings: Settings, rounds: int, batch: int) -> tuple[float, float, float]:
    """Return the seconds of a build, of its publication, and of the slowest read that ran during both."""
    platform = Platform(settings)
    builds, publications = list[float](), list[float]()
    analyse_new_calls(platform, 0, batch)
    renew(platform)
    publish(settings)
    done, waits = Event(), list[float]()
    for round_ in range(1, rounds + 1):
        before = _count(settings)
        analyse_new_calls(platform, round_, batch)
        done.clear()
        reader = Thread(target=_read, args=(settings, done, waits))
        reader.start()
        builds.append(_seconds(lambda: renew(platform)))
        publications.append(_seconds(lambda: publish(settings)))
        done.set()
        reader.join()
        if _count(settings) != before + batch:
            raise RuntimeError(f"a round brought {_count(settings) - before} calls, not {batch}: its figures say nothing")
    platform.state.close()
    return median(builds), median(publications), max(waits)


def renew(platform: Platform) -> None:
    """Build incrementally; raises where that was impossible, because its figures would say nothing."""
    result = renew_warehouse(platform)
    if result.full_refresh or not result.success:
        raise RuntimeError(f"this was no incremental build; failed: {result.failed}")


def _count(settings: Settings) -> int:
    with open_published(settings) as connection:
        return connection.execute("select count(*) from sessions").fetchall()[0][0]


def analyse_new_calls(platform: Platform, round_: int, batch: int) -> None:
    """Analyse new calls with the real assets, until the ledger has them pending for the next build."""
    calls = generated_calls(batch, _SEED + round_, NOW - timedelta(minutes=1), timedelta(hours=1))
    list(deliver_paths(platform.store, write_calls(platform.settings.home / f"incoming{round_}", calls), now=NOW))
    discover(platform.store, platform.state, platform.now())
    plan = next_plan(platform.settings, platform.state, platform.now(), platform.first_day)
    if plan is None:
        raise RuntimeError("the new calls were not found")
    job = live_definitions(platform).resolve_job_def(PROCESS_CALLS)
    with dg.DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(
            run_config={**plan.run_config, **QUIET},
            instance=instance,
            partition_key=plan.partition.isoformat(),
            tags=plan.tags,
            asset_selection=[asset.key for asset in call_assets()],
        )
    if not result.success:
        raise RuntimeError("the new calls could not be analysed")


def _read(settings: Settings, done: Event, waits: list[float]) -> None:
    while not done.is_set():
        waits.append(_seconds(lambda: _ask(settings, "select sum(calls) from hourly_calls")))
        time.sleep(0.05)


def _questions(settings: Settings, size: int) -> list[Measurement]:
    found: list[Measurement] = []
    for name, span, bound in SPANS:
        asked = questions((NOW - span).strftime("%Y-%m-%d %H:%M:%S"), daily=span > timedelta(days=90))
        for sql in asked.values():
            _ask(settings, sql)
        slowest = max(((_seconds(lambda sql=sql: _ask(settings, sql)), which) for which, sql in asked.items()))
        on = f"{size:,} calls, slowest of {len(asked)} ('{slowest[1]}'), opened anew each time"
        found.append(Measurement("warehouse", f"dashboard questions over {name}", slowest[0], "s", on, wanted=bound))
    return found


def _ask(settings: Settings, sql: str) -> None:
    with open_published(settings) as connection:
        connection.execute(sql).fetchall()


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


WAREHOUSE = Part("warehouse", "Is the warehouse as quick at a million calls?", measure)
