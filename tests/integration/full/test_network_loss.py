"""A caller who loses the network for some seconds: their machine is a network namespace whose only link goes down and up again.

Linux alone has these, and they need root.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from contract.platform.settings import PROJECT_ROOT
from tests.integration.caller import token
from tests.integration.full.calls import delivered, documents
from tests.integration.full.comparison import differences
from tests.integration.full.conftest import Offline, Site, site_at
from tests.integration.full.far_caller import ANSWERED
from tests.integration.script import CALL
from tests.support.real_servers import livekit_server

NAMESPACE, HERE, THERE = "voice-caller", "voice-here", "voice-there"
HERE_ADDRESS, THERE_ADDRESS = "198.18.17.1", "198.18.17.2"
"""Of the range for tests of networks (RFC 2544), which no router carries; the link ends in the namespace."""
GONE_SECONDS = 6
"""Seconds without a network: fewer than the server waits before it takes a participant for gone."""
TURN_SECONDS = 120
"""Seconds until a turn must have its answer, the caller's start included."""


def ip(*arguments: str) -> None:
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"ip {' '.join(arguments)} needs root and iproute2: {done.stderr.strip()}"


@contextmanager
def link() -> Generator[None]:
    """Make a namespace that a pair of virtual interfaces joins to this machine, until the block ends."""
    ip("netns", "add", NAMESPACE)
    try:
        ip("link", "add", HERE, "type", "veth", "peer", "name", THERE, "netns", NAMESPACE)
        ip("address", "add", f"{HERE_ADDRESS}/30", "dev", HERE)
        ip("link", "set", HERE, "up")
        ip("-n", NAMESPACE, "address", "add", f"{THERE_ADDRESS}/30", "dev", THERE)
        ip("-n", NAMESPACE, "link", "set", "lo", "up")
        ip("-n", NAMESPACE, "link", "set", THERE, "up")
        yield
    finally:
        ip("netns", "delete", NAMESPACE)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp("link")
    with link(), livekit_server(folder / "livekit", HERE_ADDRESS, HERE) as livekit, site_at(livekit, folder) as found:
        yield found


def test_a_caller_whose_network_is_gone_for_some_seconds_is_the_same_call(site: Site, offline: Offline):
    expected = offline(CALL)

    async def lost(room: str) -> None:
        command = [sys.executable, "-m", "tests.integration.full.far_caller", site.livekit.url, token(room)]
        pipe = asyncio.subprocess.PIPE
        caller = await asyncio.create_subprocess_exec(
            "ip", "netns", "exec", NAMESPACE, *command, stdin=pipe, stdout=pipe, cwd=PROJECT_ROOT
        )
        assert caller.stdin
        assert caller.stdout
        try:
            assert await asyncio.wait_for(caller.stdout.readline(), TURN_SECONDS) == f"{ANSWERED}\n".encode()
            ip("-n", NAMESPACE, "link", "set", THERE, "down")
            await asyncio.sleep(GONE_SECONDS)
            ip("-n", NAMESPACE, "link", "set", THERE, "up")
            caller.stdin.write(b"\n")
            assert await asyncio.wait_for(caller.stdout.readline(), TURN_SECONDS) == f"{ANSWERED}\n".encode()
            assert await asyncio.wait_for(caller.wait(), TURN_SECONDS) == 0
        finally:
            if caller.returncode is None:
                caller.kill()
                await caller.wait()
        [document] = await delivered(site.settings, room)
        assert [found for found in documents(site.settings) if found.startswith(room)] == [room]
        assert differences(document, expected) == []

    site.run(lost)
