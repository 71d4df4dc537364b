"""One writer at a time: an OS file lock that dies with the process that holds it."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager

from contract.failures import TransientFailure
from contract.settings import Settings

WAIT_SECONDS = 600
_POLL_SECONDS = 0.2


@contextmanager
def warehouse_lock(settings: Settings, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the warehouse; ``TransientFailure`` when another process does not let go in time."""
    path = settings.warehouse_path.parent / ".lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        deadline = time.monotonic() + wait_seconds
        while not _taken(handle.fileno()):
            if time.monotonic() > deadline:
                raise TransientFailure(
                    f"Another process has been writing the warehouse for over {wait_seconds:.0f} s.",
                    "Wait for its run to end, or stop it, then run again.",
                )
            time.sleep(_POLL_SECONDS)
        yield


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
