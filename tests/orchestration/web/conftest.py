"""A web service behind a trusted proxy on the home of a test, and clients who come through it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from contract.platform.settings import Settings
from orchestration.resources import Platform
from orchestration.web.application import application
from orchestration.web.service import WebService, make_service
from orchestration.web.settings import WebSettings
from tests.support.documents import NOW
from tests.support.postgres import EITHER

BASE = "https://voice.example"
PROXY = ("10.0.0.7", 40000)
PAGERDUTY_SECRET, SLACK_SECRET = "of-pagerduty", "of-slack"
REAL_NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
ROLES = "addresses: {vera@example.com: viewer, Sam@example.com: sales}\ngroups: {voice-admins: admin}\n"

Serve = Callable[..., WebService]


def client_of(service: WebService, peer: tuple[str, int] = PROXY, base: str = BASE) -> TestClient:
    return TestClient(application(service), base_url=base, client=peer, follow_redirects=False, raise_server_exceptions=True)


def as_person(address: str, **more: str) -> dict[str, str]:
    return {"x-forwarded-email": address, "accept": "text/html", **more}


def service_at(home: Path, clock: Callable[[], datetime] = lambda: REAL_NOW, code_url: str = "", **settings: object) -> WebService:
    roles = home / "roles.yml"
    home.mkdir(parents=True, exist_ok=True)
    roles.write_text(ROLES, encoding="utf-8")
    defaults = {
        "identity_header": "X-Forwarded-Email",
        "groups_header": "X-Forwarded-Groups",
        "trusted_proxies": "10.0.0.0/24",
        "roles": roles,
        "secret_key": SecretStr("a secret of the tests"),
        "pagerduty_signing_secret": SecretStr(PAGERDUTY_SECRET),
        "slack_signing_secret": SecretStr(SLACK_SECRET),
    }
    platform = Platform(Settings(home=home, now=NOW, base_url=BASE, code_url=code_url))  # pyright: ignore[reportCallIssue]
    return make_service(platform, WebSettings(**{**defaults, **settings}), clock)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what stores something on SQLite and on PostgreSQL."""
    if "database" in metafunc.fixturenames and metafunc.module.__name__.endswith(("test_hooks", "test_unsubscribe")):
        metafunc.parametrize("database", EITHER, indirect=True)


@pytest.fixture
def service(tmp_path: Path, database: str) -> Iterator[WebService]:
    """A service on an empty home."""
    service = service_at(tmp_path / "home")
    yield service
    service.platform.close()


@pytest.fixture
def client(service: WebService) -> TestClient:
    return client_of(service)


@pytest.fixture
def with_calls(two_calls: Platform) -> Iterator[WebService]:
    """A service on a home where the calls ``one`` and ``two`` are published."""
    service = service_at(two_calls.settings.home)
    yield service
    service.platform.close()
