"""The object store: one small interface over a local folder or S3 (``obstore`` does the work).

S3 is set up by the usual ``AWS_*`` variables (keys, ``AWS_REGION``, ``AWS_ENDPOINT_URL`` for anything that speaks S3).
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError
from obstore.store import LocalStore, from_url

from contract.platform.failures import ConfigurationFailure, TransientFailure

_LOCK = ".replacing.lock"


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What a listing tells of one object; ``e_tag`` only says when to look again, not what it holds."""

    key: str
    size: int
    last_modified: datetime
    e_tag: str


class Store:
    """Keys are paths under the root. Missing objects raise ``KeyError``; a store that is away ``TransientFailure``."""

    def __init__(self, uri: str) -> None:
        self.uri = uri.rstrip("/")
        try:
            self._store = from_url(self.uri, **_options(uri))  # pyright: ignore[reportCallIssue, reportArgumentType]
        except (BaseError, ValueError, OSError) as error:
            raise ConfigurationFailure(
                f"The store {uri} cannot be opened: {type(error).__name__}.", "Check VOICE_STORE."
            ) from error

    def put_if_absent(self, key: str, body: bytes) -> bool:
        """Store ``body`` unless the key exists; True when it was stored."""
        try:
            obstore.put(self._store, key, body, mode="create")
        except AlreadyExistsError:
            return False
        except (BaseError, OSError) as error:
            raise _unavailable("write", key) from error
        return True

    def put(self, key: str, body: bytes) -> None:
        """Store ``body``, replacing whatever the key held."""
        try:
            obstore.put(self._store, key, body)
        except (BaseError, OSError) as error:
            raise _unavailable("write", key) from error

    def put_file(self, key: str, path: Path) -> None:
        """Store a file in pieces, without reading it whole into memory; ``OSError`` when the file cannot be read."""
        with path.open("rb"):
            pass
        try:
            obstore.put(self._store, key, path)
        except (BaseError, OSError) as error:
            raise _unavailable("write", key) from error

    def replace(self, key: str, body: bytes, seen: StoredObject) -> bool:
        """Replace exactly the object ``seen``; False when another writer came first (look again, decide again)."""
        try:
            if isinstance(self._store, LocalStore):
                return self._replace_in_folder(key, body, seen)
            obstore.put(self._store, key, body, mode={"e_tag": seen.e_tag})
        except (PreconditionError, FileNotFoundError):
            return False
        except (BaseError, OSError) as error:
            raise _unavailable("write", key) from error
        return True

    def _replace_in_folder(self, key: str, body: bytes, seen: StoredObject) -> bool:
        """Folders know no conditional write, so replacing takes turns; the lock dies with its process."""
        with _turn(Path(unquote(urlsplit(self.uri).path)) / _LOCK):
            if obstore.head(self._store, key)["e_tag"] != seen.e_tag:
                return False
            obstore.put(self._store, key, body)
            return True

    def get(self, key: str) -> bytes:
        return self.get_described(key)[1]

    def get_described(self, key: str) -> tuple[StoredObject, bytes]:
        """An object and what describes exactly these bytes, as ``replace`` wants it."""
        try:
            found = obstore.get(self._store, key)
            return _described(found.meta), found.bytes().to_bytes()
        except FileNotFoundError as error:
            raise KeyError(key) from error
        except (BaseError, OSError) as error:
            raise _unavailable("read", key) from error

    def head(self, key: str) -> StoredObject:
        try:
            return _described(obstore.head(self._store, key))
        except FileNotFoundError as error:
            raise KeyError(key) from error
        except (BaseError, OSError) as error:
            raise _unavailable("read", key) from error

    def list(self, prefix: str) -> Iterator[StoredObject]:
        """Every object under ``prefix``, in no promised order."""
        try:
            for chunk in obstore.list(self._store, prefix):
                yield from map(_described, chunk)
        except (BaseError, OSError) as error:
            raise _unavailable("list", prefix) from error

    def copy(self, source: str, target: str) -> None:
        """Copy inside the store, without the bytes passing through here; replaces the target."""
        try:
            obstore.copy(self._store, source, target)
        except FileNotFoundError as error:
            raise KeyError(source) from error
        except (BaseError, OSError) as error:
            raise _unavailable("copy", source) from error

    def delete(self, key: str) -> None:
        """Remove an object; removing what is not there is no error."""
        try:
            obstore.delete(self._store, key)
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise _unavailable("delete", key) from error


def _options(uri: str) -> dict[str, object]:
    """A folder is made when missing; plain HTTP is used only with an endpoint that says so."""
    if uri.startswith("file:"):
        return {"mkdir": True}
    plain = os.environ.get("AWS_ENDPOINT_URL", "").startswith("http://")
    return {"client_options": {"allow_http": True}} if plain else {}


@contextmanager
def _turn(lock: Path) -> Generator[None]:
    with lock.open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _described(meta: obstore.ObjectMeta) -> StoredObject:  # pyright: ignore[reportAttributeAccessIssue]
    return StoredObject(meta["path"], meta["size"], meta["last_modified"].astimezone(UTC), meta["e_tag"] or "")


def _unavailable(verb: str, key: str) -> TransientFailure:
    return TransientFailure(f"The store did not {verb} {key}.", "Check that it is reachable and writable, then run again.")
