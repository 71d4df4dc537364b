"""Replace the present schema by one that was loaded beside it, without a reader waiting.

A schema changes its name under readers' eyes without touching their locks; dropping a table waits for whoever still reads it, and
keeps others out meanwhile. So the old schema only steps aside in the transaction, and goes afterwards, when nobody reads it.
"""

from __future__ import annotations

from typing import Any

import psycopg2

from contract.platform.failures import ConfigurationFailure
from orchestration.postgres.tables import SCHEMA

NEXT = f"{SCHEMA}_next"
_ASIDE = f"{SCHEMA}_last_"
_LOCK_TIMEOUT = "1s"


def is_there(cursor: Any, schema: str) -> bool:
    cursor.execute("select 1 from pg_namespace where nspname = %s", (schema,))
    return cursor.fetchone() is not None


def require_ours(cursor: Any) -> None:
    """A schema of our name that no version was ever served into is somebody else's: it is left alone."""
    if is_there(cursor, SCHEMA):
        raise ConfigurationFailure(
            f"The serving database already has a schema {SCHEMA}, which was not made by this platform.",
            "Point VOICE_SERVING_URL to a database of its own, or rename that schema.",
        )


def swap_in(cursor: Any) -> None:
    """``NEXT`` becomes the present schema when the transaction commits; what was there is put aside."""
    if is_there(cursor, SCHEMA):
        cursor.execute("select txid_current()")
        (transaction,) = cursor.fetchone()
        cursor.execute(f"alter schema {SCHEMA} rename to {_ASIDE}{transaction}")
    cursor.execute(f"alter schema {NEXT} rename to {SCHEMA}")


def drop_put_aside(connection: Any) -> None:
    """Remove schemas that were put aside; one that is still read is left for the next time."""
    cursor = connection.cursor()
    cursor.execute("select nspname from pg_namespace where nspname ~ %s", (f"^{_ASIDE}[0-9]+$",))
    for (schema,) in cursor.fetchall():
        try:
            cursor.execute(f"set local lock_timeout = '{_LOCK_TIMEOUT}'; drop schema {schema} cascade")
            connection.commit()
        except psycopg2.errors.LockNotAvailable:
            connection.rollback()
    connection.rollback()
