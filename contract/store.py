"""The object store: one small interface over a local folder or S3 (``obstore`` does the work)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import from_url

from contract.failures import ConfigurationFailure, TransientFailure


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
            options = {"mkdir": True} if uri.startswith("file:") else {}
            self._store = from_url(self.uri, **options)  # pyright: ignore[reportCallIssue, reportArgumentType]
        except (BaseError, ValueError, OSError) as error:
            raise ConfigurationFailure(f"The store {uri} cannot be opened: {type(error).__name__}.", "Check VOICE_STORE.") from error

    def put_if_absent(self, key: str, body: bytes) -> bool:
        """Store ``body`` unless the key exists; True when it was stored."""
        try:
            obstore.put(self._store, key, body, mode="create")
        except AlreadyExistsError:
            return False
        except (BaseError, OSError) as error:
            raise _away("write", key) from error
        return True

    def put(self, key: str, body: bytes) -> None:
        """Store ``body``, replacing whatever the key held."""
        try:
            obstore.put(self._store, key, body)
        except (BaseError, OSError) as error:
            raise _away("write", key) from error

    def get(self, key: str) -> bytes:
        try:
            return obstore.get(self._store, key).bytes().to_bytes()
        except FileNotFoundError as error:
            raise KeyError(key) from error
        except (BaseError, OSError) as error:
            raise _away("read", key) from error

    def head(self, key: str) -> StoredObject:
        try:
            return _described(obstore.head(self._store, key))
        except FileNotFoundError as error:
            raise KeyError(key) from error
        except (BaseError, OSError) as error:
            raise _away("read", key) from error

    def list(self, prefix: str) -> Iterator[StoredObject]:
        """Every object under ``prefix``, in no promised order."""
        try:
            for chunk in obstore.list(self._store, prefix):
                yield from map(_described, chunk)
        except (BaseError, OSError) as error:
            raise _away("list", prefix) from error

    def copy(self, source: str, target: str) -> None:
        """Copy inside the store, without the bytes passing through here; replaces the target."""
        try:
            obstore.copy(self._store, source, target)
        except FileNotFoundError as error:
            raise KeyError(source) from error
        except (BaseError, OSError) as error:
            raise _away("copy", source) from error

    def delete(self, key: str) -> None:
        """Remove an object; removing what is not there is no error."""
        try:
            obstore.delete(self._store, key)
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise _away("delete", key) from error


def _described(meta: obstore.ObjectMeta) -> StoredObject:  # pyright: ignore[reportAttributeAccessIssue]
    return StoredObject(meta["path"], meta["size"], meta["last_modified"].astimezone(UTC), meta["e_tag"] or "")


def _away(verb: str, key: str) -> TransientFailure:
    return TransientFailure(f"The store did not {verb} {key}.", "Check that it is reachable and writable, then run again.")
