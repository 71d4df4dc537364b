"""Any history of calls, corrections, replays, late calls, people's edits, conversions and faults, against a model of the org."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from pydantic import SecretStr

from contract.platform.settings import Settings
from orchestration.delivery.engine import Summary, sync
from orchestration.destinations.salesforce.destination import salesforce
from orchestration.destinations.salesforce.people import moment
from orchestration.destinations.salesforce.settings import SalesforceSettings
from orchestration.resources import Platform
from tests.fakes.salesforce.server import Api, serve
from tests.fakes.sandbox import staffed_org
from tests.support.lake_samples import NOW
from tests.support.warehouse_rows import WarehouseRows

EMAILS = ("ana@one.example", "bo@two.example")


class AnyHistory(RuleBasedStateMachine):
    """The model: calls by session, what people typed, and calls that have a task. Published rows are written directly."""

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        home = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        self.api = Api(staffed_org())
        url = self._stack.enter_context(serve(self.api))
        self.settings = Settings(home=home, now=NOW)  # pyright: ignore[reportCallIssue]
        own = SalesforceSettings(url=url, client_id=SecretStr("client"), client_secret=SecretStr("secret"))  # pyright: ignore[reportCallIssue]
        self.platform = Platform(self.settings, vendors=[own])
        self.rows = WarehouseRows(self.settings)
        self.typed: dict[tuple[str, str], Any] = {}
        self.tasked: set[str] = set()
        self.synced = False

    def teardown(self) -> None:
        self.platform.state.close()
        self._stack.close()

    @initialize()
    def begin(self) -> None:
        self.rows.publish()

    @rule(email=st.sampled_from(EMAILS), hours=st.integers(1, 500), team=st.integers(1, 40))
    def call(self, email: str, hours: int, team: int) -> None:
        """Old and new ones in any order: a late call arrives after a later one."""
        self.rows.call(f"s{len(self.rows.calls)}", email, NOW - timedelta(hours=hours), team)
        self.synced = False

    @precondition(lambda self: self.rows.calls)
    @rule(data=st.data(), team=st.integers(1, 40))
    def correction(self, data: st.DataObject, team: int) -> None:
        session = data.draw(st.sampled_from(sorted(self.rows.calls)))
        self.rows.correct(session, team)
        self.synced = False

    @rule()
    def replay(self) -> None:
        """Everything is analysed again, with the same results."""
        self.rows.analyse_again()
        self.synced = False

    @precondition(lambda self: self.api.org.live("Lead") or self.api.org.live("Contact"))
    @rule(data=st.data(), team=st.integers(50, 90))
    def edit(self, data: st.DataObject, team: int) -> None:
        people = [("Lead", r) for r in self.api.org.live("Lead") if not r["IsConverted"]]
        people += [("Contact", r) for r in self.api.org.live("Contact")]
        sobject, record = data.draw(st.sampled_from(sorted(people, key=lambda pair: pair[1]["Id"])))
        self.api.org.edit_as_person(sobject, record["Id"], Team_Size__c=team)
        self.typed[record["Email"], "Team_Size__c"] = team

    @precondition(lambda self: any(not r["IsConverted"] for r in self.api.org.live("Lead")))
    @rule(data=st.data())
    def convert(self, data: st.DataObject) -> None:
        leads = sorted(r["Id"] for r in self.api.org.live("Lead") if not r["IsConverted"])
        self.api.org.convert_lead(data.draw(st.sampled_from(leads)))

    @rule(faults=st.lists(st.sampled_from(["", "down", "lost", 500, 503]), max_size=6))
    def sync(self, faults: list[str | int]) -> None:
        self.api.faults = list(faults)
        self._sync()
        self.api.faults = []
        assert self._sync().failure is None
        assert self._sync().failure is None
        self.synced = True

    def _sync(self) -> Summary:
        destination = salesforce(self.platform, sleep=lambda seconds: None)
        return sync(destination, self.settings, self.platform.state)

    @invariant()
    def nobody_is_there_twice(self) -> None:
        for email in EMAILS:
            assert len([r for r in self.api.org.live("Lead") if r["Email"] == email]) <= 1
        for kind, key in (("Voice_Call__c", "Session_Id__c"), ("Task", "Voice_Session_Id__c")):
            keys = [record[key] for record in self.api.org.live(kind)]
            assert len(keys) == len(set(keys))

    @invariant()
    def what_people_typed_stays(self) -> None:
        for (email, name), value in self.typed.items():
            assert self._person(email)[name] == value

    @invariant()
    def after_a_sync_everything_is_there(self) -> None:
        if not self.synced:
            return
        assert {r["Session_Id__c"] for r in self.api.org.live("Voice_Call__c")} == set(self.rows.calls)
        for email in EMAILS:
            times: list[datetime] = [call.start for call in self.rows.calls.values() if call.email == email]
            if times:
                person = self._person(email)
                assert person["Last_Voice_Call_Date__c"] == moment(max(times))
                if (email, "Team_Size__c") not in self.typed:
                    assert person["Team_Size__c"] == self.rows.team_of(email)
        self.tasked |= {r["Voice_Session_Id__c"] for r in self.api.org.live("Task")}
        assert {r["Voice_Session_Id__c"] for r in self.api.org.live("Task")} == self.tasked
        assert self.tasked >= {key for key, call in self.rows.calls.items() if call.team >= 5}

    def _person(self, email: str) -> dict[str, Any]:
        people = [r for r in (*self.api.org.live("Contact"), *self.api.org.live("Lead")) if r["Email"] == email]
        return next(r for r in people if not r.get("IsConverted"))


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(max_examples=25, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck))
