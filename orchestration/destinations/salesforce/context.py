"""Share the client, the reference tables and the CRM's users among the stages of one sync."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from analyzers.claims import ClaimsByEngine
from contract.platform.settings import Settings
from contract.reference import Reference
from orchestration.delivery.hashing import hash_of
from orchestration.destinations.salesforce.fields import SalesforceFields
from orchestration.destinations.salesforce.picklists import Picklists
from orchestration.destinations.salesforce.routing import Colleague, Directory, Territories
from orchestration.destinations.salesforce.settings import SalesforceSettings
from orchestration.state.database import StateDatabase

if TYPE_CHECKING:
    from orchestration.destinations.salesforce.client import SalesforceClient

NAME = "salesforce"
MAPPING = "3"
"""Increase it when the mapping in code changes: everything is planned again, and only differences are sent."""


@dataclass(frozen=True)
class Context:
    """The context of one sync. ``settings`` are the vendor's. No request is sent before something is due."""

    settings: SalesforceSettings
    platform: Settings
    state: StateDatabase
    reference: Reference
    make_client: Callable[[], SalesforceClient]
    now: Callable[[], datetime]
    dry_run: bool = False
    name: str = NAME

    @cached_property
    def client(self) -> SalesforceClient:
        """The client, made when something is due: its library takes 0.7 s to import."""
        return self.make_client()

    @cached_property
    def picklists(self) -> Picklists:
        return self.reference.table(Picklists)

    @cached_property
    def claims(self) -> ClaimsByEngine:
        return self.reference.table(ClaimsByEngine)

    @cached_property
    def territories(self) -> Territories:
        return self.reference.table(Territories)

    @cached_property
    def person_columns(self) -> list[str]:
        return [field.api_name for field in self.reference.table(SalesforceFields).person]

    @cached_property
    def mapping_version(self) -> str:
        return hash_of(
            [MAPPING, self.picklists.model_dump(), self.territories.model_dump(), self.claims.model_dump(), self.platform.base_url]
        )

    @cached_property
    def directory(self) -> Directory:
        """Query the active colleagues of ``data/territories.yml`` and the queues, once per sync."""
        people = self.client.query_in(
            "SELECT Id, Username, Name, TimeZoneSidKey FROM User WHERE IsActive = true AND Username IN {values}",
            self.territories.colleagues,
        )
        queues = self.client.query_in(
            "SELECT Id, DeveloperName FROM Group WHERE Type = 'Queue' AND DeveloperName IN {values}", self.territories.queues
        )
        users = {str(u["Username"]).lower(): Colleague(u["Id"], u["Name"], u["TimeZoneSidKey"]) for u in people}
        return Directory(users, {q["DeveloperName"]: q["Id"] for q in queues})
