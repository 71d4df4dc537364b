"""SIGKILL at any moment of ``voice run``: the next run ends in the tables of an undisturbed one.

``VOICE_KILLS`` says how many moments; ``make chaos`` sets ten, the ordinary suite is content with one.
"""

import os
import random
import shutil
import signal
import time
from pathlib import Path

from contract.document.delivery import deliver_paths
from contract.platform.settings import PROJECT_ROOT, Settings
from contract.platform.store import Store
from orchestration.resources import Platform
from orchestration.state.database import StateDatabase
from orchestration.state.reconciliation import reconcile
from tests.support.documents import NOW, put, session
from tests.support.forked import start_voice
from tests.support.warehouse_content import content

KILLS = int(os.environ.get("VOICE_KILLS", "1"))
RUN = ["run", "--json"]


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "VOICE_HOME": str(home), "VOICE_NOW": NOW.isoformat(), "VOICE_WORKERS": "1"}


def undisturbed(home: Path) -> float:
    began, output = time.monotonic(), home.with_suffix(".output")
    process = start_voice(RUN, environment(home), output)
    process.join(600)
    assert process.exitcode == 0, output.read_text()
    return time.monotonic() - began


def killed(home: Path, after: float) -> bool:
    """Start a run and kill it after so many seconds, if it still lives."""
    process = start_voice(RUN, environment(home), home.with_suffix(".output"))
    process.join(after)
    process.kill()
    process.join()
    return process.exitcode == -signal.SIGKILL


def test_killed_runs_end_in_the_tables_of_an_undisturbed_run(tmp_path: Path):
    calm, rough, warm = tmp_path / "calm", tmp_path / "rough", tmp_path / "warm"
    put(Platform(Settings(home=warm)), session("one"))  # pyright: ignore[reportCallIssue]
    samples = sorted((PROJECT_ROOT / "data" / "samples").rglob("*.json*"))
    chosen = samples if KILLS > 1 else samples[::8]
    list(deliver_paths(Store((calm / "store").as_uri()), chosen, now=NOW))
    (calm / "pseudonym.key").write_text("the same secret on both sides")
    shutil.copytree(calm, rough, copy_function=shutil.copy2)
    undisturbed(warm)  # what only the first run of a session does would make the measured one too long
    seconds = undisturbed(calm)
    moments = random.Random(20261126)
    kills = sum(killed(rough, moments.uniform(0.3, 0.98) * seconds) for _ in range(KILLS))
    undisturbed(rough)
    assert kills > 0
    assert content(Settings(home=rough)) == content(Settings(home=calm))
    accounts = reconcile(StateDatabase(rough / "state.db"), NOW)
    assert (accounts.received, accounts.analysed, accounts.pending) == (len(chosen), len(chosen), 0)
