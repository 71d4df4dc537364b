"""Call after call in one process: none lost, none twice, and no memory kept of them."""

from __future__ import annotations

import asyncio
import gc
import os
from pathlib import Path

import psutil

from agent.offline.entrypoint import hold_offline
from agent.offline.script import read_script
from agent.settings import AgentSettings
from agent.spool import spooled
from contract.platform.settings import PROJECT_ROOT, Settings
from contract.platform.store import Store

CALLS = int(os.environ.get("VOICE_CALLS", "40"))
WARM = 10


def test_calls_one_after_another_are_all_stored_and_leave_no_memory_behind(tmp_path: Path):
    settings, agent = Settings(home=tmp_path), AgentSettings()
    script = read_script(PROJECT_ROOT / "data" / "scripts" / "sales_ready.yml")
    memory = psutil.Process()

    async def hold(number: int) -> str:
        held = await hold_offline(script.model_copy(update={"room": f"room_{number}"}), settings, agent)
        assert held is not None
        assert held.stored
        return held.document.session_id

    ids = [asyncio.run(hold(number)) for number in range(WARM)]
    gc.collect()
    before = memory.memory_info().rss
    ids += [asyncio.run(hold(number)) for number in range(WARM, WARM + CALLS)]
    gc.collect()
    grown = memory.memory_info().rss / before - 1
    print(f"{before / 2**20:.0f} MiB, {grown:+.1%} after {CALLS} calls")
    assert grown < 0.10, f"{grown:.1%} more memory after {CALLS} calls"

    stored = [one.key.rsplit("/", 1)[-1].removesuffix(".json.gz") for one in Store(settings.store_uri).list("sessions")]
    assert sorted(stored) == sorted(ids) == sorted({f"room_{number}" for number in range(WARM + CALLS)})
    assert list(spooled(settings.spool_dir)) == []
