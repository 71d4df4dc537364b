"""One worker for each module, with a folder as its store, so that nothing but LiveKit is needed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from agent.offline.audio.caller import CallStalled
from contract.platform.settings import Settings
from tests.integration.openai_peer import OpenAIPeer
from tests.integration.script import CALL
from tests.integration.worker import Worker, agent_worker, variables
from tests.support.real_servers import Running

TRIES = 3
"""Times a call is held until it goes as expected, of those in which the worker lacked the CPU to follow the sound."""
Scenario = Callable[[str], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Site:
    """A worker at work: the server it is registered with, its process, and its settings."""

    livekit: Running
    worker: Worker
    settings: Settings

    def run(self, scenario: Scenario) -> None:
        """Run a scenario in a room of its own; once more in another room when it failed on a machine that was too busy."""
        for number in range(1, TRIES + 1):
            before = self.worker.starved()
            try:
                return asyncio.run(scenario(f"{scenario.__name__}_{number}"))
            except (AssertionError, CallStalled):
                if number == TRIES or self.worker.starved() == before:
                    raise


@pytest.fixture(scope="module")
def site(livekit: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp("site")
    settings = Settings(home=folder / "home")
    quick = {"VOICE_AGENT_SWEEP_SECONDS": "2", "VOICE_AGENT_CHECKPOINT_SECONDS": "1", "VOICE_AGENT_REJOIN_SECONDS": "5"}
    with OpenAIPeer(CALL) as peer, agent_worker(folder, {**variables(livekit, peer, settings.home), **quick}) as worker:
        yield Site(livekit, worker, settings)
