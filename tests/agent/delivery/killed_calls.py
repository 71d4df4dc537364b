"""Calls that are killed: ``python -m tests.agent.delivery.killed_calls STORE SPOOL``. One parent forks each call.

Prints, as JSON by session id, the rows that each kill left in the spool; a call that was delivered before has none.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from agent.delivery.outbox import Outbox
from agent.delivery.sweep import sweep
from agent.recording.build import build_session
from agent.spool import Row, Spool, read_rows
from contract.platform.store import Store
from tests.agent.delivery.calls import NOW, rows_of

CALLS = 20


def hold(store_uri: str, folder: Path, session_id: str) -> None:
    """A call of some 60 ms and its delivery."""
    spool = Spool.open(folder, session_id)
    for row in rows_of(session_id):
        spool.append(row)
        time.sleep(0.003)
    Outbox(Store(store_uri), None, lambda: NOW).deliver_now(spool, build_session(spool.rows()))


def killed_after(seconds: float, work: object, *arguments: object) -> None:
    child = os.fork()
    if child == 0:
        work(*arguments)  # type: ignore[operator]
        os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def main(store_uri: str, folder: Path) -> None:
    chance = random.Random(7)
    left: dict[str, list[Row]] = {}
    for number in range(CALLS):
        killed_after(chance.uniform(0.0, 0.15), hold, store_uri, folder, f"call_{number}")
        path = folder / f"call_{number}.jsonl"
        left[path.stem] = read_rows(path) if path.exists() else []
    for _ in range(5):
        killed_after(
            chance.uniform(0.0, 0.03),
            lambda: sweep(folder, Outbox(Store(store_uri), None, lambda: NOW), build_session),
        )
    sys.stdout.write(json.dumps(left))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
