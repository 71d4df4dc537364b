"""Take in what the queue announces: put the document where the store lacks it, enter it into the ledger, delete the message.

A message is done when its document and its row are durable, so a process may be killed between any two steps: the message is
received again, and repeating the steps changes nothing. What cannot be taken in stays, and after four receives is a dead letter.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contract.document.delivery import deliver
from contract.document.identity import peek_identity
from contract.document.keys import REJECTED, SESSIONS, check_key, day_in_key, session_in_key
from contract.document.parsing import Raw, parsed
from contract.platform.failures import VoiceError
from contract.platform.read_ahead import read_ahead
from contract.platform.store import Store
from contract.rejections import Rejected
from orchestration.intake.discovery import enter_quarantined
from orchestration.intake.session_queue import RECEIVE_SECONDS, QueueMessage, SessionQueue
from orchestration.state.database import StateDatabase
from orchestration.state.documents import Received, record_heat, record_received

log = logging.getLogger(__name__)

_WRITERS = 8  # threads that store documents: the store's latency counts
_POINTER = {"session_id", "store_key"}
"""Fields of a message whose document is too large for it (contract: 'The queue message')."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What one round received: ``done`` messages were deleted, ``left`` ones come again. ``oldest`` is when the oldest was sent."""

    done: int = 0
    left: int = 0
    oldest: datetime | None = None


def take_in(queue: SessionQueue, store: Store, state: StateDatabase, now: datetime, seconds: float = RECEIVE_SECONDS) -> TakenIn:
    """Receive for at most ``seconds`` and take in what came, hot leads first.

    Raises ``TransientFailure`` when the queue is unavailable, ``ConfigurationFailure`` when it refuses this reader.
    """
    return _taken(queue, queue.receive(seconds), store, state, now, quarantines=False)


def take_in_dead_letters(queue: SessionQueue, store: Store, state: StateDatabase, now: datetime) -> TakenIn:
    """Empty the dead-letter queue: take in what can be read by now, and quarantine under ``rejected/`` what still cannot.

    A message stays whose document is neither in it nor in the store. Raises as ``take_in`` does.
    """
    rounds: list[TakenIn] = []
    while not rounds or rounds[-1].done:
        rounds.append(_taken(queue, queue.receive(), store, state, now, quarantines=True))
    oldest = min((one.oldest for one in rounds if one.oldest), default=None)
    return TakenIn(sum(one.done for one in rounds), sum(one.left for one in rounds), oldest)


def _taken(
    queue: SessionQueue, received: Sequence[QueueMessage], store: Store, state: StateDatabase, now: datetime, *, quarantines: bool
) -> TakenIn:
    ordered = sorted(received, key=lambda message: not message.is_hot)
    landed = read_ahead(
        lambda message: _landed(store, message, now, quarantines=quarantines), ordered, _WRITERS, turn=lambda message: message.group
    )
    done = [(message, found) for message, found in zip(ordered, landed, strict=True) if found]
    _enter(state, done, now)
    queue.delete([message for message, _ in done])
    return TakenIn(len(done), len(ordered) - len(done), min((message.sent_at for message in ordered), default=None))


def _enter(state: StateDatabase, done: Sequence[tuple[QueueMessage, Received]], now: datetime) -> None:
    """Enter the documents into the ledger, each once, and which of them the agent took for hot leads."""
    documents = {found.stored.key: found for _, found in done if not found.stored.key.startswith(f"{REJECTED}/")}
    hot = {found.stored.key for message, found in done if message.is_hot}
    if documents:
        with state.writing() as connection:
            record_received(connection, list(documents.values()), now)
            record_heat(connection, list(documents), hot)
    enter_quarantined(state, [found for _, found in done if found.stored.key not in documents], now)


def _landed(store: Store, message: QueueMessage, now: datetime, *, quarantines: bool) -> Received | None:
    """Return the stored object of a message's document; None when there is none, so that the message stays.

    Nothing that one message holds keeps the others from being taken in.
    """
    try:
        key = _key_of(store, message.body, now, quarantines=quarantines)
        return Received(store.head(key), session_in_key(key), day_in_key(key)) if key else None
    except KeyError:
        problem = "its document is not in the store"
    except VoiceError as failure:
        problem = failure.problem
    except Exception as error:  # whatever it is, the other messages are taken in
        problem = type(error).__name__
    log.warning("message %s, received %d times, stays in the queue: %s", message.message_id, message.receives, problem)
    return None


def _key_of(store: Store, body: bytes, now: datetime, *, quarantines: bool) -> str:
    """Store the document of a message unless a better one is there, and return where it is.

    Raises ``Rejected`` when it cannot be keyed, unless such a one is to be quarantined.
    """
    try:
        fields = parsed(body)
        if fields.keys() == _POINTER:
            return _pointed_to(fields)
        own = peek_identity(body).key
    except Rejected:
        if not quarantines:
            raise
        own = ""
    return deliver(store, body, now=now).key or own


def _pointed_to(fields: Raw) -> str:
    """Return the key that a message points to; a message never leads to anything but the document of its own session."""
    key: Any = fields["store_key"]
    if not isinstance(key, str) or not key.startswith(f"{SESSIONS}/") or session_in_key(key) != fields["session_id"]:
        raise KeyError("store_key")
    check_key(key)
    return key
