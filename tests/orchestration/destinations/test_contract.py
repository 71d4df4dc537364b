"""What every destination promises, whatever it is: one suite, run over each of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from orchestration.delivery.engine import Summary
from orchestration.delivery.log import deliveries_of, delivery_totals, reopen
from tests.support.destination_calls import Calls, CallsAndOrg, CallsAndProject, recent

STATES = ("sent", "pending", "parked", "suppressed", "superseded", "unknown")


@pytest.fixture(params=["org", "project"])
def calls(request: pytest.FixtureRequest) -> Calls:
    return request.getfixturevalue(request.param)


def delivered(calls: Calls) -> int:
    if isinstance(calls, CallsAndOrg):
        return sum(len(calls.org.live(kind)) for kind in ("Lead", "Task", "Voice_Call__c"))
    assert isinstance(calls, CallsAndProject)
    return len(calls.project.events) + len(calls.project.profiles)


def faults(calls: Calls) -> list[object]:
    return calls.api.faults if isinstance(calls, CallsAndOrg) else calls.project.faults  # type: ignore[attr-defined, return-value]


def run(calls: Calls, *, dry_run: bool = False) -> Summary:
    assert isinstance(calls, CallsAndOrg | CallsAndProject)
    return calls.sync(dry_run=dry_run)


def test_it_keeps_its_promises(calls: Calls):
    """Dry run, first run, faults, replay, accounts: in one life, since a warehouse takes seconds to build."""
    calls.publish(recent(0, 2))
    planned = run(calls, dry_run=True)
    assert delivered(calls) == 0
    assert delivery_totals(calls.platform.state) == []
    assert planned.samples
    assert all(change.fields for change in planned.samples)

    faults(calls)[:] = ["down"] * 40
    failed = run(calls)
    assert failed.failure is not None
    assert delivered(calls) == 0
    assert not any(person in failed.failure for person in ("@", "example"))
    faults(calls)[:] = []

    done = run(calls)
    assert done.failure is None
    assert done.completion_ratio == 1.0
    there = delivered(calls)
    assert there > 0
    for total in delivery_totals(calls.platform.state):
        assert total["eligible"] == sum(total[state] for state in STATES)
        assert total["pending"] == 0
    assert run(calls).counts_by_kind != done.counts_by_kind
    assert delivered(calls) == there
    assert reopen(calls.platform.state, done.destination) == 0
    session = recent(0)[0].session_id
    assert {delivery["state"] for delivery in deliveries_of(calls.platform.state, session)} == {"sent"}


def test_two_runs_at_once_double_nothing(calls: Calls):
    calls.publish(recent(0, 1, 2))
    with ThreadPoolExecutor(2) as pool:
        summaries = list(pool.map(lambda _: run(calls), range(2)))
    assert [summary.failure for summary in summaries] == [None, None]
    there = delivered(calls)
    run(calls)
    assert delivered(calls) == there
    if isinstance(calls, CallsAndOrg):
        assert len(calls.org.live("Lead")) == len({lead["Email"] for lead in calls.org.live("Lead")})


def test_what_fails_for_three_days_is_parked(calls: Calls, monkeypatch: pytest.MonkeyPatch):
    from datetime import timedelta

    calls.publish(recent(0))
    failing: list[object] = ["", "", "", "", "", *["down"] * 40] if isinstance(calls, CallsAndOrg) else ["down"] * 40
    faults(calls)[:] = failing
    assert run(calls).failure is not None
    with calls.platform.state.writing() as connection:
        connection.exec_driver_sql("update delivery_log set first_failed_at = '2020-01-01 00:00:00.000000'")
    faults(calls)[:] = list(failing)
    monkeypatch.setattr("orchestration.destinations.amplitude.destination.REMEMBERED", timedelta(days=9999))
    assert run(calls).failure is not None
    assert sum(total["parked"] for total in delivery_totals(calls.platform.state)) > 0
    faults(calls)[:] = []
    with calls.platform.state.writing() as connection:
        connection.exec_driver_sql("delete from circuits")
    name = "salesforce" if isinstance(calls, CallsAndOrg) else "amplitude"
    assert reopen(calls.platform.state, name) > 0
    assert run(calls).failure is None
    assert sum(total["parked"] for total in delivery_totals(calls.platform.state)) == 0
