"""Run a call's lifecycle, from its session id to its stored document, alike for a LiveKit worker, an offline call and a test."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from agent.call import Call
from agent.delivery.checkpoint import Checkpoints
from agent.delivery.outbox import Outbox
from agent.delivery.rooms import claim_in_time
from agent.knowledge.choice import knowledge_base
from agent.meetings.choice import calendar_for
from agent.recording.build import build_session
from agent.recording.recorder import Recorder
from agent.room.participant import CallerIdentity
from agent.settings import AgentSettings
from agent.spool import Spool
from contract.document.delivery import mark_start
from contract.document.keys import checkpoint_key, id_with_start
from contract.document.session import SessionDocument
from contract.platform.failures import VoiceError
from contract.platform.settings import Settings

log = logging.getLogger(__name__)

MARK_SECONDS = 2.0
"""Seconds to wait for the start marker: the caller hears nothing until then, and delivery writes a missing marker again."""


@dataclass(slots=True)
class CallLifecycle:
    """Own everything that must be closed when the call ends."""

    call: Call
    spool: Spool
    outbox: Outbox
    checkpoints: Checkpoints

    async def joined(self, caller: CallerIdentity) -> None:
        """Record the caller and write the start marker on their first join. A store that hangs does not keep them waiting:
        delivery writes the marker again.
        """
        first = self.call.caller is None
        self.call.joined(caller)
        if first:
            marking = asyncio.create_task(asyncio.to_thread(self._mark_start, caller.participant_id))
            await asyncio.wait([marking], timeout=MARK_SECONDS)

    def _mark_start(self, participant_id: str | None) -> None:
        begun = self.document()
        room = self.spool.rows()[0]["room"]
        try:
            mark_start(self.outbox.store, begun.session_id, begun.start_time, begun.agent_version, participant_id, room)
        except VoiceError as failure:
            log.warning("%s: no start marker: %s", begun.session_id, failure.problem)

    def document(self) -> SessionDocument:
        """Build the document from the rows so far."""
        return build_session(self.spool.rows())

    async def finish(self) -> bool:
        """Write the last row, store and announce the document, remove the spool. Return True when all of it succeeded.

        A call that cannot be stored now stays in the spool, and the sweep retries it. Nothing is raised: no caller is left to
        handle it.
        """
        if self.call.caller is None and not any(row["kind"] == "item" for row in self.spool.rows()):
            return await self._discard()
        lost = self.spool.lost_rows + self.call.recorder.failures
        self.call.recorder.note("end", unrecorded=lost)
        await self.checkpoints.stop()
        try:
            await self.outbox.deliver(self.spool, self.document())
            return True
        except VoiceError as failure:
            log.error("%s stays in the spool: %s", self.call.session_id, failure.problem)
            return False
        except Exception as error:  # the only copy is in the spool, and the sweep tries again
            log.error("%s stays in the spool: %s", self.call.session_id, type(error).__name__)
            return False
        finally:
            self.spool.close()

    async def _discard(self) -> bool:
        """Remove spool and checkpoint of a room that nobody joined and in which nothing was said: it is not a call."""
        await self.checkpoints.stop()
        self.spool.remove()
        try:
            await asyncio.to_thread(self.outbox.store.delete, checkpoint_key(self.call.session_id))
        except VoiceError as failure:
            log.warning("%s: its checkpoint stays: %s", self.call.session_id, failure.problem)
        return True


async def begin_call(
    room: str, settings: Settings, agent: AgentSettings, outbox: Outbox, models: dict[str, str], *, test_call: bool = False
) -> CallLifecycle:
    """Claim the session's id, open its spool and write its first row. Settings that no call can run with raise
    ``ConfigurationFailure`` before anything is written.
    """
    knowledge, calendar = knowledge_base(agent), calendar_for(agent, settings.home, settings.base_url)
    began = time.time()
    offset = (settings.clock() - datetime.now(UTC)).total_seconds() if settings.now else 0.0
    start = datetime.fromtimestamp(round(began + offset, 3), UTC)
    spool = _spool(settings.spool_dir, await claim_in_time(outbox.store, room, start), start)
    session_id = spool.session_id
    recorder = Recorder(spool)
    spool.append(
        {
            "kind": "begin",
            "at": began,
            "offset": offset,
            "session_id": session_id,
            "room": room,
            "agent_version": agent.version,
            "models": models,
            "test_call": test_call,
        }
    )
    call = Call(
        session_id=session_id,
        recorder=recorder,
        knowledge=knowledge,
        calendar=calendar,
        now=lambda: datetime.now(UTC) + timedelta(seconds=offset),
        zone=ZoneInfo(agent.meeting_tz) if agent.meeting_tz else settings.business_zone,
    )
    held = CallLifecycle(call, spool, outbox, Checkpoints(outbox.store, session_id, lambda: build_session(spool.rows()), call.now))
    call.on_refusal = held.checkpoints.write_now
    held.checkpoints.start(agent.checkpoint_seconds)
    return held


def _spool(folder: Path, session_id: str, start: datetime) -> Spool:
    """Open the call's spool. When another store's call left a file of that name behind, append this call's start to its id."""
    try:
        return Spool.begin(folder, session_id)
    except FileExistsError:
        return Spool.begin(folder, id_with_start(session_id, start))
