"""Calls on their way into the CRM: analysed, built, published, synced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol, cast

from contract.document.session import SessionDocument
from orchestration.delivery.engine import Summary, sync
from orchestration.destinations.amplitude.destination import amplitude
from orchestration.destinations.salesforce.destination import salesforce
from orchestration.resources import Platform
from orchestration.warehouse.publish import publish
from tests.fakes.amplitude import Project
from tests.fakes.salesforce.org import Org
from tests.fakes.salesforce.server import Api
from tests.support.kept_builds import built
from tests.support.lake_samples import NOW, Lake, changed, sample_documents


@dataclass
class Calls:
    lake: Lake
    platform: Platform
    slept: list[float] = field(default_factory=list, kw_only=True)

    def publish(self, documents: Sequence[SessionDocument]) -> None:
        self.lake.analyse(documents)
        built(self.lake)
        publish(self.lake.settings)


class VendorCalls(Protocol):
    """What the suite of promises asks of a vendor and its fake, whatever it is."""

    platform: Platform
    requests_before_sending: int

    def publish(self, documents: Sequence[SessionDocument]) -> None: ...
    def sync(self, *, dry_run: bool = False) -> Summary: ...

    @property
    def name(self) -> str: ...

    @property
    def faults(self) -> list[object]:
        """What the fake answers to its next requests: ``down`` drops the connection, an empty text answers as usual."""
        ...

    def delivered(self) -> list[str]:
        """Everything that arrived, each item by a key that no second item may have."""
        ...


@dataclass
class CallsAndProject(Calls):
    project: Project
    name: str = "amplitude"
    requests_before_sending: int = 0

    @property
    def faults(self) -> list[object]:
        return cast(list[object], self.project.faults)

    def delivered(self) -> list[str]:
        return [*(str(event["insert_id"]) for event in self.project.events), *self.project.profiles]

    def sync(self, *, dry_run: bool = False) -> Summary:
        destination = amplitude(self.platform, sleep=self.slept.append)
        return sync(destination, self.platform.settings, self.platform.state, dry_run=dry_run)


@dataclass
class CallsAndOrg(Calls):
    api: Api
    name: str = "salesforce"
    requests_before_sending: int = 5
    """The login, two queries of the directory and two of the matching."""

    @property
    def faults(self) -> list[object]:
        return cast(list[object], self.api.faults)

    def delivered(self) -> list[str]:
        keys = {"Lead": "Email", "Task": "Voice_Session_Id__c", "Voice_Call__c": "Session_Id__c"}
        return [f"{kind} {record[key]}" for kind, key in keys.items() for record in self.org.live(kind)]

    @property
    def org(self) -> Org:
        return self.api.org

    def sync(self, *, dry_run: bool = False) -> Summary:
        destination = salesforce(self.platform, dry_run=dry_run, sleep=self.slept.append)
        return sync(destination, self.platform.settings, self.platform.state, dry_run=dry_run)

    def person(self, email: str) -> dict[str, Any]:
        """The one open lead or contact with this address."""
        people = [r for name in ("Lead", "Contact") for r in self.org.live(name) if r.get("Email") == email]
        [found] = [r for r in people if not r.get("IsConverted")]
        return found


def recent(*numbers: int) -> list[SessionDocument]:
    """Sample calls, moved to the days before now."""
    found: list[SessionDocument] = []
    for number in numbers:
        document = sample_documents()[number]
        shift = NOW - timedelta(hours=2 + number) - document.start_time
        ends = document.end_time + shift if document.end_time else None
        found.append(changed(document, start_time=document.start_time + shift, end_time=ends))
    return found
