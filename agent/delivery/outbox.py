"""Deliver one call: store the document, delete its checkpoint, send its message, and only then remove its spool.

A message that SQS refuses for good is parked: its reason is kept in the spool's folder under ``parked/``, and no sweep repeats it.

Every step may be repeated: the store keeps one document, SQS deduplicates messages for five minutes and the ledger permanently, and
a spool that is not removed is delivered again by the sweep with the same result.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import orjson

from agent.delivery.queue import Announcer, SqsAnnouncer
from agent.spool import PARKED, Spool
from contract.document.canonical import write_document
from contract.document.delivery import DeliveryOutcome, deliver
from contract.document.identity import peek_identity
from contract.document.keys import checkpoint_key, id_with_start, session_key
from contract.document.session import SessionDocument
from contract.platform.atomic_file import replace_file
from contract.platform.clock import Clock
from contract.platform.failures import PermanentFailure, TransientFailure
from contract.platform.retry import RetryPolicy, call_with_retry
from contract.platform.settings import Settings
from contract.platform.store import Store
from contract.platform.times import moment_text

log = logging.getLogger(__name__)

_STORED = "stored"
_PRIVATE = 0o600  # mode of a file that only its owner may read: a session id can be the name of a room

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Outbox:
    """Deliver calls to the store and announce them on the queue, if one is configured."""

    store: Store
    announcer: Announcer | None
    clock: Clock
    sleep: Callable[[float], None] = time.sleep

    @classmethod
    def of(cls, settings: Settings) -> Outbox:
        announcer = SqsAnnouncer(settings.queue_url, settings.clock) if settings.queue_url else None
        return cls(Store(settings.store_uri), announcer, settings.clock)

    async def deliver(self, spool: Spool, document: SessionDocument) -> None:
        """Run ``deliver_now`` in a thread, without blocking the loop."""
        await asyncio.to_thread(self.deliver_now, spool, document)

    def deliver_now(self, spool: Spool, document: SessionDocument) -> None:
        """Deliver a call. Raise ``TransientFailure`` when the store or the queue is unavailable for all four tries,
        ``ConfigurationFailure`` when the queue refuses everybody; the spool then stays. A message refused for good is parked.
        """
        stored = self._stored_before(spool, document) or self._store_and_note(spool, document)
        self._with_retry(lambda: self.store.delete(checkpoint_key(document.session_id)))
        if announcer := self.announcer:
            try:
                self._with_retry(lambda: announcer.announce(stored))
            except PermanentFailure as refusal:
                self._park(spool, stored, refusal)
        spool.remove()

    def _park(self, spool: Spool, document: SessionDocument, refusal: PermanentFailure) -> None:
        """Keep why there is no message. Whoever is killed before the spool is removed parks it once more, with the same result."""
        reason = {"session_id": document.session_id, "reason": refusal.problem, "parked_at": moment_text(self.clock())}
        replace_file(spool.path.parent / PARKED / f"{document.session_id}.json", orjson.dumps(reason), mode=_PRIVATE)
        log.error("%s %s", refusal.problem, refusal.remedy)

    @staticmethod
    def _stored_before(spool: Spool, document: SessionDocument) -> SessionDocument | None:
        """Return the document of a spool whose call is in the store already, of which only the message is missing; else None."""
        noted = next((row for row in spool.rows() if row["kind"] == _STORED), None)
        return document.model_copy(update={"session_id": noted["session_id"]}) if noted else None

    def _store_and_note(self, spool: Spool, document: SessionDocument) -> SessionDocument:
        stored = self._with_retry(lambda: self._store(document))
        last = max((row["at"] for row in spool.rows()), default=0.0)
        spool.append({"kind": _STORED, "at": last, "session_id": stored.session_id})
        return stored

    def _store(self, document: SessionDocument) -> SessionDocument:
        """Store the document and return it. When another call already has its id (a room name used again while the store was
        unavailable), append its start to the id: nothing is lost.
        """
        delivery = deliver(self.store, write_document(document), now=self.clock())
        if delivery.outcome is not DeliveryOutcome.COLLISION or not self._is_another_calls(document):
            return document
        renamed = id_with_start(document.session_id, document.start_time)
        log.warning("%s is another call's id; this one is %s", document.session_id, renamed)
        renamed_document = document.model_copy(update={"session_id": renamed})
        deliver(self.store, write_document(renamed_document), now=self.clock())
        return renamed_document

    def _is_another_calls(self, document: SessionDocument) -> bool:
        """Return whether the document at this key is of another call, rather than this call as another release built it."""
        stored = peek_identity(self.store.get(session_key(document.session_id, document.start_time)))
        return stored.is_another_call(peek_identity(write_document(document)))

    def _with_retry(self, work: Callable[[], _Result]) -> _Result:
        return call_with_retry(work, RetryPolicy(), lambda error: isinstance(error, TransientFailure), sleep=self.sleep)
