"""Print the figures as a table, keep them as JSON, write the page, each with the machine and the versions they hold for."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson
import psutil
from rich.console import Console
from rich.table import Table

from benchmarks.measurement import Measurement

_PACKAGES = ("dagster", "dbt-core", "duckdb", "pydantic", "orjson", "obstore", "pyarrow")
COLUMNS = ("figure", "measured", "wanted", "unavoidable", "accepted before", "which is unavoidable", "measured on")
_HEADER = ("| figure | measured | wanted | unavoidable | which is | measured on |", "|---|--:|--:|--:|---|---|")
Figure = tuple[str, str]
"""Part and name of a figure, by which it is found in another run's results."""


def machine() -> dict[str, Any]:
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "processor": _processor(),
        "system": platform.system(),
        "python": platform.python_version(),
        **{package: version(package) for package in _PACKAGES},
    }


def rows_of(measurements: Sequence[Measurement], baseline: Mapping[Figure, float]) -> Iterator[tuple[str, ...]]:
    """Yield a row of cells for each figure, in the order of ``COLUMNS``; a bound that is missed says so."""
    for one in measurements:
        before = baseline.get((one.part, one.figure))
        wanted = "" if one.wanted is None else f"{_number(one.wanted, one.unit)}{' missed' if one.missed else ''}"
        yield (
            one.figure,
            _number(one.value, one.unit),
            wanted,
            "" if one.floor is None else _number(one.floor, one.unit),
            "" if not before else f"{_number(before, one.unit)} ({one.value / before:.2f} times)",
            one.floor_of,
            one.measured_on,
        )


def print_table(measurements: Sequence[Measurement], baseline: Mapping[Figure, float], console: Console) -> None:
    table = Table(header_style="dim", title="Measured here, beside what cannot be saved", title_justify="left", title_style="bold")
    for index, column in enumerate(COLUMNS):
        table.add_column(column, justify="right" if 0 < index < 5 else "left")
    for row in rows_of(measurements, baseline):
        table.add_row(*row)
    console.print(table)
    console.print(", ".join(f"{name} {value}" for name, value in machine().items()), style="dim")


def page(parts: Mapping[str, str], measurements: Sequence[Measurement], measured_at: datetime) -> str:
    """Return the page: for each part, by name and question, a table of its figures."""
    lines = [
        "# Benchmarks",
        "",
        f"Written by `make bench` on {measured_at:%Y-%m-%d}; the warehouse at a million calls is in",
        "[warehouse.md](warehouse.md#speed). Beside each figure is the part that no program doing the same work could save. Times",
        "of a shared machine are noisy: compare figures of one run.",
        "",
        ", ".join(f"{name} {value}" for name, value in machine().items()) + ".",
    ]
    for name, question in parts.items():
        own = [one for one in measurements if one.part == name]
        if own:
            lines += ["", f"## {question}", "", *_HEADER]
            lines += ["| " + " | ".join((*row[:4], *row[5:])) + " |" for row in rows_of(own, {})]
    return "\n".join(lines) + "\n"


def write_json(measurements: Sequence[Measurement], path: Path, measured_at: datetime) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    result = {"measured_at": measured_at, "machine": machine(), "measurements": [asdict(one) for one in measurements]}
    path.write_bytes(orjson.dumps(result, option=orjson.OPT_INDENT_2))


def read_values(path: Path) -> dict[Figure, float]:
    """Return the values of a result that was kept; none when there is no file."""
    if not path.exists():
        return {}
    return {(one["part"], one["figure"]): one["value"] for one in orjson.loads(path.read_bytes())["measurements"]}


def _number(value: float, unit: str) -> str:
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f} {unit}"


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
