"""In production the instance differs in its storage alone, and the code server is the code location that runs were made for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import yaml
from dagster._core.workspace.load import location_origins_from_yaml_paths
from pydantic import SecretStr

from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import PROJECT_ROOT, Settings
from orchestration.defs.dagster_home import CONFIGURATION, ON_POSTGRESQL, open_instance
from orchestration.defs.warm_launcher import WarmRunLauncher


def read(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_nothing_but_the_storage_differs():
    here, there = read(CONFIGURATION), read(ON_POSTGRESQL)
    assert there.pop("storage") == {"postgres": {"postgres_url": {"env": "VOICE_DAGSTER_URL"}}}
    assert there == here


def test_the_code_server_is_the_same_location_as_on_one_machine(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DAGSTER_CODE_SERVER_HOST", "127.0.0.1")
    monkeypatch.setenv("DAGSTER_CODE_SERVER_PORT", "4000")
    [deployed] = location_origins_from_yaml_paths([str(PROJECT_ROOT / "deploy" / "workspace.yaml")])
    [local] = location_origins_from_yaml_paths([str(PROJECT_ROOT / "workspace.yaml")])
    assert deployed.location_name == local.location_name


def test_runs_lie_in_postgresql_and_are_launched_and_limited_as_ever(
    tmp_path: Path, empty_postgresql: SecretStr, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("VOICE_DAGSTER_URL", empty_postgresql.get_secret_value())
    with open_instance(Settings(home=tmp_path)) as instance:
        instance.run_storage.add_run(dg.DagsterRun("process_calls", run_id="00000000-0000-4000-8000-000000000001"))
        assert isinstance(instance.run_launcher, WarmRunLauncher)
        queue = instance.get_concurrency_config().run_queue_config
        assert queue is not None
        assert queue.tag_concurrency_limits == [{"key": "dagster/backfill", "limit": 1}]
    with open_instance(Settings(home=tmp_path / "another")) as instance:
        assert instance.get_runs_count() == 1
    assert not list(tmp_path.rglob("*.db"))


def test_a_database_that_does_not_exist_is_a_wrong_setting_that_names_no_address(
    tmp_path: Path, empty_postgresql: SecretStr, monkeypatch: pytest.MonkeyPatch
):
    url = empty_postgresql.get_secret_value().replace("empty_", "missing_")
    monkeypatch.setenv("VOICE_DAGSTER_URL", url)
    with pytest.raises(ConfigurationFailure, match="VOICE_DAGSTER_URL") as failed, open_instance(Settings(home=tmp_path)):
        pass
    assert "missing_" not in str(failed.value)
