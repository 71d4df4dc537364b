"""Write the document so far every 30 s: it survives a lost machine, and its heartbeat shows the pipeline that the call is dead."""

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
    """Write one call's checkpoint until stopped. After ``stop`` none is written, not even by a write that was under way: a
    checkpoint must not appear after the final document removed it.
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
        """Write without waiting for the interval: the caller refused, and the stored checkpoint must lose their words."""
        self._due.set()

    async def stop(self) -> None:
        """Stop, and return when the last write is over: a running write cannot be cancelled, only awaited."""
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
        """Build a checkpoint, or return None when it fails: the next one may succeed, and the call goes on."""
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
    """Serialise an incomplete document with its heartbeat as gzip, the form the store keeps."""
    fields = orjson.loads(canonical_json(document))
    return gzip.compress(orjson.dumps({**fields, "complete": False, "heartbeat": heartbeat.isoformat()}), mtime=0)
