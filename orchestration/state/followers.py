"""Record which version each follower of the warehouse handled last."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from orchestration.state.tables import FOLLOWER_VERSIONS


def handled_version(connection: Connection, follower: str) -> str | None:
    """Return the version that the follower handled last; None before its first run."""
    c = FOLLOWER_VERSIONS.c
    return connection.execute(select(c.version).where(c.follower == follower)).scalar_one_or_none()


def record_version(connection: Connection, follower: str, version: str, now: datetime) -> None:
    """Record that the follower has handled this version."""
    entry = insert(FOLLOWER_VERSIONS).values(follower=follower, version=version, handled_at=now)
    changed = {"version": entry.excluded.version, "handled_at": entry.excluded.handled_at}
    connection.execute(entry.on_conflict_do_update(index_elements=["follower"], set_=changed))
