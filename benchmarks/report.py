"""Print the figures as a table and write them as JSON, with the machine and the versions they hold for."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
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


def machine() -> dict[str, Any]:
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "processor": _processor(),
        "system": platform.system(),
        "python": platform.python_version(),
        **{package: version(package) for package in _PACKAGES},
    }


def print_table(measurements: Sequence[Measurement], console: Console) -> None:
    table = Table(header_style="dim", title="Measured here, beside what cannot be saved", title_justify="left", title_style="bold")
    table.add_column("figure")
    for column in ("measured", "unavoidable"):
        table.add_column(column, justify="right")
    table.add_column("which is")
    table.add_column("measured on")
    for one in measurements:
        floor = "" if one.floor is None else _number(one.floor, one.unit)
        table.add_row(one.figure, _number(one.value, one.unit), floor, one.floor_of, one.measured_on)
    console.print(table)
    facts = machine()
    console.print(", ".join(f"{name} {value}" for name, value in facts.items()), style="dim")


def write_json(measurements: Sequence[Measurement], path: Path, measured_at: datetime) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    result = {"measured_at": measured_at, "machine": machine(), "measurements": [asdict(one) for one in measurements]}
    path.write_bytes(orjson.dumps(result, option=orjson.OPT_INDENT_2))


def _number(value: float, unit: str) -> str:
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f} {unit}"


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
