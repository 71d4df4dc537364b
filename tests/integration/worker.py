"""The project's own worker as a process, registered with a real LiveKit server; its models are a vendor's peer on loopback."""

from __future__ import annotations

import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.integration.openai_peer import OpenAIPeer
from tests.support.real_servers import KEY, SECRET, Running, free_ports, program, wait_for

AGENT = "trial-success"


def variables(livekit: Running, peer: OpenAIPeer, home: Path) -> dict[str, str]:
    """Return the worker's environment, as an operator would set it."""
    return {
        "LIVEKIT_URL": livekit.url,
        "LIVEKIT_API_KEY": KEY,
        "LIVEKIT_API_SECRET": SECRET,
        "OPENAI_API_KEY": peer.key,
        "OPENAI_BASE_URL": peer.url,
        "VOICE_HOME": str(home),
        "VOICE_AGENT_NAME": AGENT,
        "VOICE_AGENT_LLM": "plugin:openai/gpt-6-luna",
        "VOICE_AGENT_STT": "plugin:openai/gpt-4o-mini-transcribe",
        "VOICE_AGENT_TTS": "plugin:openai/tts-1",
        # two cores also run the servers, the vendor's models and the caller, so that the load says nothing about the worker
        "VOICE_AGENT_MAX_CALLS": "20",
    }


@dataclass(frozen=True, slots=True)
class Worker(Running):
    """A worker at work, and the file of its log."""

    log: Path

    def starved(self) -> int:
        """Return how often LiveKit said so far that the machine is too busy for calls with sound."""
        return self.log.read_text(errors="replace").count("slower than realtime")


@contextmanager
def agent_worker(folder: Path, environment: Mapping[str, str]) -> Generator[Worker]:
    """Run ``python -m agent.server start`` from its registration with the server until the block ends."""
    (port,) = free_ports(1)
    command = [sys.executable, "-m", "agent.server", "start"]
    with program("agent", command, folder, {**environment, "VOICE_AGENT_HEALTH_PORT": str(port)}) as (process, log):
        wait_for("agent", process, log, lambda: "registered worker" in log.read_text(errors="replace"))
        yield Worker(f"http://127.0.0.1:{port}", process, log)
