"""Remember what was written to Metabase, to tell what a person changed there since.

After each write the ``updated_at`` of a thing and a hash of its content are kept in ``metabase.json``: a thing with the same
``updated_at``, or the same content under another one, is as it was written. Without the file nothing counts as written, so what
differs from the definitions is left alone until somebody says that it may be overwritten.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from contract.platform.atomic_file import replace_file

_OWN_FILE = 0o600
"""Mode of the file: it says what a Metabase has."""


class WrittenThing(BaseModel):
    """``id`` is Metabase's number; ``version`` its moments of change, ``content`` a hash of what it was then."""

    model_config = ConfigDict(frozen=True)
    id: int
    version: str
    content: str


class _File(BaseModel):
    things: dict[str, WrittenThing] = {}


class WrittenThings:
    """The file, read once; each change is on disk before the next request. A file that cannot be read counts as none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._things = _read(path)

    def of(self, key: str) -> WrittenThing | None:
        return self._things.get(key)

    def under(self, prefix: str) -> Mapping[str, WrittenThing]:
        return {key: thing for key, thing in self._things.items() if key.startswith(prefix)}

    def put(self, key: str, thing: WrittenThing) -> None:
        if self._things.get(key) != thing:
            self._things[key] = thing
            self._save()

    def remove(self, key: str) -> None:
        if self._things.pop(key, None):
            self._save()

    def _save(self) -> None:
        replace_file(self._path, _File(things=self._things).model_dump_json(indent=1), mode=_OWN_FILE)


def content_hash(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def is_as_written(written: WrittenThing | None, version: str, content: str) -> bool:
    """Return whether nobody changed a thing since it was written."""
    return written is not None and (written.version == version or written.content == content)


def _read(path: Path) -> dict[str, WrittenThing]:
    try:
        return dict(_File.model_validate_json(path.read_bytes()).things)
    except (FileNotFoundError, ValidationError):
        return {}
