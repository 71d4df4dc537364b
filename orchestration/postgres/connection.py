"""Connect to the serving database."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import Settings
from orchestration.postgres_server import connect

_LOCK = 0x766F6963
"""Key of the advisory lock, a number of our own choice: the letters ``voic`` in ASCII."""
_LOCK_TIMEOUT = "10min"


@contextmanager
def serving_connection(settings: Settings, sleep: Callable[[float], None] = time.sleep) -> Generator[Any]:
    """Open a connection of its own, closed at the end; whoever writes holds the advisory lock (``exclusively``).

    Raises as ``connect`` does, and ``ConfigurationFailure`` when there is no serving database.
    """
    if settings.serving_url is None:
        raise ConfigurationFailure(
            "There is no serving database.", "Set VOICE_SERVING_URL to postgresql://user:password@host/database."
        )
    connection = connect(settings.serving_url.get_secret_value(), "serving database", "VOICE_SERVING_URL", sleep)
    try:
        yield connection
    finally:
        connection.close()


def exclusively(cursor: Any) -> None:
    """Wait until no other process serves, ten minutes at most; the lock goes with the connection."""
    cursor.execute(f"set lock_timeout = '{_LOCK_TIMEOUT}'")
    cursor.execute("select pg_advisory_lock(%s)", (_LOCK,))
