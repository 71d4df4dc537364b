"""A real LiveKit worker in a process of its own, given one job in a room that LiveKit mocks; stopped after its first checkpoint.

No server and no vendor answers: every model fails to connect, as on a bad day.
"""

from __future__ import annotations

import asyncio
import sys

from livekit.agents import JobExecutorType

from agent.server import create_server
from contract.platform.settings import load_settings
from contract.platform.store import Store


async def main(room: str) -> None:
    server = create_server()
    server._job_executor_type = JobExecutorType.THREAD  # a mocked room cannot be sent to another process
    running = asyncio.create_task(server.run(devmode=True, unregistered=True))
    started = asyncio.Event()
    server.on("worker_started", started.set)
    await started.wait()
    await server.simulate_job(room, fake_job=True)
    store = Store(load_settings().store_uri)
    while not list(store.list("starts")) or not list(store.list("checkpoints")):
        await asyncio.sleep(0.1)
    await server.aclose()
    running.cancel()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
