"""A published warehouse of a few calls, and an org with the deployed fields."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from contract.platform.settings import Settings
from orchestration.destinations.amplitude.settings import AmplitudeSettings
from orchestration.destinations.salesforce.settings import SalesforceSettings
from orchestration.resources import Platform
from tests.fakes import amplitude
from tests.fakes.salesforce.server import Api, serve
from tests.fakes.sandbox import staffed_org
from tests.support.destination_calls import CallsAndOrg, CallsAndProject
from tests.support.lake_samples import NOW, Lake
from tests.support.postgres import EITHER


@pytest.fixture
def org(tmp_path: Path, database: str) -> Iterator[CallsAndOrg]:
    api = Api(staffed_org())
    with serve(api) as url:
        settings = Settings(home=tmp_path, now=NOW, destination_timeout_seconds=2)  # pyright: ignore[reportCallIssue]
        lake = Lake(settings)
        own = SalesforceSettings(url=url, client_id=SecretStr("client"), client_secret=SecretStr("secret"))  # pyright: ignore[reportCallIssue]
        platform = Platform(settings, vendors=[own])
        yield CallsAndOrg(lake, platform, api)
        platform.state.close()
        lake.state.close()


@pytest.fixture
def project(tmp_path: Path, database: str) -> Iterator[CallsAndProject]:
    project = amplitude.Project(slow_seconds=2.5)
    with amplitude.serve(project) as url:
        settings = Settings(home=tmp_path, now=NOW, destination_timeout_seconds=2)  # pyright: ignore[reportCallIssue]
        lake = Lake(settings)
        own = AmplitudeSettings(url=url, api_key=SecretStr(project.key))  # pyright: ignore[reportCallIssue]
        platform = Platform(settings, vendors=[own])
        yield CallsAndProject(lake, platform, project)
        platform.state.close()
        lake.state.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what delivers on SQLite and on PostgreSQL."""
    if "database" in metafunc.fixturenames:
        metafunc.parametrize("database", EITHER, indirect=True)
