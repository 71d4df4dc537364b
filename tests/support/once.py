"""What is made once for all workers of a session of pytest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from orchestration.warehouse.lock import exclusive


def once(folder: Path, make: Callable[[Path], None]) -> Path:
    """Have the first worker that comes here make what is in ``folder``; the others wait until it is there."""
    done = folder.with_suffix(".done")
    with exclusive(folder.with_suffix(".lock"), f"what is in {folder.name}", "Run the tests again."):
        if not done.exists():
            folder.mkdir()
            make(folder)
            done.touch()
    return folder
