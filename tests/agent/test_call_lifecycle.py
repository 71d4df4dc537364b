"""A call's spool, checkpoint and start marker, whatever the disk and the store do."""

from __future__ import annotations

import asyncio
import gzip
import json
import time
from pathlib import Path
from typing import Any

import pytest

from agent import call_lifecycle
from agent.call_lifecycle import CallLifecycle, begin_call
from agent.delivery.outbox import Outbox
from agent.delivery.sweep import Swept, sweep
from agent.recording.build import build_session
from agent.room.participant import caller_of
from agent.settings import AgentSettings
from agent.spool import Spool
from contract.document.keys import checkpoint_key
from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import Settings
from contract.platform.store import Store
from tests.agent.conversations import METADATA, run

SECRET = "our budget is ninety thousand"


async def begun(home: Path, store: Store | None = None) -> CallLifecycle:
    outbox = Outbox(store or Store((home / "store").as_uri()), None, Settings(home=home).clock)
    return await begin_call("room_1", Settings(home=home), AgentSettings(), outbox, {"llm": "scripted"})


def say(held: CallLifecycle, text: str) -> None:
    held.call.recorder.note("item", id=text[:5], role="user", text=text, interrupted=False, speech_id=None)


def documents(store: Store) -> list[dict[str, Any]]:
    return [json.loads(gzip.decompress(store.get(found.key))) for found in store.list("sessions")]


async def until(found: Any) -> Any:
    for _ in range(500):
        if value := found():
            return value
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come")


def stored_checkpoint(store: Store) -> bytes:
    try:
        return gzip.decompress(store.get(checkpoint_key("room_1")))
    except KeyError:
        return b""


def test_a_refusal_takes_the_words_out_of_the_checkpoint_at_once(tmp_path: Path):
    async def talk() -> None:
        held = await begun(tmp_path)
        store = held.outbox.store
        await until(lambda: stored_checkpoint(store))
        say(held, SECRET)
        held.checkpoints.write_now()
        await until(lambda: SECRET.encode() in stored_checkpoint(store))
        held.call.answered_consent(False)
        await until(lambda: SECRET.encode() not in stored_checkpoint(store))
        say(held, f"{SECRET}, again")
        held.checkpoints.write_now()
        assert await held.finish()
        assert SECRET not in json.dumps(documents(store))
        (document,) = documents(store)
        assert (document["consent"]["obtained"], document["transcript"]) == (False, [])

    run(talk)


def test_a_call_without_any_spool_goes_on_and_is_stored_at_its_end(tmp_path: Path):
    async def talk() -> None:
        (tmp_path / "spool").write_text("a file where the folder should be")
        held = await begun(tmp_path)
        say(held, "I would like to send a document.")
        held.call.answered_consent(True)
        assert await held.finish()
        (document,) = documents(held.outbox.store)
        assert [item["text"] for item in document["transcript"]] == ["I would like to send a document."]
        assert document["unrecorded_events"] == 3

    run(talk)


def test_a_refusal_in_a_call_without_a_spool_is_kept_too(tmp_path: Path):
    async def talk() -> None:
        (tmp_path / "spool").write_text("a file where the folder should be")
        held = await begun(tmp_path)
        say(held, SECRET)
        held.call.answered_consent(False)
        assert await held.finish()
        assert SECRET not in json.dumps(documents(held.outbox.store))

    run(talk)


def test_two_calls_are_never_mixed_in_one_spool(tmp_path: Path):
    async def talk() -> None:
        with_another_store = Spool.open(tmp_path / "spool", "room_1")
        with_another_store.append({"kind": "begin", "at": 1763651045.0, "session_id": "room_1", "room": "room_1"})
        with_another_store.append({"kind": "item", "at": 1763651046.0, "role": "user", "text": SECRET, "id": "a"})
        with_another_store.close()
        held = await begun(tmp_path)
        held.call.joined(caller_of("PA_1", "", METADATA, {}))
        assert await held.finish()
        (document,) = documents(held.outbox.store)
        assert document["session_id"].startswith("room_1_")
        assert SECRET not in json.dumps(document)
        assert sweep(tmp_path / "spool", held.outbox, build_session) == Swept(delivered=1)
        assert sorted(SECRET in json.dumps(one) for one in documents(held.outbox.store)) == [False, True]

    run(talk)


class HangsOnStarts(Store):
    def put_if_absent(self, key: str, body: bytes) -> bool:
        if key.startswith("starts/"):
            time.sleep(0.5)
        return super().put_if_absent(key, body)


def test_a_store_that_hangs_on_the_start_marker_does_not_keep_the_caller_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(call_lifecycle, "MARK_SECONDS", 0.01)
    order: list[str] = []

    async def talk() -> None:
        held = await begun(tmp_path, HangsOnStarts((tmp_path / "store").as_uri()))
        await held.joined(caller_of("PA_1", "", METADATA, {}))
        order.append("joined" if not list(held.outbox.store.list("starts")) else "marked first")
        assert await held.finish()
        assert len(list(held.outbox.store.list("starts"))) == 1

    run(talk)
    assert order == ["joined"]


def test_a_call_of_which_no_document_can_be_made_stays_in_the_spool_and_raises_nothing(tmp_path: Path):
    async def talk() -> None:
        held = await begun(tmp_path)
        held.call.joined(caller_of("PA_1", "", METADATA, {}))
        held.call.recorder.note("signals", signals={"team_size": "many"})
        assert not await held.finish()
        assert len(list((tmp_path / "spool").glob("*.jsonl"))) == 1

    run(talk)


def test_settings_no_call_can_be_held_with_leave_no_call_behind(tmp_path: Path):
    async def talk() -> None:
        settings = Settings(home=tmp_path)
        with pytest.raises(ConfigurationFailure, match="GOOGLE"):
            await begin_call("room_1", settings, AgentSettings(google_calendar_id="a@b.c"), Outbox.of(settings), {})
        assert list(tmp_path.glob("spool/*")) == []
        assert list(Outbox.of(settings).store.list("rooms")) == []

    run(talk)


def test_a_room_that_nobody_joined_is_no_call(tmp_path: Path):
    async def talk() -> None:
        held = await begun(tmp_path)
        await until(lambda: stored_checkpoint(held.outbox.store))
        assert await held.finish()
        assert documents(held.outbox.store) == []
        assert stored_checkpoint(held.outbox.store) == b""
        assert list((tmp_path / "spool").iterdir()) == []

    run(talk)


def test_a_refusal_stands_for_the_whole_call(tmp_path: Path):
    async def talk() -> None:
        held = await begun(tmp_path)
        held.call.joined(caller_of("PA_1", "", METADATA, {}))
        held.call.answered_consent(False)
        held.call.answered_consent(True)
        say(held, SECRET)
        assert await held.finish()
        (document,) = documents(held.outbox.store)
        assert (document["consent"]["obtained"], document["transcript"]) == (False, [])

    run(talk)
