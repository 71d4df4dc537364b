"""A caller in a process of its own, for a network of its own: two turns, and between them a line on standard input.

``python -m tests.integration.full.far_caller URL TOKEN``
"""

from __future__ import annotations

import asyncio
import sys

from livekit import rtc

from tests.integration.caller import converse, on_the_line
from tests.integration.script import FIRST_TURN, SECOND_TURN

ANSWERED = "answered"
"""What is written when a turn has its answer."""


async def main(url: str, jwt: str) -> None:
    async with on_the_line(url, jwt) as line:
        await converse(line, FIRST_TURN)
        print(ANSWERED, flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        connected = rtc.ConnectionState.CONN_CONNECTED
        await line.wait(lambda: line.room.connection_state == connected and line.agent.state == "listening", "the connection")
        if await converse(line, SECOND_TURN):
            print(ANSWERED, flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
