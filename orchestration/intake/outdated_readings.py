"""Make documents pending again that the present reading would turn into another lake row than an earlier release did.

Reading version 2: an address or a name that was only spoken in a booking no longer identifies the caller. Sessions that an earlier
release read so are read and analysed again, from cached annotations; the next build then moves them to the caller they belong to.
"""

from __future__ import annotations

from typing import Any

import orjson

from contract.platform.store import Store
from orchestration.intake.lead_identity import own_email, own_name
from orchestration.state.database import StateDatabase
from orchestration.state.documents import days_read_before, record_reading, redo_sessions
from orchestration.warehouse.lake import read_parts


def reread_outdated(store: Store, state: StateDatabase) -> int:
    """Make such sessions pending and return the number of documents; a day in a transaction, so it may be interrupted.

    A session whose object the store has lost stays as it is: reading it again would reject it. Without documents of an earlier
    release it costs one indexed query. The store's failures are passed on.
    """
    with state.reading() as connection:
        days = days_read_before(connection)
    pending = 0
    for day in days:
        rows = filter(_is_outdated, read_parts(store, "session_documents", day))
        sessions = [row["session_id"] for row in rows if store.exists(row["store_key"])]
        with state.writing() as connection:
            pending += redo_sessions(connection, sessions)
            record_reading(connection, day)
    return pending


def _is_outdated(row: dict[str, Any]) -> bool:
    document = orjson.loads(row["document"])
    own = own_email(document.get("user_email")), own_name(document.get("user_name"))
    return own != (row["lead_email"], row["lead_name"])
