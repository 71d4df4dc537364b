"""End a worker process with the one that started it: the processes of a pool never end when their parent is killed."""

from __future__ import annotations

import multiprocessing
import os
from threading import Thread


def end_with_parent() -> None:
    """End this process as soon as the one that started it is gone, be it killed; returns at once. Call it in the worker."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()
