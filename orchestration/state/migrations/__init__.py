"""Bring the tables of the operational database to the present version: numbered steps, forward only, each run once.

Step N makes version N of version N - 1, in SQL that SQLite and PostgreSQL both run. A step that was released never changes, so it
names its tables itself instead of taking them from ``tables/``. To change a table: change its module in ``tables/``, write a step,
and add it to ``STEPS``; the tests compare what the steps make with what ``tables/`` says.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, delete, insert, inspect, select

from contract.platform.failures import ConfigurationFailure
from orchestration.state.migrations.m0001_adopt import adopt_unversioned
from orchestration.state.migrations.m0002_redos_and_pages import add_redos_and_pages
from orchestration.state.migrations.m0003_report_mails import add_report_mails
from orchestration.state.migrations.m0004_alerts import add_alerts
from orchestration.state.migrations.m0005_live_samples import add_live_samples
from orchestration.state.migrations.m0006_alert_indexes import add_alert_indexes
from orchestration.state.tables import METADATA, SCHEMA_VERSION

STEPS: tuple[Callable[[Connection], None], ...] = (
    adopt_unversioned,
    add_redos_and_pages,
    add_report_mails,
    add_alerts,
    add_live_samples,
    add_alert_indexes,
)
VERSION = len(STEPS)
"""The version of the tables in ``tables/``."""
_UNVERSIONED = 0
"""The version of a database with tables of before versions were recorded."""


def is_present(connection: Connection) -> bool:
    """Return whether the tables have the present version; it changes nothing.

    Raises ``ConfigurationFailure`` when a later release made them: this one would write what the later one does not expect.
    """
    found = _version(connection)
    if found is not None and found > VERSION:
        raise ConfigurationFailure(
            f"The tables of the state database have version {found}, which a later release made; this one knows version {VERSION}.",
            "Run the later release, or restore the backup that was made before it.",
        )
    return found == VERSION


def migrate(connection: Connection) -> None:
    """Make the tables of an empty database, or run the steps that an older one lacks; all of it in the caller's transaction.

    The caller holds the write lock, so of two processes that open an older database at once the second finds it done.
    """
    if is_present(connection):
        return
    found = _version(connection)
    if found is None:
        METADATA.create_all(connection)
    else:
        SCHEMA_VERSION.create(connection, checkfirst=True)
        for step in STEPS[found:]:
            step(connection)
    connection.execute(delete(SCHEMA_VERSION))
    connection.execute(insert(SCHEMA_VERSION).values(version=VERSION))


def _version(connection: Connection) -> int | None:
    """Return the version of the tables; None when there are none."""
    inspector = inspect(connection)
    if inspector.has_table(SCHEMA_VERSION.name):
        return connection.execute(select(SCHEMA_VERSION.c.version)).scalar_one()
    return _UNVERSIONED if inspector.has_table("documents") else None
