"""Units are what systemd itself accepts, the compose file what its specification allows, and both say what the settings say."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from agent.server import drain_seconds
from agent.settings import AgentSettings
from contract.platform.settings import PROJECT_ROOT
from tests.support.units import INSTALLED, UNITS, command, service

DEPLOY = PROJECT_ROOT / "deploy"
NAMES = sorted(path.name for path in UNITS.glob("*.service"))
ADDRESS = ("DAGSTER_CODE_SERVER_HOST", "DAGSTER_CODE_SERVER_PORT")
MARGIN_SECONDS = 60
"""Seconds for the goodbye of a call that has reached its limit, and for the processes of the worker to end."""
needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None,
    reason="UNITS NOT CHECKED: systemd-analyze is missing; install systemd",
)


def verified(folder: Path, unit: str, **changes: str) -> str:
    """What systemd says of a unit, where the platform is installed in this checkout; empty when all is right."""
    shutil.copytree(UNITS, folder)
    for path in folder.rglob("*.*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8").replace(INSTALLED, str(PROJECT_ROOT))
            for was, becomes in changes.items():
                text = text.replace(was, becomes)
            path.write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(folder / unit)],
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{folder}:"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr or (f"status {done.returncode}" if done.returncode else "")


@needs_systemd
@pytest.mark.parametrize("unit", NAMES)
def test_systemd_accepts_the_unit(tmp_path: Path, unit: str):
    assert verified(tmp_path / "units", unit) == ""


@needs_systemd
@pytest.mark.parametrize(
    ("right", "wrong"),
    [("KillMode=mixed", "KillMode=mixde"), ("NoNewPrivileges", "NoNewPrivilege"), (".venv/bin/python", ".venv/bin/pithon")],
    ids=["value", "name in common.conf", "program"],
)
def test_systemd_refuses_what_is_wrong(tmp_path: Path, right: str, wrong: str):
    assert verified(tmp_path / "units", "voice-agent.service", **{right: wrong})


def compose() -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def test_a_stopped_agent_has_the_time_that_its_longest_call_takes():
    agent = service("voice-agent")
    assert agent["KillMode"] == "mixed"
    seconds = drain_seconds(AgentSettings()) + MARGIN_SECONDS
    assert int(agent["TimeoutStopSec"]) == seconds
    assert compose()["services"]["agent"]["stop_grace_period"] == f"{seconds}s"


def test_a_stopped_daemon_gives_its_runs_the_time_of_a_cancelled_one():
    seconds = yaml.safe_load((DEPLOY / "dagster.yaml").read_text(encoding="utf-8"))["run_monitoring"]["cancel_timeout_seconds"]
    assert int(service("voice-daemon")["TimeoutStopSec"]) == seconds
    assert compose()["services"]["daemon"]["stop_grace_period"] == f"{seconds}s"


def checked(path: Path) -> subprocess.CompletedProcess[str]:
    checker = Path(sys.executable).parent / "check-jsonschema"
    return subprocess.run([checker, "--builtin-schema", "vendor.compose-spec", path], capture_output=True, text=True, check=False)


def test_the_compose_file_follows_the_specification(tmp_path: Path):
    done = checked(DEPLOY / "compose.yaml")
    assert done.returncode == 0, done.stdout
    wrong = compose()
    wrong["services"]["agent"]["stop_grace_periode"] = "1s"
    (tmp_path / "compose.yaml").write_text(yaml.safe_dump(wrong), encoding="utf-8")
    assert checked(tmp_path / "compose.yaml").returncode == 1


def test_every_service_runs_the_same_program_as_its_unit():
    """The compose file and the units differ in addresses and in where things lie, not in what runs."""
    programs = {
        name: " ".join(word.rpartition("/")[2] for word in command(f"voice-{name}", variables=dict.fromkeys(ADDRESS, ""))[:2])
        for name in ("code", "daemon", "webserver", "web", "agent")
    }
    assert programs == {name: " ".join(compose()["services"][name]["command"][:2]) for name in programs}


def test_no_file_of_the_deployment_holds_a_password_or_listens_for_strangers():
    services = compose()["services"]
    published = [port for one in services.values() for port in one.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)
    for name in NAMES:
        assert "0.0.0.0" not in (UNITS / name).read_text(encoding="utf-8")
