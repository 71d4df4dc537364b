"""Connect to the serving database; failures are described without its address or password."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import psycopg2

from contract.platform.failures import ConfigurationFailure, TransientFailure
from contract.platform.retry import RetryPolicy, call_with_retry
from contract.platform.settings import Settings

_LOCK = 0x766F6963
"""Key of the advisory lock, a number of our own choice: the letters ``voic`` in ASCII."""
_LOCK_TIMEOUT = "10min"
_WRONG = (
    "authentication failed",
    "no password supplied",
    "does not exist",
    "no pg_hba.conf entry",
    "permission denied",
    "not permitted to log in",
    "does not support SSL",
    "invalid",
)
_LOST = ("08", "40", "53", "57")
"""Classes of SQLSTATE: connection, rolled back for a concurrent one, out of resources, shut down or cancelled."""
_LOCK_NOT_AVAILABLE = "55P03"


@contextmanager
def serving_connection(settings: Settings, sleep: Callable[[float], None] = time.sleep) -> Generator[Any]:
    """Open a connection of its own, closed at the end; whoever writes holds the advisory lock (``exclusively``).

    ``ConfigurationFailure`` when user, password or database are wrong, or when the database cannot hold every character;
    ``TransientFailure`` when nobody answers after 4 tries.
    """
    if settings.serving_url is None:
        raise ConfigurationFailure(
            "There is no serving database.", "Set VOICE_SERVING_URL to postgresql://user:password@host/database."
        )
    connection = _connect_in_time(settings.serving_url.get_secret_value(), sleep)
    try:
        _require_utf8(connection)
        yield connection
    finally:
        connection.close()


def _connect_in_time(url: str, sleep: Callable[[float], None]) -> Any:
    return call_with_retry(lambda: _connect(url), RetryPolicy(), lambda error: isinstance(error, TransientFailure), sleep=sleep)


def _connect(url: str) -> Any:
    """Text travels as UTF-8, whatever the database or ``PGCLIENTENCODING`` would have by default."""
    try:
        return psycopg2.connect(url, connect_timeout=10, application_name="voice", client_encoding="UTF8")
    except psycopg2.Error as error:
        if isinstance(error, psycopg2.OperationalError) and not any(sign in str(error) for sign in _WRONG):
            raise TransientFailure(
                "The serving database does not answer.", "See that it runs and can be reached; the next run serves what is missing."
            ) from None
        raise ConfigurationFailure(
            "The serving database refuses the connection.", "Correct user, password and database in VOICE_SERVING_URL."
        ) from None


def _require_utf8(connection: Any) -> None:
    encoding = connection.get_parameter_status("server_encoding")
    if encoding != "UTF8":
        raise ConfigurationFailure(
            f"The serving database is encoded in {encoding}, which cannot hold what callers say.",
            "Make one with: create database ... encoding 'UTF8' template template0.",
        )


def exclusively(cursor: Any) -> None:
    """Wait until no other process serves, ten minutes at most; the lock goes with the connection."""
    cursor.execute(f"set lock_timeout = '{_LOCK_TIMEOUT}'")
    cursor.execute("select pg_advisory_lock(%s)", (_LOCK,))


def is_passing(error: psycopg2.Error) -> bool:
    """Return whether the same statements may succeed later. To psycopg, a text that is too long is operational too."""
    if error.pgcode is None:
        return isinstance(error, psycopg2.OperationalError | psycopg2.InterfaceError)
    return error.pgcode[:2] in _LOST or error.pgcode == _LOCK_NOT_AVAILABLE
