"""Find the files of a delivery, and bound how much of one is read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

MAX_READ_BYTES = 64 * 2**20
"""Bytes of a file that is read: a larger one is quarantined unread (contract: 'One document per call')."""
MAX_STORED_ASIDE_BYTES = 256 * 2**20
"""Bytes of a file that is quarantined: a larger one stays where it is and is only counted."""

_SUFFIXES = (".json", ".json.gz")


def documents_under(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield named files, whatever their ending, and from folders, at any depth and sorted, those in ``.json`` or ``.json.gz``."""
    for path in paths:
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.name.endswith(_SUFFIXES) and (p.is_file() or p.is_symlink()))
        else:
            yield path


def streamed_sha(path: Path) -> str:
    """Return the SHA-256 of a file of any size in constant memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
