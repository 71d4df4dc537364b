"""Allow one writer of the warehouse at a time: an OS lock on ``$VOICE_HOME/warehouse/.lock``, released with its process."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from contract.platform.failures import TransientFailure
from contract.platform.settings import Settings

WAIT_SECONDS = 600.0
"""How long a writer waits for another one: longer than a build, so that only a hanging one is reported."""
_PAUSE_SECONDS = 0.05
"""Pause between two attempts at the lock: too short to notice, long enough to cost no processor time."""


@contextmanager
def warehouse_lock(
    settings: Settings, wait_seconds: float = WAIT_SECONDS, sleep: Callable[[float], None] = time.sleep
) -> Generator[None]:
    """Hold the writer's lock; raises ``TransientFailure`` when another process still holds it after ``wait_seconds``."""
    remedy = "Wait for it to end ('voice status' shows runs), then run again."
    with exclusive(settings.warehouse_path.parent / ".lock", "the warehouse", remedy, wait_seconds, sleep):
        yield


@contextmanager
def exclusive(
    path: Path, what: str, remedy: str, wait_seconds: float = WAIT_SECONDS, sleep: Callable[[float], None] = time.sleep
) -> Generator[None]:
    """Hold the OS lock on ``path``, which guards ``what``; raises ``TransientFailure`` after ``wait_seconds``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as held:
        deadline = time.monotonic() + wait_seconds
        while not _taken(held):
            if time.monotonic() >= deadline:
                raise TransientFailure(f"Another process has been writing {what} for over {wait_seconds:g} seconds.", remedy)
            sleep(_PAUSE_SECONDS)
        yield


def _taken(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
