"""Deliver calls that were left in the spool by a crash, an outage or a full disk."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.delivery.outbox import Outbox
from agent.spool import Row, Spool, SpoolTaken, spooled
from contract.document.canonical import canonical_json
from contract.document.identity import peek_identity
from contract.document.keys import session_key
from contract.document.session import SessionDocument
from contract.platform.failures import VoiceError
from contract.platform.store import Store
from contract.rejections import Rejected

log = logging.getLogger(__name__)

Build = Callable[[Sequence[Row]], SessionDocument]

_UNREADABLE = "unreadable"
_RECOVERED_REVISION = 2
"""Above revision 1, which a promoted checkpoint of the same call has."""


@dataclass(frozen=True, slots=True)
class Swept:
    """Count the spools of one sweep: ``waiting`` could not be delivered now; ``unreadable`` holds no call and was quarantined."""

    delivered: int = 0
    waiting: int = 0
    unreadable: int = 0


def sweep(folder: Path, outbox: Outbox, build: Build) -> Swept:
    """Deliver every call left behind. Each is locked while it is delivered, so that two sweeps never deliver the same one."""
    counts = {"delivered": 0, "waiting": 0, "unreadable": 0}
    for path in spooled(folder):
        outcome = _deliver(path, outbox, build)
        if outcome:
            counts[outcome] += 1
    return Swept(**counts)


async def sweep_forever(folder: Path, outbox: Outbox, build: Build, every_seconds: float) -> None:
    """Sweep now and every ``every_seconds``, until cancelled; a sweep that fails is retried."""
    while True:
        try:
            await asyncio.to_thread(sweep, folder, outbox, build)
        except Exception as error:  # whatever it is, the calls that wait must be tried again
            log.error("The spool was not swept: %s. Check that VOICE_HOME is writable.", type(error).__name__)
        await asyncio.sleep(every_seconds)


def recovered(document: SessionDocument, store: Store) -> SessionDocument:
    """Raise the revision of a dead process's document: its spool holds more than its last checkpoint, which may have been promoted
    as revision 1 meanwhile. A complete document, or another call's, keeps its place.
    """
    if document.complete:
        return document
    try:
        stored = peek_identity(store.get(session_key(document.session_id, document.start_time)))
    except (KeyError, Rejected):
        return document.model_copy(update={"revision": _RECOVERED_REVISION})
    if stored.complete or stored.is_another_call(peek_identity(canonical_json(document))):
        return document
    return document.model_copy(update={"revision": _RECOVERED_REVISION})


def _deliver(path: Path, outbox: Outbox, build: Build) -> str | None:
    try:
        spool = Spool.take(path)
    except (SpoolTaken, FileNotFoundError):
        return None
    except OSError as error:
        return _waits(path.stem, type(error).__name__)
    try:
        return _deliver_spool(spool, outbox, build)
    except OSError as error:
        return _waits(path.stem, type(error).__name__)
    finally:
        spool.close()


def _waits(session_id: str, problem: str) -> str:
    """Log a spool that stays: one file that cannot be read or moved does not stop the others."""
    log.error("%s stays in the spool: %s. Check the file and its disk.", session_id, problem)
    return "waiting"


def _deliver_spool(spool: Spool, outbox: Outbox, build: Build) -> str | None:
    rows: list[dict[str, Any]] = spool.rows()
    if not rows and not spool.path.stat().st_size:
        spool.remove()
        return None
    try:
        outbox.deliver_now(spool, recovered(build(rows), outbox.store))
    except (Rejected, ValueError, KeyError, TypeError) as error:
        return _quarantine(spool.path, error)
    except VoiceError as failure:
        log.warning("%s stays in the spool: %s", spool.session_id, failure.problem)
        return "waiting"
    return "delivered"


def _quarantine(path: Path, error: Exception) -> str:
    """Move a spool from which no call can be built to a folder of its own, for a person to inspect."""
    folder = path.parent / _UNREADABLE
    folder.mkdir(exist_ok=True, mode=0o700)
    path.replace(folder / f"{path.stem}_{path.stat().st_mtime_ns}{path.suffix}")
    log.error("%s holds no call (%s) and was moved to %s", path.stem, type(error).__name__, _UNREADABLE)
    return "unreadable"
