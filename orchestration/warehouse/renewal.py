"""Build what is due by the ledger, in a warehouse that is proven to be the ledger's own."""

from __future__ import annotations

from contract.platform.settings import Settings
from orchestration.state.builds import (
    begin_build,
    choose_build_id,
    end_build,
    fresh_sessions,
    latest_change,
    mark_not_fresh,
)
from orchestration.state.database import StateDatabase
from orchestration.warehouse.build import BuildResult, build_warehouse
from orchestration.warehouse.lock import warehouse_lock
from orchestration.warehouse.mark import held_sessions, read_mark, write_mark


def renew(settings: Settings, state: StateDatabase, *, full_refresh: bool = False) -> BuildResult:
    """Build the sessions that are due; the ledger is updated only after dbt has succeeded, so that a crash repeats the build.

    A warehouse that this state database does not know as its own last build is built in full: the database was lost, restored,
    or belongs to another home. A session counts as fresh only when the file itself has no row of it.
    """
    with warehouse_lock(settings):
        mark = read_mark(settings)
        with state.writing() as connection:
            begin_build(connection)
            seen = latest_change(connection)
            build_id, own = choose_build_id(connection, mark)
            fresh = fresh_sessions(connection)
        held = held_sessions(settings, fresh)
        with state.writing() as connection:
            mark_not_fresh(connection, held)
        result = build_warehouse(settings, full_refresh=full_refresh or not own)
        if result.success:
            write_mark(settings, build_id)
            with state.writing() as connection:
                end_build(connection, seen, build_id)
    return result
