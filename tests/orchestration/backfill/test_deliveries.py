"""What a backfill changed is not sent to vendors unless it is to deliver; everything else is sent as ever."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orchestration.backfill.plan import plan_backfill
from orchestration.backfill.runner import begin_backfill, run_backfill
from orchestration.backfill.work import redone_by
from orchestration.delivery.backfilled import BACKFILLED, changed_by_backfill, record_suppressed
from orchestration.delivery.items import Source
from orchestration.delivery.log import deliveries_of
from orchestration.state.backfills import BackfillArguments, Chunk, begin, open_chunk
from tests.orchestration.destinations.conftest import org, project  # noqa: F401 - fixtures
from tests.support.destination_calls import CallsAndOrg, CallsAndProject, recent
from tests.support.lake_samples import NOW, Lake, changed, sample_documents


def backfill(calls: CallsAndProject | CallsAndOrg, *, deliver: bool = False) -> int:
    """Redo the recent calls from their documents; how many."""
    platform = calls.platform
    asked = BackfillArguments(NOW.date().replace(day=NOW.day - 2), NOW.date(), "", platform.settings.engine, deliver)
    number = begin_backfill(platform, plan_backfill(platform, asked, redone_by(None)))
    return run_backfill(platform, number, asked, redone_by(None), lambda stage, done: None).redone


def examined(calls: CallsAndProject | CallsAndOrg) -> dict[str, int]:
    return {kind: counts.examined for kind, counts in calls.sync().counts_by_kind.items()}


def test_what_only_a_backfill_changed_is_not_examined_and_a_later_change_is(project: CallsAndProject):  # noqa: F811
    documents = recent(0, 1)
    project.publish(documents)
    project.sync()
    sent = project.delivered()
    assert backfill(project) == 2
    assert examined(project) == {"event": 0, "profile": 0}
    assert project.delivered() == sent
    project.publish([changed(documents[0], revision=2, duration_seconds=documents[0].duration_seconds + 60)])
    assert examined(project)["event"] > 0


def test_what_was_due_before_a_backfill_stays_due(project: CallsAndProject):  # noqa: F811
    first, second = recent(0, 1)
    project.publish([first])
    project.sync()
    project.publish([second, changed(first, revision=2, duration_seconds=first.duration_seconds + 60)])
    backfill(project)
    sent = len(project.delivered())
    assert examined(project)["event"] > 0
    assert len(project.delivered()) > sent
    assert backfill(project) == 2
    assert examined(project) == {"event": 0, "profile": 0}


def test_two_backfills_without_a_sync_between_them_send_nothing(project: CallsAndProject):  # noqa: F811
    project.publish(recent(0))
    project.sync()
    backfill(project)
    backfill(project)
    assert examined(project) == {"event": 0, "profile": 0}


def test_with_deliver_what_changed_is_examined(project: CallsAndProject):  # noqa: F811
    project.publish(recent(0))
    project.sync()
    backfill(project, deliver=True)
    assert examined(project)["event"] > 0


def test_people_calls_and_tasks_of_the_crm_are_not_examined(org: CallsAndOrg):  # noqa: F811
    org.publish(recent(0, 1))
    org.sync()
    org.sync()  # a call is sent once more when its caller has got a record
    assert backfill(org) == 2
    assert set(examined(org).values()) == {0}


def test_an_item_that_only_a_backfill_brings_about_is_suppressed_with_the_reason(lake: Lake):
    lake.analyse([sample_documents()[0]])
    asked = BackfillArguments(NOW.date(), NOW.date(), "lead_score", "", deliver=False)
    with lake.state.writing() as connection:
        number = begin(connection, asked, [Chunk(0, NOW.date(), ())], ["crm"], 1.0, NOW)
        seq, _ = open_chunk(connection, number, Chunk(0, NOW.date(), ()))
    qualified, older = Source("call", "1", 0, (seq,), "call"), Source("other", "1", 0, (seq, 1), "other")
    found = changed_by_backfill(lake.state, "crm", "task", [qualified, older])
    assert found == {qualified}
    assert changed_by_backfill(lake.state, "set up later", "task", [qualified]) == frozenset()
    with lake.state.writing() as connection:
        record_suppressed(connection, "crm", "task", found, NOW)
    [item] = deliveries_of(lake.state, "call")
    assert (item["state"], item["reason"]) == ("suppressed", BACKFILLED)
    assert changed_by_backfill(lake.state, "crm", "task", [replace(qualified, version="2")]) == frozenset()


@pytest.mark.parametrize(("analyses", "only_backfill"), [((5, 9), True), ((5, 8, 9), False), ((5,), False)])
def test_a_caller_with_a_new_call_too_stays_due(lake: Lake, analyses: tuple[int, ...], only_backfill: bool):
    from orchestration.delivery.log import record_handled
    from orchestration.state.counters import set_counter

    asked = BackfillArguments(NOW.date(), NOW.date(), "lead_score", "", deliver=False)
    with lake.state.writing() as connection:
        set_counter(connection, "analysis", 8)
        number = begin(connection, asked, [Chunk(0, NOW.date(), ())], ["crm"], 1.0, NOW)
        assert open_chunk(connection, number, Chunk(0, NOW.date(), ()))[0] == 9
        record_handled(connection, "crm", "person", [Source("lead", "1", 0, (5, 4))])
    due = Source("lead", "2", 0, analyses)
    assert changed_by_backfill(lake.state, "crm", "person", [due]) == (frozenset([due]) if only_backfill else frozenset())
