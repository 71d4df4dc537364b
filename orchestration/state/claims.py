"""Who works on what: a claim belongs to a run, a run to a process, and a claim of a dead process is free again."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from datetime import datetime, timedelta

import psutil
from sqlalchemy import Connection, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from contract.platform.batching import batches
from contract.platform.failures import TransientFailure
from orchestration.state.counters import next_value
from orchestration.state.documents import AT_ONCE
from orchestration.state.tables import DOCUMENTS, RUNS


def register_run(connection: Connection, run_id: str, now: datetime, lease_seconds: int) -> None:
    """Say that this process works on ``run_id``; called again, it renews the lease.

    ``TransientFailure`` when the run's claims were given to another run: going on would mix up two batches.
    """
    row: dict[str, object] = {
        "run_id": run_id,
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "process_started": _started(os.getpid()),
        "lease_until": now + timedelta(seconds=lease_seconds),
    }
    if connection.execute(select(RUNS.c.released).where(RUNS.c.run_id == run_id)).scalar_one_or_none():
        raise TransientFailure(
            f"The claims of run {run_id} were given back while it was at work.", "The next run takes up its sessions."
        )
    connection.execute(insert(RUNS).values({**row, "released": False}).on_conflict_do_update(index_elements=["run_id"], set_=row))


def dead_runs(connection: Connection, now: datetime) -> list[str]:
    """Runs whose process is gone: looked up on this machine, told by the expired lease on another one."""
    runs = connection.execute(select(RUNS).where(~RUNS.c.released)).all()
    return [run.run_id for run in runs if not _alive(run.host, run.pid, run.process_started, run.lease_until, now)]


def release(connection: Connection, run_ids: list[str]) -> int:
    """Make what these runs had claimed pending again and end the runs; the number of documents released."""
    claimed = (DOCUMENTS.c.run_id.in_(run_ids)) & (DOCUMENTS.c.state == "claimed")
    held = connection.execute(select(func.count()).where(claimed)).scalar_one()
    if held:
        freed = {"state": "discovered", "run_id": None, "change_seq": next_value(connection, "change")}
        connection.execute(update(DOCUMENTS).where(claimed).values(freed))
    connection.execute(update(RUNS).where(RUNS.c.run_id.in_(run_ids)).values(released=True))
    return held


def claim(connection: Connection, run_id: str, store_keys: Sequence[str]) -> list[str]:
    """Take those of ``store_keys`` that nobody else works on; a key may be taken again by the same run."""
    seq = next_value(connection, "change")
    free = or_(DOCUMENTS.c.state.in_(("discovered", "analysed")), DOCUMENTS.c.run_id == run_id)
    for chunk in batches(store_keys, AT_ONCE):
        connection.execute(
            update(DOCUMENTS).where(DOCUMENTS.c.store_key.in_(chunk), free).values(state="claimed", run_id=run_id, change_seq=seq)
        )
    return claimed_keys(connection, run_id)


def claimed_keys(connection: Connection, run_id: str) -> list[str]:
    query = select(DOCUMENTS.c.store_key).where(DOCUMENTS.c.run_id == run_id, DOCUMENTS.c.state == "claimed")
    return list(connection.execute(query.order_by(DOCUMENTS.c.store_key)).scalars())


def unclaim(connection: Connection, run_id: str, store_keys: Sequence[str]) -> None:
    """Claimed documents that this run will not get to: pending for the next."""
    c = DOCUMENTS.c
    seq = next_value(connection, "change")
    for chunk in batches(store_keys, AT_ONCE):
        ours = c.store_key.in_(chunk) & (c.run_id == run_id) & (c.state == "claimed")
        connection.execute(update(DOCUMENTS).where(ours).values(state="discovered", run_id=None, change_seq=seq))


def _alive(host: str, pid: int, process_started: str, lease_until: datetime, now: datetime) -> bool:
    if host == socket.gethostname():
        return process_started != "" and _started(pid) == process_started
    return lease_until > now


def _started(pid: int) -> str:
    """When the process with this pid started, or '' when there is none (a zombie counts as none)."""
    try:
        process = psutil.Process(pid)
        return "" if process.status() == psutil.STATUS_ZOMBIE else f"{process.create_time():.2f}"
    except psutil.NoSuchProcess:
        return ""
