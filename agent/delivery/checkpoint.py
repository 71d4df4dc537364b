"""The document so far, every 30 s: what a lost container leaves behind, and the heartbeat that tells it is lost."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import logging
from collections.abc import Callable
from datetime import datetime

import orjson

from contract.document.canonical import canonical_json
from contract.document.keys import checkpoint_key
from contract.document.session import SessionDocument
from contract.platform.failures import VoiceError
from contract.platform.store import Store

log = logging.getLogger(__name__)


class Checkpoints:
    """Writes one call's checkpoint until stopped. After ``stop`` none is written any more, also not by a write that was under way,
    so that none comes into being after the final document removed it.
    """

    def __init__(self, store: Store, session_id: str, build: Callable[[], SessionDocument], now: Callable[[], datetime]) -> None:
        self._store = store
        self._session_id = session_id
        self._build = build
        self._now = now
        self._task: asyncio.Task[None] | None = None
        self._writing: asyncio.Task[None] | None = None
        self._due = asyncio.Event()

    def start(self, every_seconds: float) -> None:
        self._task = asyncio.create_task(self._run(every_seconds))

    def write_now(self) -> None:
        """Without waiting for its time: the caller refused, and what the store holds of their words goes."""
        self._due.set()

    async def stop(self) -> None:
        """Returns when the last write is over; a write cannot be broken off, only waited for."""
        if self._task is not None:
            self._task.cancel()
        if self._writing is not None:
            await asyncio.wait([self._writing])

    async def _run(self, every_seconds: float) -> None:
        while True:
            self._due.clear()
            if (body := self._body()) is not None:
                self._writing = asyncio.create_task(asyncio.to_thread(self._write, body))
                await asyncio.shield(self._writing)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._due.wait(), every_seconds)

    def _body(self) -> bytes | None:
        """None when no document can be made of the call so far: the next one may succeed, the call goes on."""
        try:
            return checkpoint(self._build(), self._now())
        except Exception as error:  # one bad row must not end the heartbeat
            log.error("%s: no checkpoint: %s", self._session_id, type(error).__name__)
            return None

    def _write(self, body: bytes) -> None:
        try:
            self._store.put(checkpoint_key(self._session_id), body)
        except VoiceError as failure:
            log.warning("%s: no checkpoint: %s", self._session_id, failure.problem)


def checkpoint(document: SessionDocument, heartbeat: datetime) -> bytes:
    """An incomplete document with its heartbeat, as it lies in the store."""
    fields = orjson.loads(canonical_json(document))
    return gzip.compress(orjson.dumps({**fields, "complete": False, "heartbeat": heartbeat.isoformat()}), mtime=0)
