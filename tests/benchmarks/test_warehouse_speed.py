"""The short form of ``make bench-warehouse``: every figure is made, of a history as long as was asked for."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from benchmarks import warehouse_speed
from benchmarks.warehouse_speed import ROUNDS, measure

BATCH = 20


def test_the_benchmark_measures_what_it_says_on_a_small_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    size = 300
    monkeypatch.setattr(warehouse_speed, "BATCH", BATCH)
    found = {one.figure: one.value for one in measure(tmp_path, [size])}
    assert len(found) == 10
    assert all(value > 0 for value in found.values())
    with duckdb.connect(str(tmp_path / str(size) / "warehouse" / "warehouse.duckdb"), read_only=True) as warehouse:
        calls, days, versions = warehouse.execute(
            "select sum(calls), count(distinct business_day), count(distinct agent_version) from daily_calls"
        ).fetchall()[0]
    assert calls == size + (ROUNDS + 1) * BATCH
    assert days > 100
    assert versions >= 3
