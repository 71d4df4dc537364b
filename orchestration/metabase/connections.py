"""A role's connection in Metabase (www.metabase.com/docs/latest/api#tag/apidatabase), and what Metabase has read of its tables."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from contract.platform.failures import ConfigurationFailure, TransientFailure
from orchestration.metabase.client import MetabaseClient
from orchestration.metabase.queries import DATED_COLUMN
from orchestration.metabase.roles import MetabaseRole
from orchestration.postgres.tables import SCHEMA
from orchestration.provision_step import ProvisionStep

_ENGINE = "postgres"
_PORT = 5432  # PostgreSQL's own
_PAUSE, _LONGEST = 2.0, 120.0  # seconds between two looks at what Metabase has read, and at most in all
_COMPARED = ("host", "port", "dbname", "user", "ssl", "schema-filters-type", "schema-filters-patterns", "additional-options")
"""What of the details is compared: Metabase gives passwords back masked."""


@dataclass(frozen=True)
class RoleConnection:
    """``details`` are Metabase's for PostgreSQL, the password among them."""

    role: MetabaseRole
    details: Mapping[str, Any]


def connection_of(role: MetabaseRole, url: str, setting: str) -> RoleConnection:
    """Turn ``postgresql://user:password@host:port/database?sslmode=…`` into details; its password is in no message."""
    try:
        parts = urlsplit(url)
        host, port, query = parts.hostname, parts.port or _PORT, dict(parse_qsl(parts.query))
    except ValueError:
        host, port, query, parts = None, _PORT, {}, urlsplit("")
    if parts.scheme not in ("postgresql", "postgres") or not host or not parts.path.strip("/") or not parts.username:
        raise ConfigurationFailure(f"{setting} names no database.", "Set it to postgresql://user:password@host/database.")
    mode = query.get("sslmode", "disable")
    return RoleConnection(
        role,
        {
            "host": host,
            "port": port,
            "dbname": unquote(parts.path.strip("/")),
            "user": unquote(parts.username),
            "password": unquote(parts.password or ""),
            "ssl": mode not in ("disable", "allow", "prefer"),
            **({"ssl-mode": mode} if mode in ("require", "verify-ca", "verify-full") else {}),
            "schema-filters-type": "inclusion",
            "schema-filters-patterns": SCHEMA,
            "additional-options": f"currentSchema={SCHEMA}",
        },
    )


def connection_steps(client: MetabaseClient, connection: RoleConnection) -> Iterator[ProvisionStep]:
    """Yield what differs. A changed password alone is not seen; it is entered in Metabase's own settings of the connection."""
    title = connection.role.title
    found = _found(client, title)
    body = {"name": title, "engine": _ENGINE, "details": dict(connection.details)}
    if found is None:
        yield ProvisionStep(f"connection {title}", "create it", lambda: _create(client, body))
        return
    details = client.get(f"/api/database/{found['id']}").get("details") or {}
    differing = [name for name in _COMPARED if details.get(name) != connection.details.get(name)]
    if differing:
        change = f"change {', '.join(differing)}"
        yield ProvisionStep(f"connection {title}", change, lambda: client.put(f"/api/database/{found['id']}", body))


def database_id(client: MetabaseClient, role: MetabaseRole) -> int | None:
    """Return Metabase's number of a role's connection; None while there is none."""
    found = _found(client, role.title)
    return None if found is None else int(found["id"])


def dated_fields(
    client: MetabaseClient, database: int, tables: frozenset[str], sleep: Callable[[float], None] = time.sleep
) -> dict[str, int]:
    """Return Metabase's number of ``business_day`` by table, once it has read them all, which it does by and by.

    Raises ``TransientFailure`` when that takes longer than two minutes.
    """
    waited = 0.0
    while True:
        found = _fields(client, database)
        missing = tables - set(found)
        if not missing:
            return found
        if waited >= _LONGEST:
            raise TransientFailure(
                f"Metabase has not read {', '.join(sorted(missing))} yet.",
                "See in its settings of the connection that it can be read, then run the command again.",
            )
        sleep(_PAUSE)
        waited += _PAUSE


def _fields(client: MetabaseClient, database: int) -> dict[str, int]:
    metadata = client.get(f"/api/database/{database}/metadata", {"include_hidden": "true"})
    return {
        table["name"]: field["id"]
        for table in metadata.get("tables") or []
        if table.get("schema") == SCHEMA
        for field in table.get("fields") or []
        if field["name"] == DATED_COLUMN
    }


def _found(client: MetabaseClient, name: str) -> dict[str, Any] | None:
    listed = client.get("/api/database")
    return next((each for each in (listed["data"] if isinstance(listed, dict) else listed) if each["name"] == name), None)


def _create(client: MetabaseClient, body: dict[str, Any]) -> None:
    made = client.post("/api/database", body)
    client.post(f"/api/database/{made['id']}/sync_schema")
