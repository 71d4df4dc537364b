"""Killed at any moment and started again, a sync ends as one that nobody disturbed: no person, call, task or event twice."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from contract.platform.settings import Settings
from orchestration.delivery.log import delivery_totals
from orchestration.destinations.amplitude.settings import AmplitudeSettings
from orchestration.destinations.salesforce.settings import SalesforceSettings
from tests.fakes import amplitude
from tests.fakes.salesforce.org import Org
from tests.fakes.salesforce.server import Api, serve
from tests.fakes.sandbox import staffed_org
from tests.orchestration.destinations import killed_sync
from tests.orchestration.destinations.killed_sync import PlatformParts
from tests.support.forked import FORKED
from tests.support.lake_samples import NOW, Lake
from tests.support.many_calls import publish_many

KILLS = int(os.environ.get("VOICE_KILLS", "8"))
CALLS = int(os.environ.get("VOICE_SYNC_CALLS", "250"))
SYSTEM = {"Id", "CreatedDate", "LastModifiedDate", "SystemModstamp", "LastModifiedById", "CreatedById", "OwnerId"}
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
ID = re.compile(r"\b(?:00Q|003)\d{12}AAA\b")


@contextmanager
def vendors(home: Path) -> Iterator[tuple[PlatformParts, Org, amplitude.Project]]:
    api, project = Api(staffed_org()), amplitude.Project()
    with serve(api) as crm, amplitude.serve(project) as analytics:
        own = [
            SalesforceSettings(url=crm, client_id=SecretStr("client"), client_secret=SecretStr("secret")),  # pyright: ignore[reportCallIssue]
            AmplitudeSettings(url=analytics, api_key=SecretStr(project.key)),  # pyright: ignore[reportCallIssue]
        ]
        yield PlatformParts(Settings(home=home, now=NOW), own), api.org, project  # pyright: ignore[reportCallIssue]


def one_run(parts: PlatformParts, killed_after: float | None = None) -> float:
    """Seconds of one sync of everything, or what it did before it was killed."""
    begun = FORKED.Event()
    process = FORKED.Process(target=killed_sync.run, args=(parts, begun))
    process.start()
    assert begun.wait(60)
    started = time.monotonic()
    if killed_after is None:
        process.join()
        assert process.exitcode == 0
    else:
        process.join(killed_after)
        if process.exitcode is None and process.pid:
            os.kill(process.pid, signal.SIGKILL)
        process.join()
    return time.monotonic() - started


def what_is_there(org: Org, project: amplitude.Project) -> dict[str, Any]:
    """By what identifies it to people; ids and times of the org's own left out."""
    names = {person["Id"]: person["Email"] for kind in ("Lead", "Contact") for person in org.live(kind)}

    def shown(record: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(sorted((name, named(str(value))) for name, value in record.items() if name not in SYSTEM))

    def named(text: str) -> str:
        """Links hold the address of the server and the id of the record."""
        return ID.sub(lambda found: names.get(found[0], "?"), ADDRESS.sub("org", text))

    kinds = ("Lead", "Contact", "Task", "Voice_Call__c")
    records = {kind: Counter(shown(record) for record in org.live(kind)) for kind in kinds}
    return {**records, "events": Counter(str(event) for event in project.events), "profiles": project.profiles}


def test_killed_syncs_end_as_one_that_nobody_disturbed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    calm, hunted = tmp_path / "calm", tmp_path / "hunted"
    lake = Lake(Settings(home=calm, now=NOW))  # pyright: ignore[reportCallIssue]
    publish_many(lake, CALLS, monkeypatch)
    lake.state.close()
    shutil.copytree(calm, hunted)
    with vendors(calm) as (parts, org, project):
        seconds = one_run(parts)
        expected = what_is_there(org, project)
    assert sum(expected["Voice_Call__c"].values()) == CALLS
    moments = random.Random(7)
    with vendors(hunted) as (parts, org, project):
        for _ in range(KILLS):
            one_run(parts, moments.uniform(0, seconds))
        one_run(parts)
        found = what_is_there(org, project)
    for kind, there in expected.items():
        assert found[kind] == there, kind
    platform = parts.platform()
    assert {total["pending"] for total in delivery_totals(platform.state)} == {0}
    platform.state.close()
