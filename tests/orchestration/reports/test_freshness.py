"""Which calls of a period the published warehouse lacks, in a home with real calls."""

from datetime import UTC, timedelta

from contract.document.keys import session_key
from orchestration.reports.business_day import day_span
from orchestration.reports.freshness import calls_missing
from orchestration.resources import Platform
from orchestration.state.documents import Received, record_received
from orchestration.state.tables import STARTS
from tests.support.documents import START, put, session

DAY = day_span(START.date(), UTC)


def take_in(platform: Platform, key: str) -> None:
    """Enter one object into the ledger; discovery would take a copied home's other files for changed ones."""
    [stored] = [each for each in platform.store.list_all(key.rpartition("/")[0]) if each.key == key]
    with platform.state.writing() as connection:
        record_received(connection, [Received(stored, key.split("/")[-1].split(".")[0], START.date())], platform.now())


def test_calls_are_missing_from_the_store_on_until_they_are_published(two_calls: Platform):
    assert calls_missing(two_calls, DAY) == 0
    put(two_calls, session("late", START))
    assert calls_missing(two_calls, DAY) == 1, "nothing has taken it in"
    take_in(two_calls, session_key("late", START))
    assert calls_missing(two_calls, DAY) == 1, "it is pending"
    assert calls_missing(two_calls, day_span(START.date() - timedelta(days=3), UTC)) == 0
    with two_calls.state.writing() as connection:
        connection.exec_driver_sql("update documents set analysis_seq = 99 where session_id = 'one'")
    assert calls_missing(two_calls, DAY) == 2, "a later analysis of one is not published"


def test_a_call_that_began_and_has_no_document_is_missing(two_calls: Platform):
    with two_calls.state.writing() as connection:
        for name in ("one", "under_way"):
            started = {"store_key": f"starts/{name}", "session_id": name, "started_at": START}
            connection.execute(STARTS.insert().values(**started))
    assert calls_missing(two_calls, DAY) == 1


def test_a_rejected_document_is_not_waited_for(two_calls: Platform):
    key = session_key("broken", START)
    two_calls.store.put(key, b"not a document")
    take_in(two_calls, key)
    with two_calls.state.writing() as connection:
        connection.exec_driver_sql("update documents set state = 'rejected' where session_id = 'broken'")
    assert calls_missing(two_calls, DAY) == 0
