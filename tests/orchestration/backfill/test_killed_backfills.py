"""SIGKILL at any moment of ``voice backfill``: the same command goes on and ends in the tables of an undisturbed one.

``VOICE_KILLS`` says how many moments; ``make chaos`` sets ten, the ordinary suite is content with one.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import func, select

from contract.platform.settings import Settings
from orchestration.state.database import StateDatabase
from orchestration.state.reconciliation import reconcile
from orchestration.state.tables import BACKFILL_CHUNKS, BACKFILLS, BUILD_BATCH
from tests.orchestration.backfill.conftest import CALLS_A_DAY, DAYS
from tests.support.documents import NOW, START
from tests.support.forked import start_voice
from tests.support.warehouse_content import content

KILLS = int(os.environ.get("VOICE_KILLS", "1"))
LAST = START.date().replace(day=START.day + DAYS - 1)
BACKFILL = ["backfill", "--from", START.date().isoformat(), "--to", LAST.isoformat(), "--yes", "--json"]


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "VOICE_HOME": str(home), "VOICE_NOW": NOW.isoformat(), "VOICE_WORKERS": "2"}


def undisturbed(home: Path) -> dict[str, int]:
    """Run the command to its end and return its summary."""
    output = home.with_suffix(".output")
    process = start_voice(BACKFILL, environment(home), output)
    process.join(600)
    assert process.exitcode == 0, output.read_text()
    return json.loads(output.read_text().splitlines()[-1])


def planned(state: StateDatabase) -> bool:
    with state.reading() as connection:
        return connection.execute(select(func.count()).select_from(BACKFILLS)).scalar_one() > 0


def first_chunk_done(state: StateDatabase) -> bool:
    with state.reading() as connection:
        return connection.execute(select(func.count()).where(BACKFILL_CHUNKS.c.redone.is_not(None))).scalar_one() > 0


def building(state: StateDatabase) -> bool:
    with state.reading() as connection:
        return connection.execute(select(func.count()).select_from(BUILD_BATCH)).scalar_one() > 0


MOMENTS = (first_chunk_done, building, planned)


def killed(home: Path, moment: Callable[[StateDatabase], bool], delay: float) -> bool:
    """Start the command and kill it so many seconds after a moment of its work."""
    state = StateDatabase(home / "state.db")
    process = start_voice(BACKFILL, environment(home), home.with_suffix(".output"))
    while process.is_alive() and not moment(state):
        time.sleep(0.02)
    process.join(delay)
    process.kill()
    process.join()
    state.close()
    return process.exitcode == -signal.SIGKILL


def test_killed_backfills_end_in_the_tables_of_an_undisturbed_one(days_of_calls_once: Path, tmp_path: Path):
    calm, rough = tmp_path / "calm", tmp_path / "rough"
    for copy in (calm, rough):
        shutil.copytree(days_of_calls_once, copy, copy_function=shutil.copy2)
    assert undisturbed(calm)["redone"] == DAYS * CALLS_A_DAY
    delays = random.Random(20261130)
    kills = [killed(rough, MOMENTS[number % len(MOMENTS)], delays.uniform(0, 0.5)) for number in range(KILLS)]
    assert any(kills)
    assert undisturbed(rough)["redone"] == DAYS * CALLS_A_DAY
    assert content(Settings(home=rough)) == content(Settings(home=calm))
    accounts = reconcile(StateDatabase(rough / "state.db"), NOW)
    assert (accounts.analysed, accounts.pending, accounts.warehouse_current) == (DAYS * CALLS_A_DAY, 0, True)
