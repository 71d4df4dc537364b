"""What every destination promises, whatever it is: one suite, run over each of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from orchestration.delivery.log import deliveries_of, delivery_totals, reopen
from tests.support.destination_calls import VendorCalls, recent
from tests.support.lake_samples import changed
from tests.support.spoilt_days import spoil_days

STATES = ("sent", "pending", "parked", "suppressed", "superseded", "unknown")


@pytest.fixture(params=["org", "project"])
def calls(request: pytest.FixtureRequest) -> VendorCalls:
    return request.getfixturevalue(request.param)


def test_it_keeps_its_promises(calls: VendorCalls):
    """Dry run, first run, faults, replay, accounts: in one life, since a warehouse takes seconds to build."""
    calls.publish(recent(0, 2))
    planned = calls.sync(dry_run=True)
    assert calls.delivered() == []
    assert delivery_totals(calls.platform.state) == []
    assert planned.samples
    assert all(change.fields for change in planned.samples)

    calls.faults[:] = ["down"] * 40
    failed = calls.sync()
    assert failed.failure is not None
    assert calls.delivered() == []
    assert not any(person in failed.failure for person in ("@", "example"))
    calls.faults[:] = []

    done = calls.sync()
    assert done.failure is None
    assert done.completion_ratio == 1.0
    there = calls.delivered()
    assert there
    for total in delivery_totals(calls.platform.state):
        assert total["eligible"] == sum(total[state] for state in STATES)
        assert total["pending"] == 0
    assert calls.sync().counts_by_kind != done.counts_by_kind
    assert calls.delivered() == there
    assert reopen(calls.platform.state, done.destination) == 0
    session = recent(0)[0].session_id
    assert {delivery["state"] for delivery in deliveries_of(calls.platform.state, session)} == {"sent"}


def test_files_of_days_without_anything_due_are_not_opened(calls: VendorCalls):
    [earlier], [later] = recent(0), recent(2)
    ends = later.end_time and later.end_time - timedelta(days=20)
    calls.publish([earlier, changed(later, start_time=later.start_time - timedelta(days=20), end_time=ends)])
    calls.sync()
    there = len(calls.delivered())
    spoil_days(calls.platform.settings, [f"{earlier.start_time:%Y-%m-%d}"])
    new = changed(later, session_id="another", user_email="another@caller.example", start_time=later.start_time - timedelta(days=1))
    calls.publish([new])
    assert calls.sync().failure is None
    assert len(calls.delivered()) > there


def test_two_runs_at_once_double_nothing(calls: VendorCalls):
    calls.publish(recent(0, 1, 2))
    with ThreadPoolExecutor(2) as pool:
        summaries = list(pool.map(lambda _: calls.sync(), range(2)))
    assert [summary.failure for summary in summaries] == [None, None]
    there = calls.delivered()
    calls.sync()
    assert calls.delivered() == there
    assert len(set(there)) == len(there)


def test_what_fails_for_three_days_is_parked(calls: VendorCalls, monkeypatch: pytest.MonkeyPatch):
    calls.publish(recent(0))
    failing: list[object] = [*[""] * calls.requests_before_sending, *["down"] * 40]
    calls.faults[:] = failing
    assert calls.sync().failure is not None
    with calls.platform.state.writing() as connection:
        connection.exec_driver_sql("update delivery_log set first_failed_at = '2020-01-01 00:00:00.000000'")
    calls.faults[:] = list(failing)
    monkeypatch.setattr("orchestration.destinations.amplitude.destination.REMEMBERED", timedelta(days=9999))
    assert calls.sync().failure is not None
    assert sum(total["parked"] for total in delivery_totals(calls.platform.state)) > 0
    calls.faults[:] = []
    with calls.platform.state.writing() as connection:
        connection.exec_driver_sql("delete from circuits")
    assert reopen(calls.platform.state, calls.name) > 0
    assert calls.sync().failure is None
    assert sum(total["parked"] for total in delivery_totals(calls.platform.state)) == 0
