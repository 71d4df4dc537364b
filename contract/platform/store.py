"""The object store: one small interface over a local folder or S3 (``obstore`` does the work).

S3 is set up by the usual ``AWS_*`` variables (keys, ``AWS_REGION``, ``AWS_ENDPOINT_URL`` for anything that speaks S3).
"""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, InvalidPathError, PreconditionError
from obstore.store import LocalStore, from_url

from contract.platform.failures import ConfigurationFailure, TransientFailure
from contract.platform.ignored_keys import is_ignored
from contract.platform.listing import files_under, is_addressable, staged_before
from contract.platform.stored_object import StoredObject

log = logging.getLogger(__name__)

_LOCK = ".replacing.lock"


class Store:
    """Keys are paths under the root. Missing objects raise ``KeyError``, as do keys that the client refuses (``is_addressable``);
    a store that is unavailable raises ``TransientFailure``.
    """

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
        with _turn(self._folder / _LOCK):
            if obstore.head(self._store, key)["e_tag"] != seen.e_tag:
                return False
            obstore.put(self._store, key, body)
            return True

    def get(self, key: str) -> bytes:
        return self.get_described(key)[1]

    def get_described(self, key: str) -> tuple[StoredObject, bytes]:
        """An object and what describes exactly these bytes, as ``replace`` wants it."""
        _check_addressable(key)
        try:
            found = obstore.get(self._store, key)
            return _described(found.meta), found.bytes().to_bytes()
        except FileNotFoundError as error:
            raise KeyError(key) from error
        except (BaseError, OSError) as error:
            raise _unavailable("read", key) from error

    def head(self, key: str) -> StoredObject:
        _check_addressable(key)
        try:
            return _described(obstore.head(self._store, key))
        except FileNotFoundError as error:
            raise KeyError(key) from error
        except (BaseError, OSError) as error:
            raise _unavailable("read", key) from error

    def exists(self, key: str) -> bool:
        try:
            self.head(key)
        except KeyError:
            return False
        return True

    def list(self, prefix: str) -> Iterator[StoredObject]:
        """Every object under ``prefix`` that can be read and that no desktop or console left there, in no promised order."""
        return (found for found in self.list_all(prefix) if is_addressable(found.key) and not is_ignored(found.key))

    def list_all(self, prefix: str) -> Iterator[StoredObject]:
        """Every object under ``prefix``, also folder markers (their key ends in ``/``) and others whose key cannot be read."""
        try:
            yield from self._files(prefix) if isinstance(self._store, LocalStore) else self._objects(prefix)
        except (BaseError, OSError) as error:
            raise _unavailable("list", prefix) from error

    def _files(self, prefix: str) -> Iterator[StoredObject]:
        try:
            return map(_described, obstore.list(self._store, prefix).collect())
        except BaseError:
            return files_under(self._folder, prefix)

    def _objects(self, prefix: str) -> Iterator[StoredObject]:
        last = None
        try:
            for chunk in obstore.list(self._store, prefix):
                for found in map(_described, chunk):
                    last = found.key
                    yield self._marked(found)
        except BaseError as error:
            if not self.uri.startswith("s3") or not _is_refused_key(error):
                raise
            from contract.platform.bucket_listing import objects_after  # imported here: it takes as long as all else together

            place = urlsplit(self.uri)
            yield from objects_after(place.netloc, place.path.strip("/"), prefix, last)

    def _marked(self, found: StoredObject) -> StoredObject:
        """Return a folder marker under its own key: the client lists ``a/`` as ``a``, which is not there."""
        try:
            return found if found.size else self.head(found.key)
        except KeyError:
            return replace(found, key=f"{found.key}/")

    def remove_unfinished(self, before: datetime) -> int:
        """Remove what writers killed before ``before`` left unfinished, whole documents among it; return its number.

        No listing shows such files of a folder or uploads of S3, so nobody else would find them. Whatever cannot be removed now is
        tried again the next time.
        """
        try:
            if isinstance(self._store, LocalStore):
                return sum(1 for path in staged_before(self._folder, before) if path.unlink(missing_ok=True) is None)
            if not self.uri.startswith("s3"):
                return 0
            from contract.platform.bucket_listing import abort_uploads  # imported here for the reason given above

            place = urlsplit(self.uri)
            return abort_uploads(place.netloc, place.path.strip("/"), before)
        except OSError as error:
            log.warning("unfinished writes were not removed: %s", type(error).__name__)
            return 0

    @property
    def _folder(self) -> Path:
        return Path(unquote(urlsplit(self.uri).path))

    def copy(self, source: str, target: str) -> None:
        """Copy inside the store, replaces the target. In a folder a target that exists is written like any other object: copied
        onto itself, the client would leave a second name of the file that no listing shows.
        """
        _check_addressable(source)
        try:
            obstore.copy(self._store, source, target, overwrite=not isinstance(self._store, LocalStore))
        except AlreadyExistsError:
            self.put(target, self.get(source))
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


def _check_addressable(key: str) -> None:
    if not is_addressable(key):
        raise KeyError(key)


def _is_refused_key(error: BaseError) -> bool:
    """Return whether a listing ended at a key, refused as a path or already in the server's XML, and not for the network."""
    return isinstance(error, InvalidPathError) or "invalid list response" in str(error).lower()


def _unavailable(verb: str, key: str) -> TransientFailure:
    return TransientFailure(f"The store did not {verb} {key}.", "Check that it is reachable and writable, then run again.")
