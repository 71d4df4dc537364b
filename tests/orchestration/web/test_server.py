"""One real server: `voice serve` listens on loopback only, signs in with the printed link, and stops when told to."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psutil
import pytest

from orchestration.resources import Platform
from orchestration.state.call_views import views_of

SECONDS = 60  # for a process that imports the platform, also on a busy machine


@pytest.fixture
def server(two_calls: Platform) -> Iterator[subprocess.Popen[str]]:
    command = [Path(sys.executable).parent / "voice", "serve"]
    environment = {**os.environ, "VOICE_HOME": str(two_calls.settings.home), "VOICE_WEB_PORT": "0", "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    yield process
    process.kill()
    process.communicate()


def said(process: subprocess.Popen[str], pattern: str) -> str:
    assert process.stdout
    for line in process.stdout:
        if found := re.search(pattern, line):
            return found[1]
    raise AssertionError(f"it ended without saying {pattern}")


def test_the_command_serves_on_loopback_and_ends_cleanly(server: subprocess.Popen[str], two_calls: Platform):
    address = said(server, r"Serving at (http://127\.0\.0\.1:\d+)\.")
    link = said(server, r"Sign in within 15 minutes: (\S+)")
    listening = {c.laddr.ip for c in psutil.Process(server.pid).net_connections("inet") if c.status == psutil.CONN_LISTEN}
    assert listening == {"127.0.0.1"}
    with httpx.Client(base_url=address, timeout=SECONDS) as client:
        assert client.get("/healthz").json()["status"] == "ok"
        refused = client.get("/calls/one", headers={"x-forwarded-email": "sam@example.com"})
        assert refused.json()["error"] == "not_signed_in"
        assert client.get(link).status_code == 303
        page = client.get("/calls/one", headers={"accept": "text/html"})
        assert page.status_code == 200
        assert "team of" in page.text
        assert "voice_calls_pending 0" in client.get("/metrics").text
        with ThreadPoolExecutor(8) as people:
            answers = list(people.map(lambda _: client.get("/calls/two"), range(40)))
        assert {answer.status_code for answer in answers} == {200}
    server.send_signal(signal.SIGTERM)
    rest, _ = server.communicate(timeout=SECONDS)
    assert server.returncode in (0, -signal.SIGTERM)
    assert "/calls/{session_id} 200" in rest
    assert "one" not in re.sub(r"\(no route\)", "", rest).split()
    assert "token" not in rest
    assert len(views_of(two_calls.state, "two")) == 40
    assert (two_calls.settings.home / "web.key").stat().st_mode & 0o077 == 0


def test_a_port_that_is_taken_is_a_wrong_setting(server: subprocess.Popen[str], two_calls: Platform):
    port = said(server, r"Serving at http://127\.0\.0\.1:(\d+)\.")
    environment = {**os.environ, "VOICE_HOME": str(two_calls.settings.home), "VOICE_WEB_PORT": port}
    second = subprocess.run(
        [Path(sys.executable).parent / "voice", "serve"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert second.returncode == 2
    assert "VOICE_WEB_PORT" in second.stderr
    assert "Traceback" not in second.stderr
