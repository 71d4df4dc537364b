"""Count the calls under way: by LiveKit's API when it is configured, else by start markers that have no document yet."""

from __future__ import annotations

import asyncio
import os
from datetime import datetime, timedelta

from sqlalchemy import func, select

from orchestration.state.database import StateDatabase
from orchestration.state.tables import DOCUMENTS, STARTS

_LIVEKIT = ("LIVEKIT_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET")
"""Variables that LiveKit's own clients read."""
_ANSWER_SECONDS = 5.0  # a sample is taken each minute, and one request answers in milliseconds
_LONGEST_CALL = timedelta(hours=2)
"""How long a start without a document counts: four times the longest call (``VOICE_AGENT_MAX_CALL_SECONDS``), then it was lost."""


def active_calls(state: StateDatabase, now: datetime) -> tuple[str, float | None]:
    """Return the source and the number of calls; None when LiveKit does not answer or refuses the key."""
    if all(os.environ.get(name) for name in _LIVEKIT):
        return "livekit_api", asyncio.run(_rooms_with_people())
    with state.reading() as connection:
        c, known = STARTS.c, select(DOCUMENTS.c.session_id).where(DOCUMENTS.c.session_id == STARTS.c.session_id)
        recent = c.started_at.between(now - _LONGEST_CALL, now) & ~known.exists()
        return "start_markers", float(connection.execute(select(func.count()).where(recent)).scalar_one())


async def _rooms_with_people() -> float | None:
    """Count LiveKit's rooms with a participant; agents do not count as such, so a room that only one is in is no call."""
    from livekit import api

    try:
        async with asyncio.timeout(_ANSWER_SECONDS), api.LiveKitAPI(failover=False) as livekit:
            found = await livekit.room.list_rooms(api.ListRoomsRequest())
    except Exception:  # its client raises what its HTTP client does, of many kinds
        return None
    return float(sum(room.num_participants > 0 for room in found.rooms))
