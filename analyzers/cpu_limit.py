"""Limit the CPU time of a piece of work in this process, so that one call cannot hold up the others of its batch."""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType


class CpuTimeExceeded(Exception):
    """Raised inside the work, wherever it is, when its CPU time is used up; the message names the limit."""


@contextmanager
def cpu_limit(seconds: float | None) -> Generator[None]:
    """Raise ``CpuTimeExceeded`` in the block after so much user CPU time of this process; None sets no limit.

    Python delivers signals to the main thread alone: in another thread there is no limit. A regular expression is interrupted too.
    """
    if seconds is None or threading.current_thread() is not threading.main_thread():
        yield
        return

    def exceeded(signum: int, frame: FrameType | None) -> None:
        raise CpuTimeExceeded(f"took more than {seconds:g} s of CPU time")

    former = signal.signal(signal.SIGVTALRM, exceeded)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, former)


def failure_text(what: str, error: Exception) -> str:
    """Return why ``what`` failed on a call, free of what was said in it."""
    return f"{what} {error}" if isinstance(error, CpuTimeExceeded) else f"{what} raised {type(error).__name__}"
