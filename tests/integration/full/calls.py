"""Ends of calls: what a store holds after them."""

from __future__ import annotations

import asyncio
import time

from contract.document.session import SessionDocument
from contract.platform.settings import Settings
from contract.platform.store import Store
from contract.reading import read_document

DELIVERED_SECONDS = 90.0
"""Seconds until the document of an ended call must be in the store: the server first notices that a participant is gone."""


def documents(settings: Settings) -> dict[str, SessionDocument]:
    """Return the stored documents by their session's id; an id that is there twice fails."""
    store = Store(settings.store_uri)
    found = [read_document(store.get(one.key), now=settings.clock()) for one in store.list("sessions")]
    by_id = {document.session_id: document for document in found}
    assert len(by_id) == len(found)
    return by_id


async def delivered(settings: Settings, *session_ids: str) -> list[SessionDocument]:
    """Wait for documents and return them in the order of their ids."""
    until = time.monotonic() + DELIVERED_SECONDS
    while not set(session_ids) <= (found := documents(settings)).keys():
        assert time.monotonic() < until, f"{sorted(set(session_ids) - found.keys())}: not delivered in {DELIVERED_SECONDS:g} s"
        await asyncio.sleep(0.5)
    return [found[session_id] for session_id in session_ids]
