"""The production entry point under LiveKit's own worker: a job is a call, and a call is a document."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import ClassVar
from unittest.mock import AsyncMock, Mock

import pytest
from livekit import rtc

from agent import server
from agent.call_lifecycle import begin_call
from agent.delivery.outbox import Outbox
from agent.models import load_plugins, models_of
from agent.server import FULL, load_by_calls
from agent.settings import AgentSettings
from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import PROJECT_ROOT, Settings
from contract.platform.store import Store
from contract.reading import read_document

NOBODY = "http://127.0.0.1:9"
ENVIRONMENT = {
    "LIVEKIT_URL": "ws://127.0.0.1:9",
    "LIVEKIT_API_KEY": "key",
    "LIVEKIT_API_SECRET": "secret" * 6,
    "VOICE_AGENT_LLM": "plugin:openai/gpt-6-luna",
    "VOICE_AGENT_STT": "plugin:openai/gpt-4o-mini-transcribe",
    "VOICE_AGENT_TTS": "plugin:openai/tts-1",
    "OPENAI_API_KEY": "key",
    "OPENAI_BASE_URL": NOBODY,
}


def worker(home: Path, room: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **ENVIRONMENT, "VOICE_HOME": str(home), "VOICE_AGENT_CHECKPOINT_SECONDS": "0.2"}
    command = [sys.executable, "-m", "tests.agent.worker_with_one_call", room]
    return subprocess.run(command, env=environment, cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=120, check=False)


def test_a_worker_that_is_stopped_in_a_call_stores_its_document(tmp_path: Path):
    ended = worker(tmp_path, "room_7")
    assert ended.returncode == 0, ended.stderr[-2000:]
    settings = Settings(home=tmp_path)
    store = Store(settings.store_uri)
    (stored,) = store.list("sessions")
    document = read_document(store.get(stored.key), now=settings.clock())
    assert (document.session_id, document.complete, document.disconnect_reason) == ("room_7", True, "agent_shutdown")
    assert document.models.llm == "openai/gpt-6-luna"
    assert document.participant_id == "PA_mock_user"
    (marker,) = store.list("starts")
    assert json.loads(store.get(marker.key))["participant_id"] == "PA_mock_user"
    assert list(store.list("checkpoints")) == []
    assert list((tmp_path / "spool").iterdir()) == []


def test_a_worker_is_full_by_its_calls():
    assert [load_by_calls(calls, 4) < FULL for calls in (0, 3, 4, 5)] == [True, True, False, False]


def test_an_unknown_plugin_names_its_setting(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_API_KEY", "key")
    settings = AgentSettings(llm="plugin:acme/model")
    with pytest.raises(ConfigurationFailure, match="acme"):
        load_plugins(settings)
    with pytest.raises(ConfigurationFailure, match="VOICE_AGENT_LLM"):
        models_of(settings)


@pytest.mark.parametrize("name", ["gpt-4.1-mini", "plugin:openai", ""])
def test_a_model_without_a_provider_names_its_setting(name: str):
    with pytest.raises(ConfigurationFailure, match="VOICE_AGENT_LLM"):
        models_of(AgentSettings(llm=name))


class _Left:
    """A caller as the room shows them, who left on purpose, as a client does that makes its whole connection anew."""

    identity, sid, name, metadata = "caller", "PA_1", "", "{}"
    attributes: ClassVar[dict[str, str]] = {}
    disconnect_reason = rtc.DisconnectReason.CLIENT_INITIATED


@pytest.mark.parametrize("comes_back", [True, False])
def test_a_caller_who_leaves_on_purpose_and_is_back_at_once_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, comes_back: bool
):
    monkeypatch.setattr(server, "RECONNECT_SECONDS", 0.05)
    monkeypatch.setattr(server, "watch_connection", AsyncMock())

    async def leave_and_return() -> tuple[list[str], list[str]]:
        settings = Settings(home=tmp_path)
        held = await begin_call("room_1", settings, AgentSettings(), Outbox.of(settings), {})
        room, voice = rtc.EventEmitter[str](), Mock()
        context = Mock(room=room, job=Mock(id="AJ_1"))
        server._held["AJ_1"] = held
        server._follow(context, held, _Left(), Mock(output=Mock(audio=voice)), rejoin_seconds=60)  # pyright: ignore[reportArgumentType]
        room.emit("participant_disconnected", _Left())
        if comes_back:
            room.emit("participant_connected", _Left())
        await asyncio.sleep(0.2)
        await server.finish(context)
        return [call[0] for call in voice.method_calls], [call[0] for call in context.method_calls]

    voice, context = asyncio.run(leave_and_return())
    assert (voice, context) == ((["pause", "resume"], []) if comes_back else (["pause"], ["shutdown"]))
