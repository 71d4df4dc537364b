"""What SQLite and PostgreSQL do alike: one writer at a time, readers of one moment, all or nothing, inserts that meet a row."""

from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg2
import pytest
from pydantic import SecretStr
from sqlalchemy import insert, select

from contract.platform.failures import ConfigurationFailure, TransientFailure
from contract.platform.settings import PROJECT_ROOT, load_settings
from orchestration.state.counters import counter, next_value, set_counter
from orchestration.state.database import StateDatabase, insert_or_ignore, upsert
from orchestration.state.tables import COPIES, COUNTERS, REJECTIONS, STARTS
from tests.support.documents import NOW

WRITERS, NUMBERS = 4, 25  # threads that write at once, and numbers each of them takes

KILLED_WHILE_IT_WRITES = """
import time
from contract.platform.settings import Settings
from orchestration.state.counters import next_value
from orchestration.state.database import StateDatabase

with StateDatabase(Settings().state).writing() as connection:
    print(next_value(connection, "taken"), flush=True)
    time.sleep(600)
"""


def test_numbers_of_a_sequence_taken_at_once_neither_skip_nor_repeat(state: StateDatabase):
    def take(_: int) -> list[int]:
        own, numbers = StateDatabase(state.location), list[int]()
        for _ in range(NUMBERS):
            with own.writing() as connection:
                numbers.append(next_value(connection, "taken"))
        own.close()
        return numbers

    with ThreadPoolExecutor(WRITERS) as threads:
        taken = [number for some in threads.map(take, range(WRITERS)) for number in some]
    assert sorted(taken) == list(range(1, WRITERS * NUMBERS + 1))


def test_a_writer_sees_what_the_writer_before_it_committed(state: StateDatabase):
    """Read, then written: with a snapshot from before the lock was given, one of the two would be lost."""

    def add(_: int) -> None:
        with state.writing() as connection:
            set_counter(connection, "sum", counter(connection, "sum") + 1)

    with ThreadPoolExecutor(WRITERS) as threads:
        list(threads.map(add, range(WRITERS * NUMBERS)))
    with state.reading() as connection:
        assert counter(connection, "sum") == WRITERS * NUMBERS


def test_a_reader_sees_one_moment_and_waits_for_nobody(state: StateDatabase):
    with state.writing() as connection:
        set_counter(connection, "one", 1)
    with state.reading() as reader:
        assert counter(reader, "one") == 1
        with state.writing() as writer:
            set_counter(writer, "one", 2)
            assert counter(reader, "one") == 1
        assert counter(reader, "one") == 1
    with state.reading() as reader:
        assert counter(reader, "one") == 2


def test_a_transaction_that_fails_leaves_nothing_and_the_next_goes_on(state: StateDatabase):
    def fail() -> None:
        with state.writing() as connection:
            next_value(connection, "taken")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with state.writing() as connection:
        assert next_value(connection, "taken") == 1


def test_a_process_killed_while_it_writes_leaves_nothing_and_no_lock(state: StateDatabase):
    with subprocess.Popen(
        [sys.executable, "-c", KILLED_WHILE_IT_WRITES], cwd=PROJECT_ROOT, stdout=subprocess.PIPE, text=True
    ) as killed:
        assert killed.stdout
        assert killed.stdout.readline() == "1\n"
        killed.send_signal(signal.SIGKILL)
    with state.writing() as connection:
        assert next_value(connection, "taken") == 1


def test_inserts_that_meet_a_row_leave_it_or_change_it_in_their_order(state: StateDatabase):
    def row(key: str, detail: str) -> dict[str, Any]:
        known = {"reason": "bad_json", "remedy": "", "doc_sha": "0", "size_bytes": 1, "rejected_at": NOW, "copied": False}
        return {"store_key": key, "session_id": None, "detail": detail, **known}

    with state.writing() as connection:
        assert insert_or_ignore(connection, COPIES, [{"doc_sha": sha} for sha in "ab"]) == 2
        assert insert_or_ignore(connection, COPIES, [{"doc_sha": sha} for sha in "bcd"]) == 2
        assert insert_or_ignore(connection, COPIES, []) == 0
        upsert(connection, REJECTIONS, [row("a", "1"), row("b", "2"), row("a", "3")])
        upsert(connection, COUNTERS, [{"name": "n", "value": 1}] * 3, lambda new, old: {"value": old.value + new.value})
        assert dict(connection.execute(select(REJECTIONS.c.store_key, REJECTIONS.c.detail)).tuples().all()) == {"a": "3", "b": "2"}
        assert counter(connection, "n") == 3


def test_keys_sort_by_their_bytes(state: StateDatabase):
    keys = ["B", "a", "ä", "_", "é", "Z", "10", "9"]
    with state.writing() as connection:
        connection.execute(insert(COPIES), [{"doc_sha": key} for key in keys])
        assert connection.execute(select(COPIES.c.doc_sha).order_by(COPIES.c.doc_sha)).scalars().all() == sorted(keys)


def test_a_text_with_the_character_0_is_stored(state: StateDatabase):
    with state.writing() as connection:
        row = {"store_key": "starts/a", "session_id": "a", "started_at": NOW, "agent_version": "1\x000"}
        insert_or_ignore(connection, STARTS, [row])
        stored = connection.execute(select(STARTS.c.agent_version)).scalar_one()
    assert stored.replace("\x00", "") == "10"


def test_a_server_that_ends_a_connection_interrupts_what_runs_and_nothing_after_it(postgresql_state: SecretStr):
    state = StateDatabase(postgresql_state)

    def interrupted() -> None:
        with state.writing() as connection:
            next_value(connection, "taken")
            end_others(postgresql_state)
            next_value(connection, "taken")

    with pytest.raises(TransientFailure):
        interrupted()
    with state.writing() as connection:
        assert next_value(connection, "taken") == 1
    end_others(postgresql_state)
    with state.reading() as connection:
        assert counter(connection, "taken") == 1
    state.close()


def test_a_writer_that_has_waited_too_long_for_another_may_try_again(state: StateDatabase):
    impatient = StateDatabase(state.location, busy_seconds=0.01)
    with state.writing(), pytest.raises(TransientFailure, match="another process"), impatient.writing():
        pass
    with impatient.writing() as connection:
        assert next_value(connection, "taken") == 1
    impatient.close()


@pytest.mark.parametrize(("right", "wrong"), [("postgres:@", "nobody:s3cret@"), ("state_", "s3cret_")], ids=["user", "database"])
def test_failures_name_the_setting_and_never_its_value(postgresql_state: SecretStr, right: str, wrong: str):
    url = SecretStr(postgresql_state.get_secret_value().replace(right, wrong))
    with pytest.raises(ConfigurationFailure, match="VOICE_STATE_URL") as caught:
        StateDatabase(url)
    assert not any(told in everything_of(caught.value) for told in ("s3cret", "nobody"))


@pytest.mark.parametrize("address", ["postgresql://u:s3cret/x@host:port/x", "postgresql://u:s3cret@host:s3cret/x"])
def test_what_is_no_address_is_a_setting_to_correct(address: str):
    with pytest.raises(ConfigurationFailure, match="VOICE_STATE_URL") as caught:
        StateDatabase(SecretStr(address))
    assert "s3cret" not in everything_of(caught.value)


def test_the_address_of_another_product_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VOICE_STATE_URL", "mysql://u:s3cret@host/x")
    with pytest.raises(ConfigurationFailure, match="VOICE_STATE_URL must begin with postgresql://") as caught:
        load_settings()
    assert "s3cret" not in everything_of(caught.value)


def everything_of(error: BaseException) -> str:
    """What a traceback shows of an error: its text and the errors it says it came from."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return f"{error!r} {error}" + (everything_of(cause) if cause else "")


def end_others(address: SecretStr) -> None:
    connection = psycopg2.connect(address.get_secret_value())
    with connection.cursor() as cursor:
        others = "from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        cursor.execute(f"select pg_terminate_backend(pid) {others}")
    connection.close()
