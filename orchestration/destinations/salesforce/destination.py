"""Define Salesforce as a destination: people are sent first, because calls and tasks refer to them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from orchestration.delivery.destination import Stage
from orchestration.delivery.rate_limit import RequestBudget
from orchestration.destinations.salesforce.call_stage import CallStage
from orchestration.destinations.salesforce.context import NAME, Context
from orchestration.destinations.salesforce.person_stage import PeopleStage
from orchestration.destinations.salesforce.settings import SalesforceSettings
from orchestration.destinations.salesforce.task_stage import TaskStage
from orchestration.resources import Platform
from orchestration.warehouse.selection import PublishedVersion, open_for_selection

if TYPE_CHECKING:
    from orchestration.destinations.salesforce.client import SalesforceClient

_DAY_SECONDS = 86_400  # the window of the request budget


class SalesforceDestination:
    name = NAME

    def __init__(self, context: Context) -> None:
        self._settings = context.platform
        self.stages: tuple[Stage[PublishedVersion], ...] = (PeopleStage(context), CallStage(context), TaskStage(context))

    def open(self) -> PublishedVersion:
        return open_for_selection(self._settings)


def salesforce(platform: Platform, *, dry_run: bool = False, sleep: Callable[[float], None] = time.sleep) -> SalesforceDestination:
    """Make the destination; no request is sent to Salesforce yet."""
    own = platform.settings_of(SalesforceSettings)

    def client() -> SalesforceClient:
        return salesforce_client(platform, sleep)

    return SalesforceDestination(Context(own, platform.settings, platform.state, platform.reference, client, platform.now, dry_run))


def salesforce_client(platform: Platform, sleep: Callable[[float], None] = time.sleep) -> SalesforceClient:
    """Make a client that uses the day's shared request budget; it signs in on first use."""
    from orchestration.destinations.salesforce.client import SalesforceClient

    own = platform.settings_of(SalesforceSettings)
    budget = RequestBudget(platform.state, NAME, own.requests_per_day, _DAY_SECONDS)
    return SalesforceClient(own, platform.settings.destination_timeout_seconds, budget, sleep)
