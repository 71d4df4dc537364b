"""Salesforce as a destination: people first, since calls and tasks refer to them."""

from __future__ import annotations

import time
from collections.abc import Callable

from contract.platform.settings import Settings
from orchestration.delivery.engine import Stage
from orchestration.delivery.rate_limit import RequestBudget
from orchestration.destinations.salesforce.call_stage import CallStage
from orchestration.destinations.salesforce.client import SalesforceClient
from orchestration.destinations.salesforce.context import NAME, Context
from orchestration.destinations.salesforce.person_stage import PeopleStage
from orchestration.destinations.salesforce.task_stage import TaskStage
from orchestration.resources import Platform
from orchestration.state.database import StateDatabase

_DAY_SECONDS = 86_400


class SalesforceDestination:
    name = NAME

    def __init__(self, context: Context) -> None:
        self.stages: tuple[Stage, ...] = (PeopleStage(context), CallStage(context), TaskStage(context))


def salesforce(platform: Platform, *, dry_run: bool = False, sleep: Callable[[float], None] = time.sleep) -> SalesforceDestination:
    """Nothing is asked of Salesforce yet."""
    client = salesforce_client(platform.settings, platform.state, sleep)
    return SalesforceDestination(Context(platform.settings, platform.state, platform.reference, client, platform.now, dry_run))


def salesforce_client(settings: Settings, state: StateDatabase, sleep: Callable[[float], None] = time.sleep) -> SalesforceClient:
    budget = RequestBudget(state, NAME, settings.salesforce_requests_per_day, _DAY_SECONDS)
    return SalesforceClient(settings, budget, sleep)
