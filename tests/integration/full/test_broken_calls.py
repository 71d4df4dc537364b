"""Calls in a real room, whole and broken off: each leaves one document, that of the offline call of the same script."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import psutil
import pytest
from livekit import api, rtc

from tests.integration.caller import call, converse, on_the_line, said_by_caller, token
from tests.integration.full.calls import delivered, documents
from tests.integration.full.comparison import differences
from tests.integration.full.conftest import Offline, Site
from tests.integration.script import CALL, FIRST_TURN, INTERRUPTED, SAID, SECOND_TURN
from tests.support.real_servers import KEY, SECRET

QUIET_SECONDS = 8
"""Seconds after a call in which no second document of it may come: the worker starts a call in one, and sweeps every two."""


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


def test_an_offline_document_lacks_what_only_a_server_fills(offline: Offline):
    document = offline(CALL)
    lacking = {
        "connection.bandwidth_in",
        "connection.bandwidth_out",
        "connection.jitter",
        "connection.packet_loss",
        "models.turn_detection",
        "models.vad",
        "participant_id",
        "transcript.1.speaker_id",
        "transcript.3.speaker_id",
    }
    assert {line.partition(":")[0] for line in differences(document, document)} == lacking
    first, *later = document.transcript
    other = document.model_copy(update={"user_name": None, "transcript": (first.model_copy(update={"text": "Hello"}), *later)})
    assert {line.partition(":")[0] for line in differences(other, document)} == {*lacking, "user_name", "transcript.0.text"}


def test_a_whole_call_leaves_the_document_of_the_offline_call(site: Site, offline: Offline):
    expected = offline(CALL)

    async def whole(room: str) -> None:
        await call(site.livekit.url, token(room), CALL)
        [document] = await delivered(site.settings, room)
        assert differences(document, expected) == []

    site.run(whole)


def test_a_caller_who_interrupts_leaves_the_document_of_the_offline_call(site: Site, offline: Offline):
    expected = offline(INTERRUPTED)
    assert len(expected.interruptions) == 1

    async def interrupting(room: str) -> None:
        await call(site.livekit.url, token(room), INTERRUPTED)
        [document] = await delivered(site.settings, room)
        assert differences(document, expected, "interrupted") == []

    site.run(interrupting)


def test_a_caller_whom_the_server_removes_has_hung_up(site: Site, offline: Offline):
    expected = offline(FIRST_TURN)

    async def removed_caller(room: str) -> None:
        async with server_api(site) as server, on_the_line(site.livekit.url, token(room)) as line:
            await converse(line, FIRST_TURN)
            await server.room.remove_participant(api.RoomParticipantIdentity(room=room, identity="caller"))
            [document] = await delivered(site.settings, room)
        assert differences(document, expected) == []

    site.run(removed_caller)


def test_a_room_that_is_deleted_under_the_agent_is_no_callers_hang_up(site: Site, offline: Offline):
    expected = offline(FIRST_TURN)

    async def deleted_room(room: str) -> None:
        async with server_api(site) as server, on_the_line(site.livekit.url, token(room)) as line:
            await converse(line, FIRST_TURN)
            await server.room.delete_room(api.DeleteRoomRequest(room=room))
            [document] = await delivered(site.settings, room)
        assert differences(document, expected, "deleted") == []

    site.run(deleted_room)


def test_a_second_participant_changes_nothing(site: Site, offline: Offline):
    expected = offline(CALL)

    async def two_participants(room: str) -> None:
        async with on_the_line(site.livekit.url, token(room)) as line:
            await converse(line, FIRST_TURN)
            second = token(room, "second", name="Second Person", email="second@elsewhere.example")
            async with on_the_line(site.livekit.url, second):
                await line.wait(lambda: "second" in line.room.remote_participants, "the second participant")
                await converse(line, SECOND_TURN)
        [document] = await delivered(site.settings, room)
        assert differences(document, expected) == []

    site.run(two_participants)


@pytest.mark.parametrize("scenario", ["SIMULATE_SIGNAL_RECONNECT", "SIMULATE_FULL_RECONNECT"])
def test_a_client_that_connects_again_is_the_same_call(site: Site, offline: Offline, scenario: str):
    expected = offline(CALL)

    async def reconnecting(room: str) -> None:
        room = f"{room}_{scenario.lower()}"
        again = asyncio.Event()
        async with on_the_line(site.livekit.url, token(room)) as line:
            await converse(line, FIRST_TURN)
            first = line.room.local_participant.sid
            line.room.on("reconnected", again.set)
            await line.room.simulate_scenario(rtc.SimulateScenarioKind.Value(scenario))
            await line.wait(lambda: again.is_set() and line.agent.state == "listening", "the connection")
            assert await converse(line, SECOND_TURN)
            last = line.room.local_participant.sid
        [document] = await delivered(site.settings, room)
        await asyncio.sleep(QUIET_SECONDS)
        assert [found for found in documents(site.settings) if found.startswith(room)] == [room]
        assert document.participant_id == last
        assert (first != last) == (scenario == "SIMULATE_FULL_RECONNECT")
        assert differences(document, expected) == []

    site.run(reconnecting)


def test_a_job_that_is_killed_in_mid_call_leaves_what_was_said(site: Site, offline: Offline):
    expected = offline(FIRST_TURN)

    async def killed_job(room: str) -> None:
        async with on_the_line(site.livekit.url, token(room)) as line:
            await converse(line, FIRST_TURN)
            job_process(site, room).kill()
            [document] = await delivered(site.settings, room)
        assert said_by_caller(document) == SAID[:1]
        assert differences(document, expected, "killed") == []

    site.run(killed_job)
