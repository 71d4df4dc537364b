"""The short form of ``make bench-warehouse``: every figure is made, of a history as long as was asked for."""

from __future__ import annotations

from pathlib import Path

import duckdb

from benchmarks.warehouse_speed import measure


def test_the_benchmark_measures_what_it_says_on_a_small_history(tmp_path: Path):
    size, batch, rounds = 300, 5, 1
    found = {one.figure: one.value for one in measure(tmp_path, [size], base=20, batch=batch, rounds=rounds)}
    assert len(found) == 10
    assert all(value > 0 for value in found.values())
    with duckdb.connect(str(tmp_path / str(size) / "warehouse" / "warehouse.duckdb"), read_only=True) as warehouse:
        calls, days, versions = warehouse.execute(
            "select sum(calls), count(distinct business_day), count(distinct agent_version) from daily_calls"
        ).fetchall()[0]
    assert calls == size + (rounds + 1) * batch
    assert days > 100
    assert versions >= 3
