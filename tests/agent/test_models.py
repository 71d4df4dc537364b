"""Models by their names in the settings, and what is wrong with them said before anybody calls."""

from __future__ import annotations

import pytest
from livekit.agents import NOT_GIVEN

from agent.models import models_of
from agent.server import create_server
from agent.settings import AgentSettings
from contract.platform.failures import ConfigurationFailure
from contract.platform.price_book import PriceBook, price_of
from contract.reference import Reference

KEYS = ("OPENAI_API_KEY", "DEEPGRAM_API_KEY", "ELEVEN_API_KEY", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET")


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in KEYS:
        monkeypatch.setenv(name, "k" * 40)


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize(
    ("llm", "stt", "tts", "voice"),
    [
        ("openai/gpt-6-luna", "deepgram/nova-3", "elevenlabs/eleven_turbo_v2_5", ""),
        ("openai/gpt-6-luna", "deepgram/nova-3", "elevenlabs/eleven_turbo_v2_5", "a_voice"),
        ("plugin:openai/gpt-6-luna", "plugin:deepgram/nova-3", "plugin:elevenlabs/eleven_turbo_v2_5", "a_voice"),
        ("plugin:openai/gpt-6-luna", "plugin:elevenlabs/scribe_v2_realtime", "plugin:openai/tts-1", "alloy"),
        ("plugin:openai/gpt-6-luna", "plugin:openai/whisper-1", "plugin:deepgram/aura-2-andromeda-en", ""),
    ],
)
def test_inference_and_plugins_can_be_mixed_and_documents_name_them(llm: str, stt: str, tts: str, voice: str):
    models = models_of(AgentSettings(llm=llm, stt=stt, tts=tts, tts_voice=voice))
    assert models.names == {
        "llm": llm.removeprefix("plugin:"),
        "stt": stt.removeprefix("plugin:"),
        "tts": tts.removeprefix("plugin:"),
    }
    assert models.llm.model in llm


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("openai/gpt-6-luna", {"reasoning_effort": "none"}),
        ("openai/gpt-6.1-sol", {"reasoning_effort": "low"}),
        ("openai/gpt-4.1", {}),
    ],
)
def test_a_model_that_reasons_is_asked_for_as_little_as_it_can(name: str, asked: dict[str, str]):
    inferred, direct = (models_of(AgentSettings(llm=prefix + name)).llm for prefix in ("", "plugin:"))
    assert inferred._opts.extra_kwargs == asked  # pyright: ignore[reportAttributeAccessIssue]
    assert direct._opts.reasoning_effort == asked.get("reasoning_effort", NOT_GIVEN)  # pyright: ignore[reportAttributeAccessIssue]


def test_the_default_model_has_a_price_and_no_last_day():
    price = price_of(Reference().table(PriceBook).llm, AgentSettings().llm)
    assert price is not None
    assert price.until is None


@pytest.mark.usefixtures("keys")
def test_a_voice_where_the_plugin_takes_none_names_its_setting():
    settings = AgentSettings(llm="plugin:openai/gpt-6-luna", tts="plugin:deepgram/aura-2-andromeda-en", tts_voice="a_voice")
    with pytest.raises(ConfigurationFailure, match="VOICE_AGENT_TTS"):
        models_of(settings)


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize(
    ("name", "value", "missing", "says"),
    [
        ("VOICE_QUEUE_URL", "http://127.0.0.1:9/1/calls.fifo", "AWS_DEFAULT_REGION", "VOICE_QUEUE_URL"),
        ("VOICE_AGENT_GOOGLE_CALENDAR_ID", "sales@example.com", "", "VOICE_AGENT_GOOGLE_CREDENTIALS"),
        ("VOICE_AGENT_LLM", "plugin:openai/gpt-6-luna", "OPENAI_API_KEY", "VOICE_AGENT_LLM"),
    ],
)
def test_a_worker_does_not_start_with_settings_no_call_could_be_held_with(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object, name: str, value: str, missing: str, says: str
):
    monkeypatch.setenv("VOICE_HOME", str(tmp_path))
    for absent in ("AWS_REGION", "AWS_PROFILE", missing):
        monkeypatch.delenv(absent, raising=False) if absent else None
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationFailure, match=says):
        create_server()
