"""Record which version each follower of the warehouse handled last."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from orchestration.state.database import upsert
from orchestration.state.tables import FOLLOWER_VERSIONS


def handled_version(connection: Connection, follower: str) -> str | None:
    """Return the version that the follower handled last; None before its first run."""
    c = FOLLOWER_VERSIONS.c
    return connection.execute(select(c.version).where(c.follower == follower)).scalar_one_or_none()


def record_version(connection: Connection, follower: str, version: str, now: datetime) -> None:
    """Record that the follower has handled this version."""
    upsert(connection, FOLLOWER_VERSIONS, [{"follower": follower, "version": version, "handled_at": now}])
