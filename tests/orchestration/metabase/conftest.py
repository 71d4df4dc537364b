"""A Metabase on loopback, and the settings that lead there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from contract.platform.settings import Settings
from orchestration.dashboards.definition import Panel, panels
from orchestration.metabase import cards
from orchestration.metabase.cards import CardLinks
from orchestration.metabase.provisioning import MetabaseProvisioned, provision_metabase
from orchestration.metabase.settings import MetabaseSettings
from orchestration.postgres.rights import masked
from tests.fakes.metabase import Metabase, serving
from tests.support.documents import NOW

DATED = ("daily_calls", "daily_histograms", "daily_mentions", "daily_costs", masked("daily_mentions"))
LINKS = CardLinks("https://voice.example.com", "https://board.example.com")
Provision = Callable[..., MetabaseProvisioned]


@pytest.fixture
def metabase() -> Metabase:
    return Metabase(dict.fromkeys(DATED, ("business_day", "industry")))


@pytest.fixture
def address(metabase: Metabase) -> Iterator[str]:
    with serving(metabase) as url:
        yield url


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", now=NOW)  # pyright: ignore[reportCallIssue]


@pytest.fixture
def own(address: str) -> MetabaseSettings:
    login = "postgresql://metabase_{0}:secret-of-{0}@warehouse.example.com/voice?sslmode=verify-full"
    return MetabaseSettings(
        url=address,
        api_key=SecretStr(Metabase.key),
        viewer_url=SecretStr(login.format("viewer")),
        analyst_url=SecretStr(login.format("analyst")),
    )


@pytest.fixture
def viewer_only(own: MetabaseSettings) -> MetabaseSettings:
    return own.model_copy(update={"analyst_url": None})


@pytest.fixture
def one_panel(monkeypatch: pytest.MonkeyPatch) -> Panel:
    """Leave one panel of seven questions, for tests that provision many times."""
    panel = panels()["trends"]
    monkeypatch.setattr(cards, "panels", lambda: {"trends": panel})
    return panel


@pytest.fixture
def provision(settings: Settings, viewer_only: MetabaseSettings) -> Provision:
    """Provision what a viewer gets, without waiting between tries."""

    def run(*, dry_run: bool = False, overwrite: bool = False, own: MetabaseSettings = viewer_only) -> MetabaseProvisioned:
        return provision_metabase(settings, own, LINKS, dry_run=dry_run, overwrite=overwrite, sleep=lambda _: None)

    return run
