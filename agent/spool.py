"""Spool each call to a file of JSON lines, so that a process that dies loses nothing that was written.

A line is written the moment something happens, without buffering, so it survives SIGKILL (not a power cut: nothing is synced to
the disk, which would take longer than a handler may). The file is locked as long as its process lives, so a sweep can
distinguish a running call from one that was left behind. It holds personal data: only its owner may read it.
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from contract.platform.retry import RetryPolicy, call_with_retry

log = logging.getLogger(__name__)

Row = dict[str, Any]

PARKED = "parked"
"""Folder beside the files of calls that says which messages the queue refused for good, and why."""
_SUFFIX = ".jsonl"
# No open file: operating systems give out descriptors from 0.
_NO_FILE = -1
_SHORT_WAITS = RetryPolicy(attempts=5, first_wait=0.05, longest_wait=0.05)
"""A sweep holds a file for milliseconds, to see whether it belongs to a living call."""


class SpoolTaken(RuntimeError):
    """Report that another process, or this one, is writing or delivering this call."""


class Spool:
    """Append to one call's file. Appending never raises: what a full disk refuses is counted in ``lost_rows`` and kept in memory,
    so that the call's document still holds it at a normal end.
    """

    def __init__(self, path: Path, descriptor: int, rows: list[Row]) -> None:
        self.path = path
        self.lost_rows = 0
        self._descriptor = descriptor
        self._rows = rows

    @classmethod
    def open(cls, folder: Path, session_id: str) -> Spool:
        """Create or open the file of a call. Raises ``SpoolTaken`` when another process holds it."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = folder / f"{session_id}{_SUFFIX}"
        return call_with_retry(lambda: cls._locked(path, os.O_CREAT), _SHORT_WAITS, lambda error: isinstance(error, SpoolTaken))

    @classmethod
    def begin(cls, folder: Path, session_id: str) -> Spool:
        """Create the file of a call that begins now. Raises ``FileExistsError`` when another call left one of that name behind.
        Where no file can be created, the call goes on in memory and every row counts as lost.
        """
        path = folder / f"{session_id}{_SUFFIX}"
        if path.exists():
            raise FileExistsError(path.name)
        try:
            return cls.open(folder, session_id)
        except OSError as error:
            log.error("%s: there is no spool: %s. Check that VOICE_HOME is writable.", session_id, type(error).__name__)
            return cls(path, _NO_FILE, [])

    @classmethod
    def take(cls, path: Path) -> Spool:
        """Open a file that was left behind. Raises ``SpoolTaken``, or ``FileNotFoundError`` when it was delivered meanwhile."""
        return cls._locked(path, 0)

    @classmethod
    def _locked(cls, path: Path, create: int) -> Spool:
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | create, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(descriptor).st_ino != path.stat().st_ino:
                raise SpoolTaken(path.name)
            _end_torn_line(path, descriptor)
            return cls(path, descriptor, read_rows(path))
        except (OSError, SpoolTaken) as error:
            os.close(descriptor)
            raise SpoolTaken(path.name) if isinstance(error, BlockingIOError) else error from None

    @property
    def session_id(self) -> str:
        return self.path.name.removesuffix(_SUFFIX)

    def rows(self) -> list[Row]:
        """Return every row so far, in order."""
        return list(self._rows)

    def append(self, row: Mapping[str, Any]) -> None:
        try:
            line = orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
        except TypeError as error:
            self._lose(error)
            return
        self._rows.append(dict(row))
        try:
            if os.write(self._descriptor, line) < len(line):
                os.write(self._descriptor, b"\n")
                self._lose(OSError("short write"))
        except OSError as error:
            self._lose(error)

    def _lose(self, error: Exception) -> None:
        """Count a lost row and log the first one: a disk stays full for a while."""
        if not self.lost_rows:
            log.error("%s: rows are not written to the spool: %s. Free the disk.", self.session_id, type(error).__name__)
        self.lost_rows += 1

    def forget_words(self, redact: Callable[[Row], Row | None]) -> None:
        """Rewrite what was written with each row redacted; None drops it. The old file is replaced whole, under the same lock."""
        self._rows = [kept for row in self._rows if (kept := redact(row)) is not None]
        if self._descriptor == _NO_FILE:
            return
        fresh = self.path.with_suffix(".rewritten")
        descriptor = _NO_FILE
        try:
            descriptor = os.open(fresh, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC, 0o600)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            _write_whole(descriptor, self._rows)
            fresh.replace(self.path)
        except OSError as error:
            self._lose(error)
            self._rewrite_in_place()
            if descriptor != _NO_FILE:
                os.close(descriptor)
            with contextlib.suppress(OSError):
                fresh.unlink()
            return
        os.close(self._descriptor)
        self._descriptor = descriptor

    def _rewrite_in_place(self) -> None:
        """Overwrite the file when there is no room for a second one: truncating makes room for the redacted rows."""
        try:
            os.ftruncate(self._descriptor, 0)
            _write_whole(self._descriptor, self._rows)
        except OSError as error:
            self._lose(error)

    def close(self) -> None:
        """Close the file; it stays until it is removed."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = _NO_FILE

    def remove(self) -> None:
        """Delete the file of a stored call. One that cannot be deleted is delivered again, with the same result."""
        try:
            if self._descriptor >= 0:
                self.path.unlink(missing_ok=True)
        except OSError as error:
            log.error("%s is stored and stays in the spool: %s. Remove it.", self.session_id, type(error).__name__)
        self.close()


def _write_whole(descriptor: int, rows: list[Row]) -> None:
    text = b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)
    if os.write(descriptor, text) < len(text):
        raise OSError("short write")


def _end_torn_line(path: Path, descriptor: int) -> None:
    """End a line that a crash left unfinished, so that the next row starts on its own line."""
    written = path.read_bytes()
    if written and not written.endswith(b"\n"):
        os.write(descriptor, b"\n")


def read_rows(path: Path) -> list[Row]:
    """Read the rows of a file. A line torn by a crash, or otherwise unreadable, is skipped and counted in the log."""
    rows: list[Row] = []
    torn = 0
    for line in path.read_bytes().splitlines():
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError:
            row = None
        if isinstance(row, dict) and "kind" in row and "at" in row:
            rows.append(row)
        else:
            torn += 1
    if torn:
        log.warning("%s: %d unreadable lines were passed over", path.stem, torn)
    return rows


def spooled(folder: Path) -> Iterator[Path]:
    """Return the files of calls, running or left behind, sorted by name."""
    return iter(sorted(folder.glob(f"*{_SUFFIX}"))) if folder.is_dir() else iter(())
