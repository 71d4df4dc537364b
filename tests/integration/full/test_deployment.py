"""Code server, daemon and webserver, started as the units of ``deploy/`` start them, with all state in a real PostgreSQL.

Calls go from the store to the CRM, while everything is killed: once in mid-analysis, once in mid-delivery.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from dagster._grpc.client import DagsterGrpcClient
from pydantic import SecretStr

from benchmarks.processes import environment
from contract.platform.failures import VoiceError
from contract.platform.settings import PROJECT_ROOT, Settings
from orchestration.resources import Platform
from orchestration.state.reconciliation import reconcile
from orchestration.warehouse.agreement import compare
from orchestration.warehouse.reader import open_published
from tests.fakes.salesforce import server
from tests.fakes.salesforce.org import Org
from tests.fakes.sandbox import staffed_org
from tests.support.documents import put, session
from tests.support.real_servers import HOST, free_ports, program, wait_for
from tests.support.units import command

CALLS = ("one", "two", "three")
LONGEST_WAIT_SECONDS = 600
"""Seconds until what is waited for has surely happened: services start in half a minute, and a sync begins at the next full one."""
_LOOK_SECONDS = 0.05
_LOCATIONS = "{ workspaceOrError { ... on Workspace { locationEntries { name loadStatus } } } }"
_RUNS = "{ runsOrError { ... on Runs { results { jobName status } } } }"


@dataclass
class Deployment:
    """The services of one home, and what they share: settings, PostgreSQL, CRM."""

    platform: Platform
    org: Org
    crm: server.Api
    variables: dict[str, str]
    folder: Path
    stack: ExitStack = field(default_factory=ExitStack)
    processes: list[psutil.Process] = field(default_factory=list)
    webserver: str = ""

    def start(self) -> None:
        """Start the services in the order of their units, each when the one before answers."""
        address, page = free_ports(2)
        self.variables |= {"DAGSTER_CODE_SERVER_HOST": HOST, "DAGSTER_CODE_SERVER_PORT": str(address)}
        self.webserver = f"http://{HOST}:{page}"
        client = DagsterGrpcClient(port=address, host=HOST)
        self._start("voice-code", lambda: client.health_check_query() == "SERVING")
        self._start("voice-daemon", lambda: True)
        self._start("voice-webserver", lambda: self.ask(_LOCATIONS) is not None, str(page))

    def kill(self) -> None:
        """Kill the services and all that they started, runs included, at one moment."""
        family = [one for process in self.processes for one in (process, *process.children(recursive=True))]
        for one in family:
            one.kill()
        psutil.wait_procs(family, timeout=LONGEST_WAIT_SECONDS)
        self.stop()

    def stop(self) -> None:
        self.stack.close()
        self.stack, self.processes = ExitStack(), []

    def ask(self, query: str) -> Any:
        """Ask the webserver; None while it does not answer."""
        try:
            return httpx.post(f"{self.webserver}/graphql", json={"query": query}, timeout=30).json()["data"]
        except httpx.TransportError:
            return None

    def runs(self) -> list[tuple[str, str]]:
        """Return job and status of every run; a webserver that is too busy to answer is asked again."""
        while (found := self.ask(_RUNS)) is None:
            assert all(process.is_running() for process in self.processes), "a service has ended"
            time.sleep(_LOOK_SECONDS)
        return [(run["jobName"], run["status"]) for run in found["runsOrError"]["results"]]

    def _start(self, unit: str, answers: Callable[[], bool], port: str = "") -> None:
        subprocess.run(command("voice-code", "ExecStartPre"), cwd=PROJECT_ROOT, env=self.variables, check=True)
        line = command(unit, variables=self.variables)
        if port:
            line[line.index("--port") + 1] = port
        process, log = self.stack.enter_context(program(unit, line, self.folder, self.variables, PROJECT_ROOT))
        self.processes.append(process)
        wait_for(unit, process, log, answers, LONGEST_WAIT_SECONDS)


@pytest.fixture
def deployment(tmp_path: Path, empty_postgresql: SecretStr, monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployment]:
    """One database for the state and for Dagster; the time is the real one, as in production."""
    url, org = empty_postgresql.get_secret_value(), staffed_org()
    crm = server.Api(org)
    monkeypatch.delenv("VOICE_NOW")
    platform = Platform(Settings(home=tmp_path / "home", state_url=SecretStr(url), now=None))
    with server.serve(crm) as address:
        given = {
            "VOICE_STATE_URL": url,
            "VOICE_DAGSTER_URL": url,
            "VOICE_SALESFORCE_URL": address,
            "VOICE_SALESFORCE_CLIENT_ID": "of the tests",
            "VOICE_SALESFORCE_CLIENT_SECRET": "of the tests",
        }
        deployment = Deployment(platform, org, crm, environment(platform.settings.home, **given), tmp_path / "logs")
        try:
            yield deployment
        finally:
            deployment.stop()
            platform.close()


def wait_until(true: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + LONGEST_WAIT_SECONDS
    while not true():
        assert time.monotonic() < until, f"{what}: not in {LONGEST_WAIT_SECONDS} s"
        time.sleep(_LOOK_SECONDS)


def published(settings: Settings) -> list[str]:
    try:
        with open_published(settings) as connection:
            return [row[0] for row in connection.execute("select session_id from sessions order by 1").fetchall()]
    except VoiceError:  # nothing is published yet
        return []


def delivered(org: Org, kind: str, name: str) -> list[str]:
    return sorted(record[name] for record in org.live(kind))


def test_calls_reach_the_crm_once_though_all_services_are_killed_in_mid_run(deployment: Deployment):
    platform, org = deployment.platform, deployment.org
    for name in CALLS:
        put(platform, session(name, datetime.now(UTC) - timedelta(minutes=10)))
    deployment.start()
    wait_until(lambda: _claimed(platform) > 0, "a run that has claimed calls")
    deployment.kill()
    assert published(platform.settings) == []

    deployment.start()
    wait_until(lambda: deployment.crm.requests["Voice_Call__c upsert"] > 0, "a delivery under way")
    deployment.kill()

    put(platform, session("four", datetime.now(UTC) - timedelta(minutes=5)))
    deployment.start()
    everybody = sorted([*CALLS, "four"])
    wait_until(lambda: len(org.live("Voice_Call__c")) == len(everybody), "every call in the CRM")
    wait_until(lambda: not _under_way(deployment), "the end of every run")
    assert published(platform.settings) == everybody
    assert delivered(org, "Voice_Call__c", "Session_Id__c") == everybody
    assert delivered(org, "Lead", "Email") == [f"{name}@example.com" for name in everybody]
    accounts = reconcile(platform.state, datetime.now(UTC))
    assert (accounts.received, accounts.analysed, accounts.pending) == (len(everybody), len(everybody), 0)
    compared = compare(platform.settings, platform.state)
    assert compared is not None
    assert compared.problem is None
    assert ("process_calls", "FAILURE") in deployment.runs()
    assert not list(platform.settings.home.rglob("*.db"))


def _claimed(platform: Platform) -> int:
    with platform.state.reading() as connection:
        return connection.exec_driver_sql("select count(*) from documents where state = 'claimed'").scalar_one()


def _under_way(deployment: Deployment) -> list[tuple[str, str]]:
    return [
        run for run in deployment.runs() if run[0] in ("process_calls", "sync_salesforce") and run[1] not in ("SUCCESS", "FAILURE")
    ]
