"""The fake vendors with a memory: what they hold is saved to a folder when they stop, with a page of each.

Their settings stand in place of those of the environment, so that a sandbox pages nobody and posts nowhere.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from contract.reference import Reference
from orchestration.destinations.salesforce.fields import SalesforceFields
from orchestration.destinations.salesforce.routing import Territories
from tests.fakes import amplitude, pagerduty, slack
from tests.fakes.salesforce import server
from tests.fakes.salesforce.org import Org
from tests.fakes.salesforce.page import org_page


def staffed_org() -> Org:
    """An org with the fields of ``data/salesforce_fields.yml``, the colleagues of ``data/territories.yml`` and their queues."""
    fields = Reference().table(SalesforceFields).by_object
    org = Org({name: {f.api_name: f.model_dump(exclude_none=True) for f in listed} for name, listed in fields.items()})
    territories = Reference().table(Territories)
    for name in territories.colleagues:
        org.add("User", Username=name, Name=name.partition("@")[0].replace(".", " ").title(), IsActive=True)
    for queue in territories.queues:
        org.add("Group", DeveloperName=queue, Type="Queue")
    return org


CUSTOMERS = (
    ("Ravenscleft Events Ltd", "Callum", "Strachan", "callum.strachan@ravenscleft.example", "Proposal", 6240),
    ("Keystead Lettings", "Wen", "Arbuckle", "wen@keystead.example", "Qualification", 11_880),
    ("MercyRoute Couriers Inc", "Everett", "Calloway", "ecalloway@mercyroute.example", "Negotiation", 22_800),
    ("Halden Freight AS", "Anders", "Vik", "anders.vik@haldenfreight.example", "Proposal", 18_900),
)
"""Accounts that sales works on, whose contacts are callers of the sample calls: company, person, address, stage, US dollars."""


def add_customers(org: Org) -> None:
    """Add the accounts with a contact and an open opportunity each, owned by a colleague."""
    owners = [user["Id"] for user in org.live("User") if user["Id"] not in (org.integration_user_id, org.person_id)]
    for n, (company, first, last, email, stage, amount) in enumerate(CUSTOMERS):
        owner = owners[n % len(owners)]
        account = org.add("Account", Name=company)
        org.add("Contact", FirstName=first, LastName=last, Email=email, AccountId=account, OwnerId=owner)
        deal: dict[str, Any] = {"Name": f"{company} - new business", "AccountId": account, "StageName": stage, "Amount": amount}
        org.add("Opportunity", **deal, IsClosed=False, IsWon=False, OwnerId=owner, CloseDate="2026-12-18")


class Sandbox:
    """``settings`` are the environment variables that point to it while it is open."""

    def __init__(self, folder: Path, salesforce_port: int = 0, amplitude_port: int = 0) -> None:
        self._folder = folder
        self._ports = salesforce_port, amplitude_port
        self._stack = ExitStack()
        self.org, self.project = staffed_org(), amplitude.Project()
        self.service, self.workspace = pagerduty.Service(), slack.Workspace()
        self.settings: dict[str, str] = {}

    def __enter__(self) -> Sandbox:
        self._load()
        url = self._stack.enter_context(server.serve(server.Api(self.org), self._ports[0]))
        self.settings = {
            "VOICE_SALESFORCE_URL": url,
            "VOICE_SALESFORCE_CLIENT_ID": "sandbox",
            "VOICE_SALESFORCE_CLIENT_SECRET": "sandbox",
            "VOICE_AMPLITUDE_URL": self._stack.enter_context(amplitude.serve(self.project, self._ports[1])),
            "VOICE_AMPLITUDE_API_KEY": self.project.key,
            "VOICE_PAGERDUTY_URL": self._stack.enter_context(pagerduty.serve(self.service)),
            "VOICE_PAGERDUTY_ROUTING_KEY": self.service.key,
            "VOICE_SLACK_URL": f"{self._stack.enter_context(slack.serve(self.workspace))}/api/",
            "VOICE_SLACK_BOT_TOKEN": self.workspace.token,
            "VOICE_SLACK_OPS_CHANNEL": "C0OPS",
            "VOICE_SLACK_SALES_CHANNEL": "C0SALES",
            "VOICE_SLACK_PRODUCT_CHANNEL": "C0PRODUCT",
            "VOICE_ALERT_MAIL_OPS_ADDRESS": "",
            "VOICE_ALERT_MAIL_SALES_ADDRESS": "",
        }
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
        self._folder.mkdir(parents=True, exist_ok=True)
        vendors = {"org": self.org, "project": self.project, "service": self.service, "workspace": self.workspace}
        self._memory.write_text(json.dumps({name: one.memory() for name, one in vendors.items()}), encoding="utf-8")
        (self._folder / "salesforce.html").write_text(org_page(self.org), encoding="utf-8")
        (self._folder / "amplitude.html").write_text(self.project.page(), encoding="utf-8")
        (self._folder / "pagerduty.html").write_text(self.service.page(), encoding="utf-8")
        (self._folder / "slack.html").write_text(self.workspace.page(), encoding="utf-8")

    def summary(self) -> str:
        people = len(self.org.live("Lead")) + len(self.org.live("Contact"))
        tasks, calls = len(self.org.live("Task")), len(self.org.live("Voice_Call__c"))
        return (
            f"Sandbox: {people} people, {calls} calls and {tasks} follow-up tasks in Salesforce, {len(self.project.events)} events"
            f" of {len(self.project.profiles)} users in Amplitude, {len(self.service.incidents)} incidents in PagerDuty,"
            f" {sum(map(len, self.workspace.messages.values()))} messages in Slack.\n"
            f"Open {self._folder / 'salesforce.html'} to see what a salesperson would."
        )

    @property
    def _memory(self) -> Path:
        return self._folder / "memory.json"

    def _load(self) -> None:
        if self._memory.exists():
            kept: dict[str, Any] = json.loads(self._memory.read_text(encoding="utf-8"))
            self.org.remember(kept["org"])
            self.project.remember(kept["project"])
            if "service" in kept:
                self.service.remember(kept["service"])
                self.workspace.messages = kept["workspace"]["messages"]
        else:
            add_customers(self.org)
