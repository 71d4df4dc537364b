"""Writing a whole file or nothing: a draft beside it takes the file's place in one step, so that no reader sees half of it.

A draft has a random name, so that processes that write the same file do not meet; it is removed when writing fails.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Generator
from pathlib import Path

_BY_UMASK = 0o666  # mode of a new file before the process's umask, as open() uses it


def replace_file(path: Path, content: bytes | str, *, mode: int = _BY_UMASK, sync: bool = False) -> None:
    """Write ``content`` (text as UTF-8, line ends as they are) in place of what is at ``path``; folders are made as needed.

    ``sync`` waits until the content is on the disk, so that it survives a power cut. ``OSError`` leaves the old file as it was.
    """
    with _draft(path, content, mode, sync) as draft:
        draft.replace(path)


def create_file(path: Path, content: bytes | str, *, mode: int = _BY_UMASK) -> None:
    """Write ``content`` unless there is a file at ``path``: of several writers one wins, whole, and the others change nothing."""
    with _draft(path, content, mode, sync=False) as draft, contextlib.suppress(FileExistsError):
        path.hardlink_to(draft)


@contextlib.contextmanager
def _draft(path: Path, content: bytes | str, mode: int, sync: bool) -> Generator[Path]:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as handle:
            handle.write(content.encode() if isinstance(content, str) else content)
            if sync:
                handle.flush()
                os.fsync(handle.fileno())
        yield draft
    finally:
        draft.unlink(missing_ok=True)
