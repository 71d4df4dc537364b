"""Connecting to the serving database; what goes wrong is said without its address or password."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import psycopg2
import stamina

from contract.failures import ConfigurationFailure, TransientFailure
from contract.settings import Settings

_LOCK = 0x766F6963
_WRONG = ("password authentication failed", "does not exist", "no pg_hba.conf entry", "invalid dsn", "invalid connection option")
_TRIES = 4


@contextmanager
def serving_connection(settings: Settings) -> Generator[Any]:
    """A connection of its own, closed at the end; whoever writes holds the advisory lock (``exclusively``).

    ``ConfigurationFailure`` when user, password or database are wrong, ``TransientFailure`` when nobody answers after 4 tries.
    """
    if settings.serving_url is None:
        raise ConfigurationFailure(
            "There is no serving database.", "Set VOICE_SERVING_URL to postgresql://user:password@host/database."
        )
    connection = _connect(settings.serving_url.get_secret_value())
    try:
        yield connection
    finally:
        connection.close()


def _connect(url: str) -> Any:
    try:
        for attempt in stamina.retry_context(on=_is_transient, attempts=_TRIES, wait_initial=1.0, wait_jitter=0.3, wait_max=4.0):
            with attempt:
                return psycopg2.connect(url, connect_timeout=10, application_name="voice")
    except psycopg2.Error as error:
        if not _is_transient(error):
            raise ConfigurationFailure(
                "The serving database refuses the connection.", "Correct user, password and database in VOICE_SERVING_URL."
            ) from None
    raise TransientFailure(
        "The serving database does not answer.", "See that it runs and can be reached; the next run serves what is missing."
    )


def _is_transient(error: Exception) -> bool:
    return isinstance(error, psycopg2.OperationalError) and not any(sign in str(error) for sign in _WRONG)


def exclusively(cursor: Any) -> None:
    """Wait until no other process serves; the lock goes with the connection."""
    cursor.execute("select pg_advisory_lock(%s)", (_LOCK,))
