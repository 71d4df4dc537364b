"""Connect to a PostgreSQL; failures are described without its address or password."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import psycopg2
from psycopg2.extensions import parse_dsn

from contract.platform.failures import ConfigurationFailure, TransientFailure
from contract.platform.retry import RetryPolicy, call_with_retry

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


def connect(url: str, name: str, setting: str, sleep: Callable[[float], None] = time.sleep) -> Any:
    """Return a connection; ``name`` and ``setting`` say in failures which database it is, and which variable holds its address.

    ``ConfigurationFailure`` when user, password or database are wrong, or when the database cannot hold every character;
    ``TransientFailure`` when nobody answers after 4 tries.
    """
    connection = call_with_retry(
        lambda: _connected(url, name, setting), RetryPolicy(), lambda error: isinstance(error, TransientFailure), sleep=sleep
    )
    try:
        _require_utf8(connection, name)
    except ConfigurationFailure:
        connection.close()
        raise
    return connection


def parts_of(url: str, name: str, setting: str) -> dict[str, str]:
    """Return the parameters of an address by libpq's names; ``name`` and ``setting`` as in ``connect``.

    ``ConfigurationFailure`` when it is no address.
    """
    try:
        return parse_dsn(url)
    except psycopg2.Error:
        raise ConfigurationFailure(f"The address of the {name} cannot be read.", f"Correct {setting}.") from None


def is_passing(error: BaseException | None) -> bool:
    """Return whether the same statements may succeed later. To psycopg, a text that is too long is operational too."""
    if not isinstance(error, psycopg2.Error):
        return False
    if error.pgcode is None:
        return isinstance(error, psycopg2.OperationalError | psycopg2.InterfaceError)
    return error.pgcode[:2] in _LOST or error.pgcode == _LOCK_NOT_AVAILABLE


def _connected(url: str, name: str, setting: str) -> Any:
    """Text travels as UTF-8, whatever the database or ``PGCLIENTENCODING`` would have by default."""
    try:
        return psycopg2.connect(url, connect_timeout=10, application_name="voice", client_encoding="UTF8")
    except psycopg2.Error as error:
        if isinstance(error, psycopg2.OperationalError) and not any(sign in str(error) for sign in _WRONG):
            raise TransientFailure(
                f"The {name} does not answer.", "See that it runs and can be reached; the next run does what is missing."
            ) from None
        raise ConfigurationFailure(
            f"The {name} refuses the connection.", f"Correct user, password and database in {setting}."
        ) from None


def _require_utf8(connection: Any, name: str) -> None:
    encoding = connection.get_parameter_status("server_encoding")
    if encoding != "UTF8":
        raise ConfigurationFailure(
            f"The {name} is encoded in {encoding}, which cannot hold what callers say.",
            "Make one with: create database ... encoding 'UTF8' template template0.",
        )
