"""PostgreSQL holds what is published, row for row, and its readers never see anything between two versions (spec 8.1, 8.3)."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

import psycopg2
import pytest

from contract.document.session import SessionDocument
from contract.platform.settings import Settings
from orchestration.delivery.items import Change, ItemOutcome
from orchestration.delivery.log import record_outcomes
from orchestration.postgres import sending
from orchestration.postgres import serve as serving
from orchestration.postgres.connection import exclusively
from orchestration.postgres.serve import serve
from orchestration.postgres.tables import SERVED
from orchestration.warehouse.publish import publish
from orchestration.warehouse.reader import open_published
from tests.orchestration.postgres.postgres import ask
from tests.support.builds import build
from tests.support.kept_builds import built
from tests.support.lake_samples import NOW, Lake, sample_documents
from tests.support.spoilt_days import spoil_days


def arrive(lake: Lake, *documents: SessionDocument) -> None:
    lake.analyse(documents)
    built(lake)
    publish(lake.settings)


def changed(document: SessionDocument, **fields: object) -> SessionDocument:
    return SessionDocument.model_validate({**document.model_dump(), **fields})


def assert_level(settings: Settings, reader: Any) -> None:
    """Every table has the rows that are published."""
    with open_published(settings) as warehouse:
        for table in SERVED:
            published = warehouse.execute(f"select * from {table.name}").fetchall()
            kinds = [column[1] for column in warehouse.execute(f"describe {table.name}").fetchall()]
            served = ask(reader, f"select * from main.{table.name}")
            assert sorted(map(_plain(kinds), served), key=repr) == sorted(map(_plain(kinds), published), key=repr), table.name


def _plain(kinds: list[str]) -> Any:
    def plain(row: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(_value(value, kind) for value, kind in zip(row, kinds, strict=True))

    return plain


def _value(value: Any, kind: str) -> Any:
    if kind == "JSON" and isinstance(value, str):
        return json.loads(value)
    return float(value) if isinstance(value, Decimal) else value


def test_every_published_table_arrives_row_for_row_and_again_sends_nothing(lake: Lake, reader: Any):
    lake.reject("unreadable")
    arrive(lake, *sample_documents()[:8])
    first = serve(lake.settings)
    assert (first.reloaded, first.sessions) == (True, 8)
    assert_level(lake.settings, reader)
    assert serve(lake.settings) == serving.Served(first.version, 0, 0, reloaded=False)


def test_a_new_call_a_correction_a_move_and_a_rehearsal_send_no_other_session(lake: Lake, reader: Any):
    documents = sample_documents()
    arrive(lake, *documents[:8])
    serve(lake.settings)
    untouched = ask(reader, f"select xmin::text from main.transcripts where session_id = '{documents[4].session_id}'")
    arrive(
        lake,
        documents[8],
        changed(documents[0], revision=2, agent_version="corrected", user_email="else@where.example"),
        changed(documents[1], revision=2, start_time=documents[1].start_time - timedelta(days=40)),
        changed(documents[2], revision=2, test_call=True),
    )
    served = serve(lake.settings)
    assert (served.reloaded, served.sessions) == (False, 4)
    assert_level(lake.settings, reader)
    assert ask(reader, f"select xmin::text from main.transcripts where session_id = '{documents[4].session_id}'") == untouched


def test_readers_never_wait_and_never_see_half_a_version(lake: Lake, reader: Any, url: str):
    documents = sample_documents()
    arrive(lake, *documents[:2])
    serve(lake.settings)
    seen: set[tuple[Any, ...]] = set()
    failures: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        connection = psycopg2.connect(url, options="-c lock_timeout=2000")
        connection.autocommit = True
        while not done.is_set():
            try:
                counts = "select (select count(*) from main.sessions), (select count(*) from main.transcripts), sum(calls)"
                seen.update(ask(connection, f"{counts} from main.hourly_calls"))
            except psycopg2.Error as error:
                failures.append(error)
        connection.close()

    thread = threading.Thread(target=read)
    thread.start()
    for n in range(2, 5):
        arrive(lake, documents[n])
        serve(lake.settings)
    done.set()
    thread.join()
    assert failures == []
    assert seen
    assert all(sessions == transcripts == calls for sessions, transcripts, calls in seen)
    assert min(sessions for sessions, *_ in seen) >= 2


def test_whoever_reports_reads_no_word_of_a_call(published: Settings, reader: Any):
    serve(published)
    ask(reader, "set role reporting; select 1")
    assert ask(reader, "select count(*) from main.sessions") == [(8,)]
    assert ask(reader, "select count(tool) from main.tool_calls") != []
    assert ask(reader, "select count(*) from main.delivery_log") == [(0,)]
    for denied in ("main.transcripts", "main.turns", "main.analysis_reports", "main.analysis_results", "serving.versions"):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            ask(reader, f"select * from {denied}")
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(reader, "select query from main.tool_calls")
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        ask(reader, "delete from main.sessions")
    kinds = "select distinct kind from {}"
    for mentions in ("main.session_mentions", "main.hourly_mentions", "main.daily_mentions"):
        assert not {("search",), ("objection",), ("unanswered_question",)} & set(ask(reader, kinds.format(mentions)))
        assert ("competitor",) in ask(reader, kinds.format(mentions))
    ask(reader, "set role analyst; select 1")
    assert ("search",) in ask(reader, kinds.format("main.hourly_mentions"))
    assert ask(reader, "select count(*) from main.transcripts") == [(8,)]


def test_the_indexes_of_the_specification_are_there_and_used(published: Settings, reader: Any):
    serve(published)
    there = {tuple(row) for row in ask(reader, "select tablename, indexname from pg_indexes where schemaname = 'main'")}
    assert {
        ("sessions", "idx_user_email"),
        ("sessions", "idx_start_time"),
        ("sessions", "idx_qualification_tier"),
        ("metrics", "idx_session_timestamp"),
        ("metrics", "idx_timestamp"),
        ("leads", "leads_idx_qualification_tier"),
        ("leads", "idx_lead_score"),
        ("leads", "idx_last_call_date"),
        ("analysis_results", "idx_analyzed_at"),
        ("alerts_history", "idx_triggered_at"),
        ("alerts_history", "idx_alert_type_severity"),
        ("transcripts", "idx_transcript_text"),
        ("delivery_log", "idx_delivery_session"),
        ("delivery_log", "idx_delivery_state"),
    } <= there
    many = "insert into main.sessions (session_id, user_email, start_time) select 's' || n, n || '@x.example', now() from"
    ask(reader, f"{many} generate_series(1, 20000) as n; analyze main.sessions; select 1")
    plan = "\n".join(line for (line,) in ask(reader, "explain select * from main.sessions where user_email = '77@x.example'"))
    assert "idx_user_email" in plan


def test_columns_keep_their_descriptions(published: Settings, reader: Any):
    serve(published)
    described = "col_description((table_schema || '.' || table_name)::regclass, ordinal_position)"
    undescribed = ask(
        reader,
        f"select count(*), count(*) - count({described}) from information_schema.columns where table_schema = 'main'",
    )
    assert undescribed[0][0] > 300
    assert undescribed[0][1] == 0


def test_a_row_that_points_nowhere_is_refused(published: Settings, reader: Any):
    serve(published)
    with pytest.raises(psycopg2.errors.ForeignKeyViolation):
        ask(reader, "insert into main.transcripts (session_id) values ('nobody'); select 1")


def test_files_of_days_that_did_not_change_are_not_opened(lake: Lake, reader: Any):
    documents = sample_documents()
    days = sorted({f"{document.start_time:%Y-%m-%d}": document for document in documents[:8]}.items())
    arrive(lake, *(document for _, document in days))
    serve(lake.settings)
    spoil_days(lake.settings, [day for day, _ in days[1:]])
    first = days[0][1]
    arrive(lake, changed(first, session_id="another", user_email="another@caller.example"))
    assert serve(lake.settings).sessions == 1
    said = ask(reader, "select count(*) from main.turns where session_id = 'another'")
    assert said == [(len([turn for turn in first.transcript if turn.final]),)]


def test_of_the_deliveries_only_changed_ones_are_sent(lake: Lake, reader: Any):
    changes = {key: Change(key, key, sample_documents()[0].session_id, "send") for key in ("one", "two", "three")}

    def deliver(key: str) -> int:
        with lake.state.writing() as connection:
            record_outcomes(connection, "salesforce", "person", [(changes[key], ItemOutcome(key, delivered=True))], NOW)
        build(lake)
        publish(lake.settings)
        return serve(lake.settings).rows

    arrive(lake, sample_documents()[0])
    deliver("one")
    deliver("two")
    untouched = ask(reader, "select xmin::text from main.delivery_log where item_key = 'one'")
    with lake.state.writing() as connection:
        connection.exec_driver_sql("update delivery_log set reason = 'None that matters.' where item_key = 'two'")
    deliver("three")
    assert ask(reader, "select xmin::text from main.delivery_log where item_key = 'one'") == untouched
    assert_level(lake.settings, reader)


def test_without_the_version_it_has_everything_is_compared_and_sent_anew(lake: Lake, reader: Any):
    """An earlier release remembered no fingerprints; and the file of a version goes ten minutes after it was replaced."""
    arrive(lake, *sample_documents()[:3])
    serve(lake.settings)
    ask(reader, "update serving.versions set fingerprints = '{}', database = null; select 1")
    arrive(lake, sample_documents()[3], changed(sample_documents()[0], revision=2, agent_version="corrected"))
    assert serve(lake.settings).sessions == 2
    assert_level(lake.settings, reader)


def test_deliveries_arrive_with_their_lists_and_are_renewed(lake: Lake, reader: Any):
    lead = Change("lead", "lead", sample_documents()[0].session_id, "send", human_edited=("Phone",))
    arrive(lake, sample_documents()[0])
    serve(lake.settings)
    for outcome in (ItemOutcome("lead", delivered=False, reason="It goes later."), ItemOutcome("lead", delivered=True)):
        with lake.state.writing() as connection:
            record_outcomes(connection, "salesforce", "person", [(lead, outcome)], NOW)
        build(lake)
        publish(lake.settings)
        serve(lake.settings)
        assert_level(lake.settings, reader)
    assert ask(reader, "select state, reason, human_edited from main.delivery_log") == [("sent", None, ["Phone"])]


def test_a_crash_before_the_end_leaves_the_version_before(lake: Lake, reader: Any, monkeypatch: pytest.MonkeyPatch):
    arrive(lake, *sample_documents()[:2])
    serve(lake.settings)
    arrive(lake, sample_documents()[2])
    with monkeypatch.context() as patched:
        patched.setattr(sending, "count_of", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            serve(lake.settings)
    assert ask(reader, "select count(*) from main.sessions") == [(2,)]
    serve(lake.settings)
    assert_level(lake.settings, reader)


def test_nul_characters_go_and_every_kind_of_quote_arrives(lake: Lake, reader: Any):
    document = sample_documents()[0]
    words = 'a "quoted", \\N and \\u0000 back\\\\slash,\nnew line; drop table x; \u2028 \U0001f600'
    turns = [{**turn.model_dump(), "text": f"\0{words}\0"} for turn in document.transcript]
    arrive(lake, changed(document, transcript=turns))
    serve(lake.settings)
    assert ask(reader, "select distinct text from main.turns") == [(words,)]
    said = ask(reader, "select distinct item ->> 'text' from main.transcripts, jsonb_array_elements(transcript_json) as item")
    assert said == [(words,)]


def test_the_longest_words_and_names_stop_nothing(lake: Lake, reader: Any):
    document, endless = sample_documents()[0], "".join(sha256(bytes([n])).hexdigest() for n in range(200))
    words = " ".join(sha256(n.to_bytes(4)).hexdigest() for n in range(40_000))
    turns = [{**turn.model_dump(), "text": words} for turn in document.transcript[:2]]
    long = changed(document, user_email=f"{endless}@x.example", agent_version=endless, transcript=turns)
    arrive(lake, long, changed(sample_documents()[1], agent_version=f"{endless}."))
    serve(lake.settings)
    assert ask(reader, "select length(text) from main.turns where length(text) > 1000 limit 1") == [(len(words),)]
    assert ask(reader, "select count(distinct agent_version), max(octet_length(agent_version)) < 250 from main.hourly_calls") == [
        (2, True)
    ]


def test_other_columns_than_before_load_everything_anew(published: Settings, reader: Any):
    serve(published)
    ask(reader, "update serving.versions set made_of = 'an earlier project'; select 1")
    ask(reader, "alter table main.sessions drop column agent_version; select 1")
    assert serve(published).reloaded
    assert_level(published, reader)


def test_two_at_once_end_in_one_version(published: Settings, reader: Any):
    threads = [threading.Thread(target=serve, args=(published,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert_level(published, reader)


def test_a_version_that_comes_while_another_process_serves_is_not_overlooked(lake: Lake, reader: Any, url: str):
    arrive(lake, sample_documents()[0])
    serve(lake.settings)
    with psycopg2.connect(url) as other:
        exclusively(other.cursor())
        waiting = threading.Thread(target=serve, args=(lake.settings,))
        waiting.start()
        arrive(lake, *sample_documents()[1:3])
    other.close()
    waiting.join()
    assert_level(lake.settings, reader)
