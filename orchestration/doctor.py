"""The checks behind ``voice doctor``; none of them changes anything but a probe object that it removes again."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from uuid import uuid4

from contract.platform.failures import VoiceError
from contract.platform.settings import Settings
from contract.platform.store import Store
from orchestration.state.database import StateDatabase
from orchestration.state.reconciliation import reconcile

DUCKDB_VERSION = "1.5.5"


@dataclass(frozen=True)
class Diagnosis:
    subject: str
    ok: bool
    found: str
    remedy: str | None = None


def check_up(settings: Settings) -> list[Diagnosis]:
    """Every check in turn; one that raises a failure of ours becomes a finding with its remedy."""
    return [
        finding
        for check in (_versions, _home, _store, _state, _published, _serving, _salesforce, _amplitude, _spool, _agent)
        for finding in _guarded(check, settings)
    ]


def _guarded(check: Callable[[Settings], Iterator[Diagnosis]], settings: Settings) -> list[Diagnosis]:
    try:
        return list(check(settings))
    except VoiceError as failure:
        return [Diagnosis(check.__name__.strip("_"), False, failure.problem, failure.remedy)]


def _versions(_: Settings) -> Iterator[Diagnosis]:
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    yield Diagnosis(
        "python", python in ("3.11", "3.12"), python, None if python in ("3.11", "3.12") else "Use Python 3.11 or 3.12."
    )
    duckdb = version("duckdb")
    right = duckdb == DUCKDB_VERSION
    yield Diagnosis(
        "duckdb", right, duckdb, None if right else f"Install duckdb {DUCKDB_VERSION}: its extensions load in no other."
    )


def _home(settings: Settings) -> Iterator[Diagnosis]:
    nearest = next(p for p in (settings.home, *settings.home.absolute().parents) if p.exists())
    writable = os.access(nearest, os.W_OK)
    yield Diagnosis(
        "home", writable, "writable" if writable else "not writable", None if writable else "Set VOICE_HOME to a folder you own."
    )
    clock = "pinned" if settings.now else "system"
    yield Diagnosis("clock", True, f"{settings.clock():%Y-%m-%d %H:%M} UTC ({clock}), business time zone {settings.business_tz}")


def _store(settings: Settings) -> Iterator[Diagnosis]:
    store, key = Store(settings.store_uri), f"doctor/{uuid4().hex}"
    first, second = store.put_if_absent(key, b"probe"), store.put_if_absent(key, b"again")
    store.delete(key)
    conditional = first and not second
    remedy = None if conditional else "Use a store that honours conditional writes (If-None-Match)."
    yield Diagnosis(
        "store", conditional, "reads, writes and refuses to overwrite" if conditional else "overwrites silently", remedy
    )


def _state(settings: Settings) -> Iterator[Diagnosis]:
    totals = reconcile(StateDatabase(settings.state_path), settings.clock())
    adds_up = totals.residual == 0
    found = f"{totals.received} received, {totals.analysed} analysed, {totals.rejected} rejected, {totals.pending} pending"
    yield Diagnosis("state", adds_up, found, None if adds_up else "Restore the state database from its backup, then 'voice run'.")


def _published(settings: Settings) -> Iterator[Diagnosis]:
    from orchestration.warehouse.reader import open_published

    with open_published(settings) as connection:
        sessions = connection.execute("select count(*) from sessions").fetchall()[0][0]
    yield Diagnosis("published warehouse", True, f"{sessions} sessions")


def _serving(settings: Settings) -> Iterator[Diagnosis]:
    if settings.serving_url is None:
        yield Diagnosis("serving database", True, "none: VOICE_SERVING_URL is not set")
        return
    from orchestration.postgres.connection import serving_connection
    from orchestration.postgres.rights import create_roles

    with serving_connection(settings) as connection, connection.cursor() as cursor:
        cursor.execute(
            "select current_setting('server_version'), has_database_privilege(current_database(), 'create'),"
            " rolcreaterole or rolsuper or (select count(*) = 2 from pg_roles where rolname in ('reporting', 'analyst'))"
            " from pg_roles where rolname = current_user"
        )
        server, may_create, has_roles = cursor.fetchone()
    remedy = None if may_create else "Let the owner of the database run: grant create on database ... to the serving user."
    remedy = remedy or (None if has_roles else f"Let a person who may run: {create_roles()}.")
    yield Diagnosis("serving database", may_create and has_roles, f"PostgreSQL {server}", remedy)


def _salesforce(settings: Settings) -> Iterator[Diagnosis]:
    """Signs in, and compares the org with the declared fields."""
    if not settings.salesforce_url:
        yield Diagnosis("salesforce", True, "none: VOICE_SALESFORCE_URL is not set")
        return
    from contract.reference import Reference
    from orchestration.destinations.salesforce.destination import salesforce_client
    from orchestration.destinations.salesforce.fields import SalesforceFields
    from orchestration.destinations.salesforce.provisioning import differences

    client = salesforce_client(settings, StateDatabase(settings.state_path))
    declared = Reference().table(SalesforceFields).by_object
    wrong = [line for name, fields in declared.items() for line in differences(name, client.describe(name), fields)]
    left = client.limits()["DailyApiRequests"]["Remaining"]
    found = f"{len(wrong)} differences: {'; '.join(wrong[:3])}" if wrong else f"every field is there; {left} requests left today"
    yield Diagnosis("salesforce", not wrong, found, "Run 'voice provision salesforce'." if wrong else None)


def _amplitude(settings: Settings) -> Iterator[Diagnosis]:
    """A key can only be tried by sending an event, which would be counted: it is not tried."""
    there = settings.amplitude_api_key is not None
    yield Diagnosis(
        "amplitude", True, "a key is set; it is tried by the first sync" if there else "none: no VOICE_AMPLITUDE_API_KEY"
    )


def _spool(settings: Settings) -> Iterator[Diagnosis]:
    """Calls under way and calls left behind look alike here: a file that stays is one that no sweep could deliver."""
    from agent.spool import spooled

    waiting = sum(1 for _ in spooled(settings.spool_dir))
    unreadable = settings.spool_dir / "unreadable"
    broken = sum(1 for _ in unreadable.iterdir()) if unreadable.is_dir() else 0
    found = f"{waiting} calls under way or waiting, {broken} unreadable"
    yield Diagnosis("spool", not broken, found, f"Look at the files in {unreadable} and remove them." if broken else None)


def _agent(_: Settings) -> Iterator[Diagnosis]:
    """The worker's settings; models are tried only where a worker is meant to run."""
    from agent.settings import load_agent_settings

    agent = load_agent_settings()
    if not os.environ.get("LIVEKIT_URL"):
        yield Diagnosis("agent", True, "offline calls only: LIVEKIT_URL is not set")
        return
    from agent.models import load_plugins, models_of

    load_plugins(agent)
    names = asyncio.run(_named(lambda: models_of(agent).names))
    yield Diagnosis("agent", True, f"version {agent.version}; {', '.join(f'{kind} {name}' for kind, name in names.items())}")


async def _named(names: Callable[[], dict[str, str]]) -> dict[str, str]:
    """LiveKit's models want a running loop when they are made."""
    return names()
