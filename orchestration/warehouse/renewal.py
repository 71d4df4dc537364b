"""Build what is due by the ledger, in a warehouse that is proven to be the ledger's own."""

from __future__ import annotations

from dataclasses import replace

from contract.platform.settings import Settings
from contract.platform.store import Store
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
from orchestration.warehouse.lake_parts import quarantine_damaged
from orchestration.warehouse.lock import warehouse_lock
from orchestration.warehouse.lost_analyses import redo_lost
from orchestration.warehouse.mark import held_sessions, read_mark, write_mark


def renew(settings: Settings, state: StateDatabase, *, full_refresh: bool = False, trends: bool = False) -> BuildResult:
    """Build the sessions that are due; the ledger is updated only after dbt has succeeded, so that a crash repeats the build.

    A warehouse that this state database does not know as its own last build is built in full: the database was lost, restored,
    or belongs to another home. A session counts as fresh only when the file itself has no row of it. When damaged parts of the
    lake make a build fail, they are moved into quarantine, their calls become pending, and the build is repeated without them.
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
        full = full_refresh or not own
        result = build_warehouse(settings, full_refresh=full, trends=trends)
        if not result.success and (damaged := quarantine_damaged(store := Store(settings.store_uri))):
            redo_lost(store, state)
            result = replace(build_warehouse(settings, full_refresh=full, trends=trends), quarantined=tuple(damaged))
        if result.success:
            write_mark(settings, build_id)
            with state.writing() as connection:
                end_build(connection, seen, build_id)
    return result
