"""Processes that open the Dagster instance of a new home at once all succeed, and leave one state of migration."""

from __future__ import annotations

import multiprocessing
import sqlite3
import subprocess
import sys
from contextlib import closing
from multiprocessing.synchronize import Barrier
from pathlib import Path

from contract.platform.settings import PROJECT_ROOT, Settings
from orchestration.defs.dagster_home import open_instance

PROCESSES = 4
DATABASES = {"history/runs.db", "history/runs/index.db", "schedules/schedules.db"}


def open_together(home: Path, together: Barrier) -> None:
    together.wait()
    with open_instance(Settings(home=home)) as instance:  # pyright: ignore[reportCallIssue]
        instance.get_runs_count()


def heads(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute("select count(*) from alembic_version").fetchone()[0]


def test_processes_that_open_a_new_home_at_once_all_succeed(tmp_path: Path):
    command = [sys.executable, "-m", "tests.orchestration.test_dagster_home", str(tmp_path)]
    ended = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    assert ended.stdout.split() == ["0"] * PROCESSES, ended.stderr
    assert {name: heads(tmp_path / "dagster" / name) for name in DATABASES} == dict.fromkeys(DATABASES, 1)


if __name__ == "__main__":  # a process without threads of its own, which may be forked once everything is imported
    forks = multiprocessing.get_context("fork")
    barrier = forks.Barrier(PROCESSES)
    processes = [forks.Process(target=open_together, args=(Path(sys.argv[1]), barrier)) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        print(process.exitcode)
