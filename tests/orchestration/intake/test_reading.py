from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Engine, event

from contract.document.keys import session_key
from contract.platform.failures import TransientFailure
from orchestration.intake.batch import claim_batch, open_batch
from orchestration.intake.discovery import discover, unregistered_keys
from orchestration.intake.planning import next_plan
from orchestration.intake.reading import ReadBatch, read_batch
from orchestration.resources import Platform
from orchestration.state.claims import release
from orchestration.state.documents import record_analysed
from orchestration.state.reconciliation import reconcile, unaccounted_sessions
from orchestration.state.rejections import replay_rejected
from tests.support.documents import NOW, START, packed, session


def put(platform: Platform, document: dict[str, Any], key: str | None = None) -> str:
    key = key or session_key(document["session_id"], START.fromisoformat(document["start_time"]))
    platform.store.put(key, packed(document))
    return key


def take_in(platform: Platform, run_id: str) -> ReadBatch:
    discover(platform.store, platform.state, NOW)
    plan = next_plan(platform.settings, platform.state, NOW, platform.first_day)
    keys = plan.store_keys if plan else []
    seq, mine = claim_batch(platform.state, run_id, keys, NOW, 300)
    batch = read_batch(platform.store, platform.state, run_id, mine, seq, NOW, b"secret")
    with platform.state.writing() as connection:
        record_analysed(connection, run_id, [a.store_key for a in batch.accepted], seq, NOW)
    return batch


@contextmanager
def counted_statements() -> Generator[list[str]]:
    """What is sent to any database meanwhile; one statement for many rows counts once."""
    sent: list[str] = []

    def note(*parts: Any) -> None:
        sent.append(parts[2])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def reasons(batch: ReadBatch) -> list[str]:
    return [r.reason.value for r in batch.rejections]


def test_good_documents_become_rows_and_the_sum_is_right(platform: Platform):
    for n in range(3):
        put(platform, session(f"call_{n}"))
    batch = take_in(platform, "run")
    assert {row["session_id"] for row in batch.rows} == {"call_0", "call_1", "call_2"}
    accounts = reconcile(platform.state, NOW)
    assert (accounts.received, accounts.analysed, accounts.pending, accounts.residual) == (3, 3, 0, 0)


def test_a_bad_document_is_parked_with_its_reason_and_a_copy_and_the_rest_goes_on(platform: Platform):
    put(platform, session("good"))
    key = session_key("bad", START)
    platform.store.put(key, b"\x1f\x8bnot gzip")
    batch = take_in(platform, "run")
    assert reasons(batch) == ["bad_gzip"]
    assert len(batch.rows) == 1
    assert platform.store.get(f"rejected/{batch.rejections[0].doc_sha}") == b"\x1f\x8bnot gzip"
    discover(platform.store, platform.state, NOW)
    assert reconcile(platform.state, NOW).received == 2, "the pipeline's own copy is not a second document"


def test_the_number_of_statements_does_not_grow_with_the_documents(platform: Platform):
    def statements(count: int, run_id: str) -> int:
        for n in range(count):
            put(platform, session(f"{run_id}_good_{n}"))
            platform.store.put(session_key(f"{run_id}_bad_{n}", START), f"no document {n}".encode())
        with counted_statements() as sent:
            batch = take_in(platform, run_id)
        assert (len(batch.rows), len(batch.rejections)) == (count, count)
        return len(sent)

    take_in(platform, "opens the database")
    few, many = statements(2, "few"), statements(42, "many")
    assert many - few < 10, "the sweep of what lies under rejected/ takes some more"


def test_results_come_in_the_order_of_the_keys_whoever_answers_first(platform: Platform, monkeypatch: pytest.MonkeyPatch):
    keys = [put(platform, session(f"call_{n:03d}")) for n in range(50)]
    answer, first_is_slow = platform.store.get, Event()

    def get(key: str) -> bytes:
        if key == keys[0]:
            assert first_is_slow.wait(10), "no other document was fetched meanwhile"
        elif key == keys[20]:
            first_is_slow.set()
        return answer(key)

    monkeypatch.setattr(platform.store, "get", get)
    assert [row["store_key"] for row in take_in(platform, "run").rows] == keys


def test_the_same_bytes_put_again_change_nothing(platform: Platform):
    put(platform, session("call"))
    take_in(platform, "first")
    put(platform, session("call"))
    batch = take_in(platform, "second")
    assert (batch.rows, len(batch.unchanged)) == ([], 1)
    assert reconcile(platform.state, NOW).analysed == 1


def test_a_correction_with_a_higher_revision_is_taken_even_under_another_day(platform: Platform):
    put(platform, session("call"))
    take_in(platform, "first")
    put(platform, session("call", START - timedelta(days=1), revision=2))
    assert reasons(take_in(platform, "second")) == []


def test_another_call_under_the_same_id_is_a_collision(platform: Platform):
    put(platform, session("call"))
    take_in(platform, "first")
    put(platform, session("call", START - timedelta(days=1), participant_id="PA_other"))
    assert reasons(take_in(platform, "second")) == ["collision"]


def test_two_calls_with_one_id_in_the_same_batch_leave_one(platform: Platform):
    put(platform, session("call"))
    put(platform, session("call", START - timedelta(days=1)))
    batch = take_in(platform, "run")
    assert (len(batch.rows), reasons(batch)) == (1, ["collision"])


def test_a_document_rejected_again_after_a_replay_has_one_copy_under_one_name(platform: Platform):
    put(platform, session("call"), session_key("other", START))
    for run in ("first", "second", "third"):
        assert reasons(take_in(platform, run)) == ["wrong_key"]
        with platform.state.writing() as connection:
            assert replay_rejected(connection) == 1
    assert len(list((Path(urlsplit(platform.store.uri).path) / "rejected").iterdir())) == 1


def test_a_document_under_a_key_that_is_not_its_own_is_rejected(platform: Platform):
    put(platform, session("call"), session_key("other", START))
    assert reasons(take_in(platform, "run")) == ["wrong_key"]


def test_documents_of_a_run_that_died_are_pending_again(platform: Platform, monkeypatch: pytest.MonkeyPatch):
    put(platform, session("call"))
    discover(platform.store, platform.state, NOW)
    with monkeypatch.context() as patched:
        patched.setattr("orchestration.state.claims.os.getpid", lambda: 2**22 + 1)
        claim_batch(platform.state, "dead", [session_key("call", START)], NOW, 300)
    batch = take_in(platform, "next")
    assert len(batch.rows) == 1


def test_a_claim_of_a_living_run_is_respected(platform: Platform):
    key = put(platform, session("call"))
    discover(platform.store, platform.state, NOW)
    claim_batch(platform.state, "one", [key], NOW, 300)
    assert claim_batch(platform.state, "two", [key], NOW, 300)[1] == []


def test_bytes_that_change_during_the_analysis_are_analysed_again(platform: Platform):
    key = put(platform, session("call"))
    discover(platform.store, platform.state, NOW)
    seq, mine = claim_batch(platform.state, "run", [key], NOW, 300)
    read_batch(platform.store, platform.state, "run", mine, seq, NOW, b"secret")
    put(platform, session("call", duration_seconds=77))
    discover(platform.store, platform.state, NOW)
    with platform.state.writing() as connection:
        record_analysed(connection, "run", [key], seq, NOW)
    assert reconcile(platform.state, NOW).pending == 1


def test_a_run_without_claims_redoes_the_analysed_sessions_of_its_day(platform: Platform):
    put(platform, session("call"))
    put(platform, session("other_day", START - timedelta(days=1)))
    take_in(platform, "first")
    batch = open_batch(platform.state, "redo", [START.date()], NOW, 300)
    assert [d.session_id for d in batch.documents] == ["call"]


def test_a_correction_whose_first_run_died_is_not_taken_for_known(platform: Platform, monkeypatch: pytest.MonkeyPatch):
    put(platform, session("call"))
    take_in(platform, "first")
    key = put(platform, session("call", revision=2))
    discover(platform.store, platform.state, NOW)
    with monkeypatch.context() as patched:
        patched.setattr("orchestration.state.claims.os.getpid", lambda: 2**22 + 1)
        seq, mine = claim_batch(platform.state, "dies", [key], NOW, 300)
        read_batch(platform.store, platform.state, "dies", mine, seq, NOW, b"secret")
    batch = take_in(platform, "next")
    assert [row["revision"] for row in batch.rows] == [2]
    assert unaccounted_sessions(platform.state) == []


def test_the_copy_of_a_document_that_was_mended_is_not_a_new_document(platform: Platform):
    key = session_key("call", START)
    platform.store.put(key, b"broken")
    take_in(platform, "first")
    put(platform, session("call"), key)
    take_in(platform, "second")
    discover(platform.store, platform.state, NOW)
    accounts = reconcile(platform.state, NOW)
    assert (accounts.received, accounts.analysed, accounts.rejected, accounts.pending) == (1, 1, 0, 0)


def test_good_bytes_put_back_over_bad_ones_are_known(platform: Platform):
    key = put(platform, session("call"))
    take_in(platform, "first")
    platform.store.put(key, b"broken")
    assert reasons(take_in(platform, "second")) == ["bad_json"]
    put(platform, session("call"))
    assert len(take_in(platform, "third").unchanged) == 1
    accounts = reconcile(platform.state, NOW)
    assert (accounts.analysed, accounts.rejected, accounts.reasons, unaccounted_sessions(platform.state)) == (1, 0, (), [])


def test_a_run_whose_claims_were_released_stops(platform: Platform):
    key = put(platform, session("call"))
    discover(platform.store, platform.state, NOW)
    claim_batch(platform.state, "slow", [key], NOW, 300)
    with platform.state.writing() as connection:
        release(connection, ["slow"])
    with pytest.raises(TransientFailure, match="released"):
        open_batch(platform.state, "slow", [START.date()], NOW, 300)


def test_what_the_ledger_never_saw_is_overlooked(platform: Platform):
    key = put(platform, session("call"))
    later = datetime.now(UTC) + timedelta(hours=2)
    assert unregistered_keys(platform.store, platform.state, later) == [key]
    discover(platform.store, platform.state, NOW)
    assert unregistered_keys(platform.store, platform.state, later) == []
