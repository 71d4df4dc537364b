"""Claim documents for runs: a claim belongs to a run and a run to a process; claims of a dead process are released."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from datetime import datetime, timedelta

import psutil
from sqlalchemy import Connection, func, or_, select, update

from contract.platform.batching import batches
from contract.platform.failures import TransientFailure
from orchestration.state.counters import next_value
from orchestration.state.database import upsert
from orchestration.state.documents import AT_ONCE, DEATHS_ALONE
from orchestration.state.failed_analyses import failed_rejection
from orchestration.state.rejections import record_rejected
from orchestration.state.tables import DOCUMENTS, RUNS


def register_run(connection: Connection, run_id: str, now: datetime, lease_seconds: int) -> None:
    """Register this process as the worker of ``run_id``; a repeated call renews the lease.

    Raises ``TransientFailure`` when the run's claims were released to another run: continuing would mix up two batches.
    """
    row: dict[str, object] = {
        "run_id": run_id,
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "process_started": process_started(os.getpid()),
        "lease_until": now + timedelta(seconds=lease_seconds),
    }
    if connection.execute(select(RUNS.c.released).where(RUNS.c.run_id == run_id)).scalar_one_or_none():
        raise TransientFailure(
            f"The claims of run {run_id} were released while it was working.", "Wait for the next run: it processes its sessions."
        )
    upsert(connection, RUNS, [{**row, "released": False}])


def dead_runs(connection: Connection, now: datetime) -> list[str]:
    """Return runs whose process has ended: checked by pid on this machine, by the expired lease on another one."""
    runs = connection.execute(select(RUNS).where(~RUNS.c.released)).all()
    return [run.run_id for run in runs if not _alive(run.host, run.pid, run.process_started, run.lease_until, now)]


def release_dead(connection: Connection, run_ids: list[str], now: datetime) -> int:
    """Release the claims of runs whose process died, and count the death with each document; return the number released.

    A document with which ``DEATHS_ALONE`` runs in a row died that had claimed nothing else is rejected instead, also when it was
    analysed before: they may have died of content that was not read yet.
    """
    c = DOCUMENTS.c
    for run_id in run_ids:
        held = (c.run_id == run_id) & (c.state == "claimed")
        connection.execute(update(DOCUMENTS).where(held).values(dead_claims=func.coalesce(c.dead_claims, 0) + 1))
        claimed = connection.execute(select(DOCUMENTS).where(held)).all()
        if len(claimed) != 1:
            continue
        alone = (claimed[0].died_alone or 0) + 1
        connection.execute(update(DOCUMENTS).where(held).values(died_alone=alone))
        if alone >= DEATHS_ALONE:
            died = f"its process died {claimed[0].dead_claims} times, the last {alone} times with this document alone"
            record_rejected(connection, [failed_rejection(claimed[0], died)], now)
    return release(connection, run_ids)


def release(connection: Connection, run_ids: list[str]) -> int:
    """Make the documents these runs had claimed pending again and end the runs; return the number of documents released."""
    claimed = (DOCUMENTS.c.run_id.in_(run_ids)) & (DOCUMENTS.c.state == "claimed")
    held = connection.execute(select(func.count()).where(claimed)).scalar_one()
    if held:
        freed = {"state": "discovered", "run_id": None, "change_seq": next_value(connection, "change")}
        connection.execute(update(DOCUMENTS).where(claimed).values(freed))
    connection.execute(update(RUNS).where(RUNS.c.run_id.in_(run_ids)).values(released=True))
    return held


def claim(connection: Connection, run_id: str, store_keys: Sequence[str]) -> list[str]:
    """Claim those of ``store_keys`` that no other run has claimed, and return them; a run may claim a key twice."""
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


def analysis_ended(connection: Connection, run_id: str) -> bool:
    """Return whether a run has begun and no document is claimed by it any more."""
    begun = connection.execute(select(RUNS.c.analysis_seq).where(RUNS.c.run_id == run_id)).scalar_one_or_none()
    return begun is not None and not claimed_keys(connection, run_id)


def unclaim(connection: Connection, run_id: str, store_keys: Sequence[str]) -> None:
    """Release claimed documents that this run will not process: they are pending for the next."""
    c = DOCUMENTS.c
    seq = next_value(connection, "change")
    for chunk in batches(store_keys, AT_ONCE):
        own = c.store_key.in_(chunk) & (c.run_id == run_id) & (c.state == "claimed")
        connection.execute(update(DOCUMENTS).where(own).values(state="discovered", run_id=None, change_seq=seq))


def _alive(host: str, pid: int, started: str, lease_until: datetime, now: datetime) -> bool:
    if host == socket.gethostname():
        return started != "" and process_started(pid) == started
    return lease_until > now


def process_started(pid: int) -> str:
    """Return the start time of the process with this pid, or '' when there is none (a zombie counts as none)."""
    try:
        process = psutil.Process(pid)
        return "" if process.status() == psutil.STATUS_ZOMBIE else f"{process.create_time():.2f}"
    except psutil.NoSuchProcess:
        return ""
