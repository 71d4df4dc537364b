"""The clock of the whole suite, pinned before anything is imported: partitions reach up to it."""

import gc
import os

os.environ["VOICE_NOW"] = "2026-11-26T12:00:00+00:00"

pytest_plugins = ["tests.support.stores", "tests.support.postgres", "tests.support.queues"]


def pytest_collection_finish() -> None:
    """Keep what was imported out of every later garbage collection, which cost a build 0.3 s of 4, and collect rarely."""
    from contract.platform.garbage_collection import collect_rarely

    gc.collect()
    gc.freeze()
    collect_rarely()
