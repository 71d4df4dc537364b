"""Measure peak memory and duration of ``voice run`` for 500 sessions."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.generated_calls import generated_calls, write_calls
from benchmarks.measurement import Measurement, Part
from benchmarks.processes import VOICE, environment, run

SESSIONS = 500
"""Sessions of one run: enough that memory which grows with them shows."""
_LAST_START = datetime(2026, 11, 20, 18, tzinfo=UTC)


def measure(folder: Path) -> list[Measurement]:
    variables = environment(folder / "home", VOICE_NOW="2026-11-21T12:00:00Z")
    documents = folder / "documents"
    write_calls(documents, generated_calls(SESSIONS, 5, _LAST_START, timedelta(days=3)))
    run([VOICE, "deliver", documents], variables)
    whole = run([VOICE, "run"], variables)
    idle = run([VOICE, "run"], variables)
    imports = run([sys.executable, "-c", "import dagster, duckdb, dbt.cli.main, time; time.sleep(0.2)"], variables)
    on = f"{SESSIONS} generated calls of three days, an empty home"
    return [
        Measurement("memory", "peak of voice run", whole.peak_mib, "MiB", on, imports.peak_mib, "dagster, dbt and duckdb imported"),
        Measurement("memory", "voice run", whole.seconds, "s", on, idle.seconds, "voice run with nothing to do"),
    ]


MEMORY = Part("memory", f"How much memory do {SESSIONS} sessions take at once?", measure)
