"""Run the checks of ``voice doctor``; they change nothing except a probe object in the store, which is removed."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

from contract.platform.failures import VoiceError, failure_of_system
from contract.platform.settings import Settings
from contract.platform.store import Store
from orchestration.destinations.registry import VENDORS
from orchestration.destinations.vendor import Vendor
from orchestration.diagnosis import Diagnosis
from orchestration.intake.planning import first_partition
from orchestration.resources import Platform
from orchestration.state.database import StateDatabase
from orchestration.state.first_partition import recorded_first_partition
from orchestration.state.reconciliation import reconcile

DUCKDB_VERSION = "1.5.5"


def check_up(platform: Platform) -> list[Diagnosis]:
    """Run every check in turn; a check that raises a ``VoiceError`` becomes a diagnosis with its remedy."""
    of_platform = (_versions, _home, _store, _state, _partitions, _published, _postgres)
    return [
        *(
            diagnosis
            for check in of_platform
            for diagnosis in _guarded(check.__name__.strip("_"), lambda c=check: c(platform.settings))
        ),
        *(diagnosis for vendor in VENDORS for diagnosis in _guarded(vendor.name, lambda v=vendor: _vendor(v, platform))),
        *_guarded("queue", lambda: _queue(platform)),
        *_guarded("e-mail", lambda: _mail(platform)),
        *(
            diagnosis
            for check in (_spool, _agent)
            for diagnosis in _guarded(check.__name__.strip("_"), lambda c=check: c(platform.settings))
        ),
    ]


def _guarded(subject: str, check: Callable[[], Iterator[Diagnosis]]) -> list[Diagnosis]:
    try:
        return list(check())
    except VoiceError as failure:
        return [Diagnosis(subject, False, failure.problem, failure.remedy)]
    except OSError as error:
        failure = failure_of_system(error)
        return [Diagnosis(subject, False, failure.problem, failure.remedy)]
    except Exception as error:
        return [Diagnosis(subject, False, f"the check failed: {type(error).__name__}", "Run it again; report it if it stays.")]


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
    state = StateDatabase(settings.state)
    totals = reconcile(state, settings.clock())
    adds_up = totals.residual == 0
    counts = ("received", "analysed", "rejected", "pending")
    found = f"{state.product}: {', '.join(f'{getattr(totals, name)} {name}' for name in counts)}"
    yield Diagnosis("state", adds_up, found, None if adds_up else "Restore the state database from its backup, then 'voice run'.")


def _partitions(settings: Settings) -> Iterator[Diagnosis]:
    """Compare the first partition that Dagster has loaded with the one it would have if it loaded the definitions now."""
    state, now = StateDatabase(settings.state), settings.clock()
    due = first_partition(settings, state, now)
    with state.reading() as connection:
        loaded = recorded_first_partition(connection) or due
    remedy = "Reload the code location in the Dagster UI, or start Dagster again, to give earlier days their own partitions."
    found = f"days from {loaded}" + (f", but calls are there from {due}" if due < loaded else "")
    yield Diagnosis("partitions", due >= loaded, found, remedy if due < loaded else None)


def _published(settings: Settings) -> Iterator[Diagnosis]:
    from orchestration.warehouse.agreement import REMEDY, compare
    from orchestration.warehouse.manifest import read_manifest
    from orchestration.warehouse.reader import open_published
    from orchestration.warehouse.stable_file import STABLE_FILE

    manifest, folder = read_manifest(settings.published_dir), settings.published_dir.absolute()
    if manifest and manifest.root != str(folder):
        found = f"moved: its files name each other by {manifest.root}, and it lies at {folder}"
        remedy = "Run 'voice run', which publishes it where it lies now, or move it back."
        yield Diagnosis("published warehouse", False, found, remedy)
        return
    with open_published(settings) as connection:
        sessions = connection.execute("select count(*) from sessions").fetchall()[0][0]
    compared = compare(settings, StateDatabase(settings.state))
    problem = compared.problem if compared else None
    found = problem or f"{sessions} sessions; for other tools: {folder / STABLE_FILE}"
    yield Diagnosis("published warehouse", problem is None, found, REMEDY if problem else None)


def _postgres(settings: Settings) -> Iterator[Diagnosis]:
    if settings.serving_url is None:
        yield Diagnosis("serving database", True, "none: VOICE_SERVING_URL is not set")
        return
    from orchestration.postgres.connection import serving_connection
    from orchestration.postgres.rights import ROLES, create_roles

    with serving_connection(settings) as connection, connection.cursor() as cursor:
        cursor.execute(
            "select current_setting('server_version'), has_database_privilege(current_database(), 'create'),"
            " rolcreaterole or rolsuper or (select count(*) = %s from pg_roles where rolname = any(%s))"
            " from pg_roles where rolname = current_user",
            (len(ROLES), list(ROLES)),
        )
        server, may_create, has_roles = cursor.fetchone()
    remedy = None if may_create else "Let the owner of the database run: grant create on database ... to the serving user."
    remedy = remedy or (None if has_roles else f"Let a person who may run: {create_roles()}.")
    yield Diagnosis("serving database", may_create and has_roles, f"PostgreSQL {server}", remedy)


def _vendor(vendor: Vendor, platform: Platform) -> Iterator[Diagnosis]:
    """Run the vendor's own check; a vendor that is not configured is no fault."""
    if missing := vendor.missing(platform):
        yield Diagnosis(vendor.name, True, f"none: {missing} is not set")
    elif vendor.check:
        yield from vendor.check(platform)


def _queue(platform: Platform) -> Iterator[Diagnosis]:
    """Ask the queue and its dead-letter queue how many messages they hold; none is received."""
    if platform.queue is None:
        yield Diagnosis("queue", True, "none: VOICE_QUEUE_URL is not set")
        return
    waiting, dead = platform.queue.depth(), platform.queue.dead_letters().depth()
    remedy = "Run 'voice replay-rejected --queue', after the documents or the platform were fixed." if dead else None
    yield Diagnosis("queue", not dead, f"{waiting} messages wait, {dead} are dead letters", remedy)


def _mail(platform: Platform) -> Iterator[Diagnosis]:
    """Compare the recipients with the addresses; no e-mail is sent."""
    from orchestration.mail.settings import MailSettings
    from orchestration.reports.recipients import RecipientList

    own, listed = platform.settings_of(MailSettings), platform.reference.table(RecipientList).recipients
    if own.missing:
        yield Diagnosis("e-mail", True, f"none: {own.missing} is not set")
        return
    names = {recipient.name for recipient in listed}
    unknown = sorted(own.by_recipient.keys() - names)
    found = f"{len(names & own.by_recipient.keys())} of {len(names)} recipients have an address; the first report tests the server"
    remedy = f"Name {', '.join(unknown)} in data/recipients.yml, or take them out of VOICE_MAIL_ADDRESSES." if unknown else None
    yield Diagnosis("e-mail", not unknown, found, remedy)
    if not platform.settings.base_url:
        yield Diagnosis("unsubscribing", False, "e-mails have no link to unsubscribe", "Set VOICE_BASE_URL.")


def _spool(settings: Settings) -> Iterator[Diagnosis]:
    """Count the files in the spool. Live calls and undelivered ones look alike: a file that stays could not be delivered."""
    from agent.spool import PARKED, spooled

    waiting = sum(1 for _ in spooled(settings.spool_dir))
    unreadable = settings.spool_dir / "unreadable"
    broken, parked = (_files_in(folder) for folder in (unreadable, settings.spool_dir / PARKED))
    found = f"{waiting} calls under way or waiting, {broken} unreadable, {parked} messages refused by the queue"
    yield Diagnosis("spool", not broken, found, f"Inspect the files in {unreadable}, then remove them." if broken else None)


def _files_in(folder: Path) -> int:
    return sum(1 for _ in folder.iterdir()) if folder.is_dir() else 0


def _agent(_: Settings) -> Iterator[Diagnosis]:
    """Check the worker's settings; models are loaded only where LiveKit is configured."""
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
    """Call ``names`` inside a running loop, which LiveKit's models need when they are made."""
    return names()
