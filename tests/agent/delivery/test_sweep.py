"""The sweep: every call left behind comes, whatever lies beside it, however many sweeps run."""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from agent.delivery.outbox import Outbox
from agent.delivery.sweep import Swept, sweep, sweep_forever
from agent.recording.build import build_session
from agent.spool import Row, Spool
from contract.document.session import SessionDocument
from contract.platform.store import Store
from tests.agent.delivery.calls import NOW, START, rows_of


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(Store((tmp_path / "store").as_uri()), None, lambda: NOW)


def left_behind(folder: Path, session_id: str) -> None:
    spool = Spool.open(folder, session_id)
    for row in rows_of(session_id):
        spool.append(row)
    spool.close()


def ids(store: Store) -> list[str]:
    return sorted(json.loads(gzip.decompress(store.get(found.key)))["session_id"] for found in store.list("sessions"))


def test_a_file_that_cannot_be_read_keeps_no_other_from_being_delivered(tmp_path: Path, outbox: Outbox):
    folder = tmp_path / "spool"
    (folder / "a_folder.jsonl").mkdir(parents=True)
    left_behind(folder, "b_call")
    assert sweep(folder, outbox, build_session) == Swept(delivered=1, waiting=1)
    assert ids(outbox.store) == ["b_call"]


def test_two_sweeps_at_once_share_the_calls_and_double_none(tmp_path: Path, outbox: Outbox):
    folder = tmp_path / "spool"
    calls = [f"call_{number:02d}" for number in range(30)]
    for call in calls:
        left_behind(folder, call)
    together = threading.Barrier(2)
    found: list[Swept] = []

    def sweeping() -> None:
        together.wait()
        found.append(sweep(folder, outbox, build_session))

    threads = [threading.Thread(target=sweeping) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one.delivered for one in found) == 30
    assert ids(outbox.store) == calls
    assert (list(folder.iterdir()), list(outbox.store.list("rejected"))) == ([], [])


def test_the_sweep_goes_on_after_one_that_failed_and_delivers_what_comes_later(tmp_path: Path, outbox: Outbox):
    folder = tmp_path / "spool"
    asyncio.run(swept_twice(folder, outbox))
    assert ids(outbox.store) == ["first", "second"]


async def swept_twice(folder: Path, outbox: Outbox) -> None:
    faults = iter([RuntimeError("something nobody thought of")])

    def build(rows: Sequence[Row]) -> SessionDocument:
        for fault in faults:
            raise fault
        return build_session(rows)

    left_behind(folder, "first")
    sweeping = asyncio.create_task(sweep_forever(folder, outbox, build, 0.01))
    await delivered(outbox, 1)
    left_behind(folder, "second")
    await delivered(outbox, 2)
    sweeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sweeping


async def delivered(outbox: Outbox, calls: int) -> None:
    for _ in range(500):
        if len(ids(outbox.store)) == calls:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("not delivered")


def test_a_refused_call_left_behind_is_delivered_without_its_words(tmp_path: Path, outbox: Outbox):
    """Killed between the refusal's row and the rewriting of the spool: the words are still in the file."""
    spool = Spool.open(tmp_path / "spool", "room")
    rows: list[dict[str, Any]] = rows_of(ended=False)
    for row in [*rows, {"kind": "consent", "at": START.timestamp() + 20, "obtained": False}]:
        spool.append(row)
    spool.close()
    assert sweep(tmp_path / "spool", outbox, build_session) == Swept(delivered=1)
    (found,) = outbox.store.list("sessions")
    stored = gzip.decompress(outbox.store.get(found.key))
    assert b"Sentence" not in stored
    assert json.loads(stored)["complete"] is False
