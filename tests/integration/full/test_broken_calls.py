"""Calls that go wrong in a real room: each leaves one document, whole as far as it came."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import psutil
from livekit import api

from tests.integration.caller import converse, on_the_line, said_by_caller, token
from tests.integration.full.calls import delivered
from tests.integration.full.conftest import Site
from tests.integration.script import CALL, NAME, SAID
from tests.support.real_servers import KEY, SECRET

FIRST_TURN = CALL.model_copy(update={"turns": CALL.turns[:1]})
SECOND_TURN = CALL.model_copy(update={"turns": CALL.turns[1:]})


@asynccontextmanager
async def server_api(site: Site) -> AsyncGenerator[api.LiveKitAPI]:
    client = api.LiveKitAPI(site.livekit.url.replace("ws", "http", 1), KEY, SECRET)
    try:
        yield client
    finally:
        await client.aclose()


def job_process(site: Site, session_id: str) -> psutil.Process:
    """Return the process that holds a call: the one that has its spool open."""
    spool = str(site.settings.spool_dir / f"{session_id}.jsonl")
    [found] = [one for one in site.worker.process.children(recursive=True) if spool in {file.path for file in one.open_files()}]
    return found


def test_a_caller_whom_the_server_removes_has_hung_up(site: Site):
    async def removed_caller(room: str) -> None:
        async with server_api(site) as server, on_the_line(site.livekit.url, token(room)) as line:
            await converse(line, FIRST_TURN)
            await server.room.remove_participant(api.RoomParticipantIdentity(room=room, identity="caller"))
            [document] = await delivered(site.settings, room)
        assert (document.complete, document.disconnect_reason) == (True, "user_hangup")
        assert said_by_caller(document) == SAID[:1]

    site.run(removed_caller)


def test_a_second_participant_changes_neither_caller_nor_words(site: Site):
    async def two_participants(room: str) -> None:
        async with on_the_line(site.livekit.url, token(room)) as line:
            await converse(line, FIRST_TURN)
            second = token(room, "second", name="Second Person", email="second@elsewhere.example")
            async with on_the_line(site.livekit.url, second):
                await line.wait(lambda: "second" in line.room.remote_participants, "the second participant")
                await converse(line, SECOND_TURN)
        [document] = await delivered(site.settings, room)
        assert (document.user_name, document.complete, document.disconnect_reason) == (NAME, True, "user_hangup")
        assert {item.speaker_id for item in document.transcript if item.role == "user"} == {document.participant_id}
        assert said_by_caller(document) == SAID

    site.run(two_participants)


def test_a_job_that_is_killed_in_mid_call_leaves_what_was_said(site: Site):
    async def killed_job(room: str) -> None:
        async with on_the_line(site.livekit.url, token(room)) as line:
            await converse(line, FIRST_TURN)
            job_process(site, room).kill()
            [document] = await delivered(site.settings, room)
        assert (document.complete, document.disconnect_reason) == (False, "unknown")
        assert document.user_name == NAME
        assert said_by_caller(document) == SAID[:1]

    site.run(killed_job)
