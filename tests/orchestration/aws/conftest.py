"""A server of moto on loopback that records each request, and the settings that lead there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from moto.server import ThreadedMotoServer

from contract.platform.settings import Settings
from tests.orchestration.aws.requests import RecordedRequest, recording
from tests.support.documents import NOW


@pytest.fixture
def requests_made(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[RecordedRequest]]:
    """Start the server; what is asked of it is appended to the list."""
    server, made = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False), []
    server.start()
    running = server._server  # pyright: ignore[reportPrivateUsage]
    assert running
    running.app = recording(running.app, made)
    host, port = server.get_host_and_port()
    variables = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    httpx.post(f"http://{host}:{port}/moto-api/reset")  # moto keeps its state as long as the process lives
    made.clear()
    yield made
    server.stop()


@pytest.fixture
def settings(tmp_path: Path, requests_made: list[RecordedRequest]) -> Settings:
    return Settings(home=tmp_path / "home", store="s3://voice-calls/prod", now=NOW, workers=1)  # pyright: ignore[reportCallIssue]


@pytest.fixture
def amazon(requests_made: list[RecordedRequest]) -> Callable[[str], Any]:
    return boto3.client
