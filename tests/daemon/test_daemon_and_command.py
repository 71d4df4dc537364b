"""Dagster's daemon and ``voice run`` at once on one home: each call is published once, and both go on.

One round in CI; ``make chaos`` sets ``VOICE_ROUNDS`` for more.
"""

import os
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.processes import VOICE, daemon, environment
from contract.platform.failures import VoiceError
from contract.platform.settings import PROJECT_ROOT, Settings
from orchestration.resources import Platform
from orchestration.state.database import StateDatabase
from orchestration.state.reconciliation import reconcile
from orchestration.warehouse.agreement import compare
from orchestration.warehouse.reader import open_published
from tests.support.documents import put, session

ROUNDS = int(os.environ.get("VOICE_ROUNDS", "1"))
CALLS = 3
"""Calls that arrive in a round, the last of them while ``voice run`` is at work."""
LONGEST_WAIT_SECONDS = 600
"""Seconds until the daemon has surely published what the command left to it."""


def command(home: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [VOICE, "run", "--json"],
        env=environment(home),
        cwd=PROJECT_ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def published(settings: Settings) -> list[str]:
    try:
        with open_published(settings) as connection:
            return [row[0] for row in connection.execute("select session_id from sessions order by 1").fetchall()]
    except VoiceError:  # nothing is published yet
        return []


def wait_for(settings: Settings, calls: int) -> None:
    until = time.monotonic() + LONGEST_WAIT_SECONDS
    while len(published(settings)) < calls and time.monotonic() < until:
        time.sleep(1)


def test_a_daemon_and_a_command_at_once_publish_each_call_once(tmp_path: Path):
    settings = Settings(home=tmp_path / "home", store="", now=None)
    platform = Platform(settings)
    names: list[str] = []

    def arrive() -> None:
        names.append(f"call_{len(names):03d}")
        put(platform, session(names[-1], datetime.now(UTC) - timedelta(minutes=5)))

    with daemon(settings):
        for _ in range(ROUNDS):
            for _ in range(CALLS - 1):
                arrive()
            running = command(settings.home)
            arrive()
            _, error = running.communicate(timeout=LONGEST_WAIT_SECONDS)
            assert running.returncode == 0, error
            wait_for(settings, len(names))
    assert published(settings) == names
    state = StateDatabase(settings.state)
    accounts = reconcile(state, datetime.now(UTC))
    assert (accounts.received, accounts.analysed, accounts.pending) == (len(names), len(names), 0)
    compared = compare(settings, state)
    assert compared is not None
    assert compared.problem is None
