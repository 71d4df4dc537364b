"""Compare the sessions of the published warehouse with those of the ledger, for ``voice run``, ``voice status`` and the doctor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb

from contract.platform.failures import TransientFailure
from contract.platform.settings import Settings
from orchestration.state.builds import built_change, published_change
from orchestration.state.database import StateDatabase
from orchestration.state.reconciliation import settled_sessions, unknown_sessions
from orchestration.warehouse.manifest import read_manifest
from orchestration.warehouse.reader import open_published

_NAMED = 3
"""Sessions named of each kind: enough to look at one."""
REMEDY = "Run 'voice run'; when it says so again, remove the warehouse folder, and 'voice run' rebuilds the tables."


@dataclass(frozen=True)
class Agreement:
    """Sessions with more rows than one, sessions that should be published and are not, and sessions nobody has received."""

    doubled: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def problem(self) -> str | None:
        """Return one sentence with exact counts and a few session ids, or None when warehouse and ledger agree."""
        return "; ".join(self._problems()) or None

    def _problems(self) -> Iterator[str]:
        kinds = (
            (self.doubled, "in the warehouse more than once"),
            (self.missing, "built by the ledger but not in the warehouse"),
            (self.unknown, "in the warehouse but unknown to the ledger"),
        )
        for sessions, what in kinds:
            if sessions:
                named = ", ".join([*sessions[:_NAMED], *(["…"] if len(sessions) > _NAMED else [])])
                yield f"sessions {what}: {len(sessions)} ({named})"


def compare(settings: Settings, state: StateDatabase) -> Agreement | None:
    """Compare what readers see with the ledger; None when nothing can be read, or while a build or publication is under way."""
    if read_manifest(settings.published_dir) is None:
        return None
    with state.reading() as connection:
        before = published_change(connection)
    try:
        with open_published(settings) as published:
            counted = published.execute("select session_id, count(*) from sessions group by session_id").fetchall()
    except (duckdb.Error, TransientFailure):  # its folder was moved, or a file is gone: the doctor reports that
        return None
    found = {session_id for session_id, _ in counted}
    with state.reading() as connection:
        if not before == published_change(connection) == built_change(connection):
            return None
        missing, unknown = settled_sessions(connection) - found, unknown_sessions(connection, found)
    return Agreement(tuple(sorted(s for s, n in counted if n > 1)), tuple(sorted(missing)), tuple(sorted(unknown)))


def disagreement(settings: Settings, state: StateDatabase) -> str | None:
    """Return what is wrong with the published warehouse and what to do, or None."""
    compared = compare(settings, state)
    return f"{compared.problem}. {REMEDY}" if compared and compared.problem else None
