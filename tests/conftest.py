"""The clock of the whole suite, pinned before anything is imported: partitions reach up to it."""

import os

os.environ["VOICE_NOW"] = "2026-11-26T12:00:00+00:00"

pytest_plugins = ["tests.support.stores"]
