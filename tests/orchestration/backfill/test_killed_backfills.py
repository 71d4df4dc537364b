"""SIGKILL at any moment of ``voice backfill``: the same command goes on and ends in the tables of an undisturbed one.

``VOICE_KILLS`` says how many moments, ``VOICE_BACKFILL_CALLS`` how many calls of twenty days are redone. The ordinary suite kills
the backfill of a few calls once, ``make chaos`` that of 200 calls ten times. At full size, which takes about an hour, with how
right the plan's time was among what it prints:

    VOICE_KILLS=10 VOICE_BACKFILL_CALLS=10000 pytest -q -s tests/orchestration/backfill/test_killed_backfills.py
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import func, select

from benchmarks import processes
from benchmarks.generated_calls import generated_calls
from contract.document.delivery import deliver
from contract.platform.settings import Settings
from contract.platform.store import Store
from orchestration.state.database import StateDatabase
from orchestration.state.reconciliation import reconcile
from orchestration.state.tables import BACKFILL_CHUNKS, BUILD_BATCH
from tests.orchestration.backfill.conftest import CALLS_A_DAY, DAYS
from tests.support.documents import NOW
from tests.support.forked import start_voice
from tests.support.warehouse_content import fingerprints

KILLS = int(os.environ.get("VOICE_KILLS", "1"))
GENERATED = int(os.environ.get("VOICE_BACKFILL_CALLS", "0"))
CALLS = GENERATED or DAYS * CALLS_A_DAY
SPREAD = timedelta(days=20)
FIRST = (NOW - SPREAD - timedelta(days=1)).date()
BACKFILL = ["backfill", "--from", FIRST.isoformat(), "--to", NOW.date().isoformat(), "--yes", "--json"]
BUILD_SHARE = 0.3
"""Moments in the build for each in the work before it: three of ten kills or so."""
MISSES = 3
"""Attempts for each kill: a backfill may end before it is killed."""


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "VOICE_HOME": str(home), "VOICE_NOW": NOW.isoformat(), "VOICE_WORKERS": "2"}


def undisturbed(home: Path) -> dict[str, Any]:
    """Run the command to its end and return its summary."""
    output = home.with_suffix(".output")
    process = start_voice(BACKFILL, environment(home), output)
    process.join(600 + CALLS)
    assert process.exitcode == 0, output.read_text()
    return json.loads(output.read_text().splitlines()[-1])


@pytest.fixture
def analysed(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A home with ``CALLS`` published calls."""
    if not GENERATED:
        return request.getfixturevalue("days_of_calls_once")
    home = tmp_path / "analysed"
    store = Store(Settings(home=home, now=NOW).store_uri)
    for call in generated_calls(GENERATED, 45, NOW - timedelta(hours=1), SPREAD):
        deliver(store, orjson.dumps(call), now=NOW)
    processes.run([processes.VOICE, "run"], environment(home))
    return home


def reached(state: StateDatabase, share: float) -> bool:
    """Whether this share of the latest backfill's chunks is done; from 1 on, whether the build has begun."""
    k = BACKFILL_CHUNKS.c
    latest = select(func.max(k.backfill)).scalar_subquery()
    with state.reading() as connection:
        chunks, done = connection.execute(select(func.count(), func.count(k.redone)).where(k.backfill == latest)).one()
        building = connection.execute(select(func.count()).select_from(BUILD_BATCH)).scalar_one() > 0
    return building if share >= 1 else chunks > 0 and done >= int(share * chunks)


def killed(home: Path, share: float, delay: float) -> bool:
    """Start the command and kill it so many seconds after a share of its work; false when it ended before."""
    state = StateDatabase(home / "state.db")
    process = start_voice(BACKFILL, environment(home), home.with_suffix(".output"))
    while process.is_alive() and not reached(state, share):
        time.sleep(0.02)
    process.join(delay)
    process.kill()
    process.join()
    state.close()
    return process.exitcode == -signal.SIGKILL


def test_killed_backfills_end_in_the_tables_of_an_undisturbed_one(analysed: Path, tmp_path: Path):
    calm, rough = tmp_path / "calm", tmp_path / "rough"
    for copy in (calm, rough):
        shutil.copytree(analysed, copy, copy_function=shutil.copy2)
    whole = undisturbed(calm)
    assert (whole["redone"], whole["failed"]) == (CALLS, 0)
    print(f"\n{CALLS} calls in {whole['chunks']} chunks; {planned(whole)}")
    chosen = random.Random(20261130)
    longest = whole["seconds"] / (whole["chunks"] + 1)
    for share in sorted(chosen.uniform(0, 1 + BUILD_SHARE) for _ in range(KILLS)):
        delays = [chosen.uniform(0, longest) for _ in range(MISSES)]
        assert any(killed(rough, share, delay) for delay in delays)
        print(f"killed after {min(share, 1):.0%} of the chunks")
    assert undisturbed(rough)["redone"] == CALLS
    assert fingerprints(Settings(home=rough)) == fingerprints(Settings(home=calm))
    accounts = reconcile(StateDatabase(rough / "state.db"), NOW)
    assert (accounts.analysed, accounts.pending, accounts.warehouse_current) == (CALLS, 0, True)


def planned(summary: dict[str, Any]) -> str:
    """Compare the plan's time with the real one, which depends on what else the machine does: said, not asserted."""
    expected, took = summary["planned_seconds"], summary["seconds"]
    return f"planned {expected:.1f} s, took {took:.1f} s: {'within' if abs(expected - took) <= took / 3 else 'NOT within'} a third"
