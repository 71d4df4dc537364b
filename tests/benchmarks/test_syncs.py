"""The short form of ``make bench-syncs``: first and unchanged syncs, and new calls served, of as many calls as were asked for."""

from __future__ import annotations

from pathlib import Path

from benchmarks.syncs import measure


def test_the_benchmark_measures_what_it_says_on_a_small_history(tmp_path: Path):
    found = {one.figure: one.value for one in measure(tmp_path, [100], base=20, batch=5, reruns=2, rounds=1)}
    assert len(found) == 13
    assert all(value > 0 for value in found.values())
    assert found["unchanged Salesforce sync, CPU"] < found["first Salesforce sync, CPU"]
