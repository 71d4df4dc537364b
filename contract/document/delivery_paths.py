"""Which files a delivery takes, and how much of one it is willing to hold."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

MAX_READ_BYTES = 64 * 2**20
MAX_STORED_ASIDE_BYTES = 256 * 2**20

_ENDINGS = (".json", ".json.gz")


def documents_under(paths: Iterable[Path]) -> Iterator[Path]:
    """A file as it was named, whatever its ending; of a folder, at any depth, what ends in ``.json`` or ``.json.gz``, sorted."""
    for path in paths:
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.name.endswith(_ENDINGS) and (p.is_file() or p.is_symlink()))
        else:
            yield path


def streamed_sha(path: Path) -> str:
    """SHA-256 of a file of any size in constant memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
