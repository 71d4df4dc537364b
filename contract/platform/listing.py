"""List a folder without the store's client, which ends its listing at the first key that it refuses.

Such keys are legal: S3 allows ``a//b`` and control characters, a folder also names that are no UTF-8. One of them used to hide
every later call. ``bucket_listing`` does the same for S3.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from stat import S_ISREG

from contract.platform.stored_object import StoredObject

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_REFUSED = re.compile(r"[\x00-\x1f\x7f\ufffd]")
_NOT_UTF8 = re.compile("[\udc80-\udcff]")
_SURROGATES_FROM = 0xDC00
"""Python reads a byte that is no UTF-8 as this code point plus the byte (PEP 383)."""
_STAGING = re.compile(r"#\d+$", re.ASCII)
"""The end of the names under which the client writes a file of a folder before it is whole; it lists and reads none of them."""


def is_addressable(key: str) -> bool:
    """Return whether the client can read the key: no empty segment, no ``.`` or ``..``, no control character, all UTF-8."""
    return not _REFUSED.search(key) and not {"", ".", ".."} & set(key.split("/"))


def files_under(root: Path, prefix: str) -> Iterator[StoredObject]:
    """Yield every file of a folder; a byte that is no UTF-8 is written as U+FFFD and its two digits. What is gone is left out.

    Raises ``OSError`` for a folder that cannot be read: without it an unreadable store would look like an empty one.
    """
    seen: set[tuple[int, int]] = set()
    for folder, inner, names in os.walk(root / prefix, onerror=_raise, followlinks=True):
        inner[:] = [name for name in inner if _is_new(Path(folder, name), seen)]
        for path in (Path(folder, name) for name in names if not _STAGING.search(name)):
            if found := _described(path, path.relative_to(root).as_posix()):
                yield found


def staged_before(root: Path, before: datetime) -> Iterator[Path]:
    """Yield files last written before ``before`` that the client never finished, at any depth: copies that no listing shows."""
    for folder, _, names in os.walk(root):
        for path in (Path(folder, name) for name in names if _STAGING.search(name)):
            found = _described(path, path.name)
            if found and found.last_modified < before:
                yield path


def _raise(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


def _is_new(folder: Path, seen: set[tuple[int, int]]) -> bool:
    """Return False for a folder that was listed already, which a link that leads back to it would list without end."""
    try:
        status = folder.stat()
    except OSError:
        return False
    place = (status.st_dev, status.st_ino)
    known = place in seen
    seen.add(place)
    return not known


def _described(path: Path, key: str) -> StoredObject | None:
    """Describe a file with the client's own e_tag (inode, microseconds, size), so that nothing is taken for changed."""
    try:
        status = path.stat()
    except OSError:
        return None
    if not S_ISREG(status.st_mode):
        return None
    microseconds = status.st_mtime_ns // 1000
    e_tag = f'"{status.st_ino:x}-{microseconds:x}-{status.st_size:x}"'
    readable = _NOT_UTF8.sub(lambda found: f"\ufffd{ord(found[0]) - _SURROGATES_FROM:02x}", key)
    return StoredObject(readable, status.st_size, _EPOCH + timedelta(microseconds=microseconds), e_tag)
