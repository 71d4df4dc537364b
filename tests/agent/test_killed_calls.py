"""A process that is killed in the middle of a call loses nothing that it had spooled, and nothing comes twice."""

from __future__ import annotations

import asyncio
import os
import random
import time
from pathlib import Path

import pytest

from agent.delivery.outbox import Outbox
from agent.delivery.sweep import Swept, sweep
from agent.offline.entrypoint import hold_offline
from agent.offline.script import read_script
from agent.recording.build import build_session
from agent.settings import AgentSettings
from agent.spool import read_rows, spooled
from contract.document.canonical import canonical_json
from contract.platform.settings import PROJECT_ROOT, Settings
from contract.reading import read_document
from tests.support.forked import FORKED

KILLS = int(os.environ.get("VOICE_KILLS", "6"))
LONGEST_CALL = 2.5
SCRIPT = PROJECT_ROOT / "data" / "scripts" / "sales_ready.yml"


def hold_slowly(home: Path) -> None:
    agent = AgentSettings(checkpoint_seconds=0.2)
    asyncio.run(hold_offline(read_script(SCRIPT), Settings(home=home), agent, thinks_seconds=0.1))


def killed_after(home: Path, seconds: float) -> None:
    """Start a call, wait until its spool is there, and kill it so long after."""
    process = FORKED.Process(target=hold_slowly, args=(home,))
    process.start()
    give_up = time.monotonic() + 60
    while not list(spooled(home / "spool")):
        assert time.monotonic() < give_up
        assert process.is_alive()
        time.sleep(0.005)
    time.sleep(seconds)
    process.kill()
    process.join()


@pytest.mark.parametrize("seed", range(KILLS))
def test_a_killed_call_is_delivered_by_the_next_start_exactly_once(tmp_path: Path, seed: int):
    settings = Settings(home=tmp_path)
    killed_after(tmp_path, random.Random(seed).uniform(0, LONGEST_CALL))
    left = [read_rows(path) for path in spooled(settings.spool_dir)]
    outbox = Outbox.of(settings)

    first = sweep(settings.spool_dir, outbox, build_session)
    assert sweep(settings.spool_dir, outbox, build_session) == Swept()

    stored = list(outbox.store.list("sessions"))
    assert len(stored) == 1
    assert list(outbox.store.list("checkpoints")) == []
    assert list(spooled(settings.spool_dir)) == []
    document = read_document(outbox.store.get(stored[0].key), now=settings.clock())
    if left and left[0]:
        assert first == Swept(delivered=1)
        spooled_call = build_session(left[0])
        assert document.complete == spooled_call.complete
        assert canonical_json(document.model_copy(update={"revision": 1})) == canonical_json(spooled_call)
    else:
        assert document.complete
