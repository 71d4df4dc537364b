"""Create the models of a call without network: they run in this process, and their names say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from livekit.agents import TurnHandlingOptions, inference, stt, tts, vad

from agent.offline.audio.espeak import EspeakTTS
from agent.offline.audio.sphinx import SphinxSTT
from agent.offline.script import Script


@dataclass(frozen=True)
class LocalModels:
    """Hold the speech models of an ``AgentSession``; ``names`` goes into the document's ``models``."""

    stt: stt.STT[Any]
    tts: tts.TTS[Any]
    vad: vad.VAD
    turn_detection: inference.TurnDetector
    names: Mapping[str, str]

    def session_options(self) -> dict[str, Any]:
        """Return keyword arguments of ``AgentSession``; whatever is not named here stays as in production.

        Interruptions go by voice activity (LiveKit's adaptive detector is a service of its cloud), and from the first moment:
        the 3 s LiveKit grants echo cancellation would swallow early ones, and there is no echo here.
        """
        turns = TurnHandlingOptions(turn_detection=self.turn_detection, interruption={"mode": "vad"})
        return {"stt": self.stt, "tts": self.tts, "vad": self.vad, "turn_handling": turns, "aec_warmup_duration": None}


def local_models(script: Script) -> LocalModels:
    """Create recognition of this script's sentences, espeak-ng's voice, and the two detectors in livekit-agents' wheels.

    ``v1-mini`` is the turn detector that runs here; the newer ``v1`` asks LiveKit's cloud.
    """
    ears, voice, detector = SphinxSTT(turn.say for turn in script.turns), EspeakTTS(), inference.TurnDetector(version="v1-mini")
    activity = inference.VAD()
    names = {
        "stt": ears.model,
        "tts": voice.model,
        "vad": f"{activity.model} (local)",
        "turn_detection": f"{detector.model} (local)",
    }
    return LocalModels(stt=ears, tts=voice, vad=activity, turn_detection=detector, names=names)
