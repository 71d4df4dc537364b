"""One worker for each module, with a folder as its store, so that nothing but LiveKit is needed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from agent.offline.audio.caller import CallStalled
from agent.offline.entrypoint import hold_offline
from agent.offline.script import Script
from agent.settings import AgentSettings
from contract.document.session import SessionDocument
from contract.platform.settings import Settings
from tests.integration.caller import said_by_caller
from tests.integration.openai_peer import OpenAIPeer
from tests.integration.script import ANSWERS
from tests.integration.worker import Worker, agent_worker, variables
from tests.support.real_servers import Running

TRIES = 3
"""Times a call is held until it goes as expected, of those in which the worker lacked the CPU to follow the sound."""
Scenario = Callable[[str], Coroutine[Any, Any, None]]
Offline = Callable[[Script], SessionDocument]


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


@pytest.fixture(scope="session")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Offline:
    """Return the document of a script's call on this machine alone, with sound; each is held once."""

    @cache
    def held(said: str) -> SessionDocument:
        script = Script.model_validate_json(said)
        for _ in range(TRIES):
            call = asyncio.run(hold_offline(script, Settings(home=tmp_path_factory.mktemp("offline")), AgentSettings(), audio=True))
            if call and said_by_caller(call.document) == [turn.say for turn in script.turns]:
                return call.document
        raise AssertionError(f"{TRIES} offline calls were not understood: the machine is too busy for calls with sound")

    return lambda script: held(script.model_dump_json())


@pytest.fixture(scope="module")
def site(livekit: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site_at(livekit, tmp_path_factory.mktemp("site")) as found:
        yield found


@contextmanager
def site_at(livekit: Running, folder: Path, further: Mapping[str, str] | None = None) -> Generator[Site]:
    """Run a worker that is registered with a server, and sweeps, checkpoints and hangs up sooner than in production."""
    settings = Settings(home=folder / "home")
    quick = {"VOICE_AGENT_SWEEP_SECONDS": "2", "VOICE_AGENT_CHECKPOINT_SECONDS": "1", "VOICE_AGENT_REJOIN_SECONDS": "5"}
    with (
        OpenAIPeer(ANSWERS) as peer,
        agent_worker(folder, {**variables(livekit, peer, settings.home), **quick, **(further or {})}) as worker,
    ):
        yield Site(livekit, worker, settings)
