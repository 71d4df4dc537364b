"""Measure how long ``make demo`` takes: the first time, and again when there is nothing new."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.measurement import Measurement, Part
from benchmarks.processes import environment, run


def measure(folder: Path) -> list[Measurement]:
    variables = environment(folder)
    first, second = (run(["make", "--no-print-directory", "demo"], variables).seconds for _ in range(2))
    imports = run([sys.executable, "-c", "import dagster, duckdb, dbt.cli.main"], variables).seconds
    documents = "the sample documents of data/samples, an empty home"
    floor_of = "starting Python with dagster, dbt and duckdb, once"
    return [
        Measurement("demo", "make demo, first time", first, "s", documents, imports, floor_of),
        Measurement("demo", "make demo, second time", second, "s", "the same home, nothing new", imports, floor_of),
    ]


DEMO = Part("demo", "How long does the demo take, and again?", measure)
