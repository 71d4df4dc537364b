"""Create a call's models from their names in the settings: through LiveKit Inference, or a vendor's plugin with its own key."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any, Literal

from livekit.agents import inference, llm, stt, tts
from livekit.agents.inference.llm import min_reasoning_effort

from agent.settings import AgentSettings
from contract.platform.failures import ConfigurationFailure

Kind = Literal["LLM", "STT", "TTS"]

_PLUGIN = "plugin:"
_PLUGINS: dict[Kind, tuple[str, ...]] = {
    "LLM": ("openai",),
    "STT": ("deepgram", "openai", "elevenlabs"),
    "TTS": ("elevenlabs", "openai", "deepgram"),
}


@dataclass(frozen=True, slots=True)
class CallModels:
    """Hold the three models and the names that documents give them."""

    llm: llm.LLM[Any]
    stt: stt.STT[Any] | None
    tts: tts.TTS[Any] | None
    names: dict[str, str]


def models_of(settings: AgentSettings) -> CallModels:
    """Create the models; an unknown plugin or a missing key raises ``ConfigurationFailure`` that names the setting."""
    voice: dict[str, Any] = (
        {"voice_id" if "elevenlabs" in settings.tts else "voice": settings.tts_voice} if settings.tts_voice else {}
    )
    return CallModels(
        llm=_model("LLM", settings.llm, _quickest(settings.llm)),
        stt=_model("STT", settings.stt, {}),
        tts=_model("TTS", settings.tts, voice),
        names={"llm": _name(settings.llm), "stt": _name(settings.stt), "tts": _name(settings.tts)},
    )


def _inferred(kind: Kind, options: dict[str, Any]) -> dict[str, Any]:
    """Return a plugin's options as LiveKit Inference takes them."""
    if not options:
        return {}
    return {"extra_kwargs": options} if kind == "LLM" else {"voice": options.get("voice") or options.get("voice_id")}


def load_plugins(settings: AgentSettings) -> None:
    """Import the plugins the settings name: LiveKit requires the main thread, and no caller is waiting yet."""
    for setting in (settings.llm, settings.stt, settings.tts):
        if setting.startswith(_PLUGIN):
            _plugin(setting.removeprefix(_PLUGIN).partition("/")[0])


def _plugin(vendor: str) -> ModuleType:
    try:
        return import_module(f"livekit.plugins.{vendor}")
    except ImportError as error:
        raise ConfigurationFailure(f"There is no LiveKit plugin {vendor!r} installed.", "Install it or choose another.") from error


def _quickest(setting: str) -> dict[str, Any]:
    """Return the least reasoning a model can be asked for: a caller waits, and Chat Completions with tools takes none at all."""
    effort = min_reasoning_effort(_name(setting))
    return {} if effort is None else {"reasoning_effort": effort}


def _name(setting: str) -> str:
    return setting.removeprefix(_PLUGIN)


def _model(kind: Kind, setting: str, options: dict[str, Any]) -> Any:
    vendor, _, model = setting.removeprefix(_PLUGIN).partition("/")
    if not model:
        raise ConfigurationFailure(f"VOICE_AGENT_{kind} is {setting!r}.", "Write it as provider/model or plugin:provider/model.")
    try:
        if not setting.startswith(_PLUGIN):
            return getattr(inference, kind)(model=_name(setting), **_inferred(kind, options))
        if vendor not in _PLUGINS[kind]:
            raise ConfigurationFailure(
                f"VOICE_AGENT_{kind} names the plugin {vendor!r}.", f"Choose one of {', '.join(_PLUGINS[kind])}."
            )
        return getattr(_plugin(vendor), kind)(model=model, **options)
    except ConfigurationFailure:
        raise
    except TypeError as error:
        problem = f"VOICE_AGENT_{kind}={setting} does not take {', '.join(options) or 'its options'}."
        raise ConfigurationFailure(problem, "Leave VOICE_AGENT_TTS_VOICE empty; the model's name may hold the voice.") from error
    except Exception as error:  # every vendor has its own for a missing key
        raise ConfigurationFailure(f"VOICE_AGENT_{kind}={setting} cannot be used: {error}", "Set what is missing.") from error
