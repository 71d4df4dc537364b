"""Give the state database a random id, which says whose lake a store holds."""

from __future__ import annotations

import secrets

from sqlalchemy import Connection

from orchestration.state.counters import counter, set_counter

_NAME = "state_id"
_BITS = 62
"""Bits of the id: a signed 64-bit column holds it, and no two homes ever have the same."""


def state_id(connection: Connection) -> str:
    """Return the id as 16 hexadecimal digits, made on first use."""
    if not counter(connection, _NAME):
        set_counter(connection, _NAME, secrets.randbits(_BITS) + 1)
    return f"{counter(connection, _NAME):016x}"


def adopt_state_id(connection: Connection, known: str) -> None:
    """Take the id of the database that this one replaces, given as ``state_id`` returns it."""
    set_counter(connection, _NAME, int(known, 16))
