"""Dagster makes one engine for each file of its instance, not one for each connection."""

from __future__ import annotations

import dagster as dg
from sqlalchemy import Connection, Engine, event

from orchestration.defs.dagster_home import open_instance
from orchestration.resources import Platform


@dg.op
def nothing() -> None: ...


@dg.job
def does_nothing() -> None:
    nothing()


def test_the_engine_of_a_file_is_used_again_and_runs_are_kept_as_before(platform: Platform):
    used: list[Engine] = []

    def opened(connection: Connection) -> None:
        used.append(connection.engine)

    event.listen(Engine, "engine_connect", opened)
    try:
        with open_instance(platform.settings) as instance:
            runs = [does_nothing.execute_in_process(instance=instance).run_id for _ in range(2)]
            found = {run.run_id for run in instance.get_runs()}
            steps = [entry.dagster_event_type for entry in instance.all_logs(runs[0])]
    finally:
        event.remove(Engine, "engine_connect", opened)
    engines = {id(engine): str(engine.url) for engine in used}
    assert sorted(engines.values()) == sorted(set(engines.values()))
    assert len(used) > 2 * len(engines)
    assert found == set(runs)
    assert dg.DagsterEventType.STEP_SUCCESS in steps


def test_closing_a_connection_does_not_write_the_log_of_changes_back(platform: Platform):
    """SQLite does so when the last connection of a file closes, waits for the disk, and removes the log."""
    with open_instance(platform.settings) as instance:
        does_nothing.execute_in_process(instance=instance)
        logs = {path.name for path in (platform.settings.dagster_home / "history").rglob("*.db-wal")}
        assert {"runs.db-wal", "index.db-wal"} <= logs
