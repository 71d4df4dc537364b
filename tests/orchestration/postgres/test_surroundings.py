"""What else is in the database, who reads there, and what a killed process left: none of it stops or spoils a version."""

from __future__ import annotations

import threading
from typing import Any
from uuid import uuid4

import psycopg2
import pytest
from pydantic import SecretStr

from contract.platform.failures import ConfigurationFailure, PermanentFailure
from contract.platform.settings import Settings
from orchestration.postgres.serve import serve
from tests.orchestration.postgres.postgres import WORDS, ask, names

SCHEMAS = "select nspname from pg_namespace where nspname like 'main%'"


def make_obsolete(reader: Any) -> None:
    """As if another state of the project had built what is there, so that everything is loaded anew."""
    ask(reader, "update serving.versions set made_of = 'an earlier project'")


def test_a_schema_of_somebody_else_is_left_alone(published: Settings, reader: Any):
    ask(reader, "create schema main; create table main.precious (a int)")
    with pytest.raises(ConfigurationFailure, match="schema main"):
        serve(published)
    assert ask(reader, "select count(*) from main.precious") == [(0,)]


def test_loading_anew_waits_for_no_reader_and_lets_none_wait(published: Settings, reader: Any, url: str):
    serve(published)
    make_obsolete(reader)
    patient = psycopg2.connect(url)
    assert ask(patient, "select count(*) from main.sessions") == [(8,)]
    assert serve(published).reloaded
    ask(reader, "set lock_timeout = '1s'")
    assert ask(reader, "select count(*) from main.sessions") == [(8,)]
    assert len(names(reader, SCHEMAS)) == 2
    assert ask(patient, "select count(*) from main.transcripts") == [(8,)]
    patient.close()
    serve(published)
    assert names(reader, SCHEMAS) == {"main"}


def test_while_everything_is_loaded_anew_readers_always_find_everything(published: Settings, reader: Any, url: str):
    serve(published)
    done = threading.Event()
    seen: set[Any] = set()

    def read() -> None:
        with psycopg2.connect(url) as connection:
            connection.autocommit = True
            while not done.is_set():
                try:
                    seen.update(ask(connection, "select count(*) from main.sessions natural join main.transcripts"))
                except psycopg2.Error as error:
                    seen.add(type(error).__name__)
        connection.close()

    thread = threading.Thread(target=read)
    thread.start()
    for _ in range(3):
        make_obsolete(reader)
        serve(published)
    done.set()
    thread.join()
    assert seen == {(8,)}


def test_a_database_that_cannot_hold_every_character_is_refused(published: Settings, server: Any):
    server.psql("create database voice_latin1 encoding 'LATIN1' template template0 lc_collate 'C' lc_ctype 'C'")
    settings = published.model_copy(update={"serving_url": SecretStr(server.get_uri("voice_latin1"))})
    with pytest.raises(ConfigurationFailure, match="LATIN1"):
        serve(settings)


def test_text_arrives_whatever_encoding_clients_have_by_default(published: Settings, reader: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    serve(published)
    ask(reader, "set client_encoding = 'UTF8'")
    assert WORDS in names(reader, "select text from main.turns")


def test_another_content_under_the_same_version_is_sent(published: Settings, reader: Any):
    """A published folder that was lost counts its versions from one again."""
    first = serve(published)
    ask(reader, "update serving.versions set content = 'of an earlier folder', fingerprints = '{}'; delete from main.session_facts")
    assert serve(published).version == first.version
    assert ask(reader, "select count(*) from main.session_facts") == [(8,)]


def test_what_a_killed_process_left_on_disk_is_removed(published: Settings):
    left = published.home / "serving" / "transcripts.csv"
    left.parent.mkdir()
    left.write_text("what somebody said")
    serve(published)
    assert not left.parent.exists()


def test_a_plain_user_serves_once_somebody_has_made_the_roles(published: Settings, reader: Any, url: str):
    user, database = f"plain_{uuid4().hex[:8]}", url.partition("@/")[2].partition("?")[0]
    ask(reader, f"create role {user} login; grant create on database {database} to {user}")
    settings = published.model_copy(update={"serving_url": SecretStr(url.replace("postgres:@", f"{user}@"))})
    there = names(reader, "select rolname from pg_roles where rolname in ('reporting', 'analyst', 'viewer')")
    for role in there:
        ask(reader, f"alter role {role} rename to {role}_kept")
    with pytest.raises(PermanentFailure, match="create role analyst nologin; create role viewer nologin"):
        serve(settings)
    for role in ("reporting", "analyst", "viewer"):
        ask(reader, f"alter role {role}_kept rename to {role}" if role in there else f"create role {role} nologin")
    assert serve(settings).sessions == 8
    make_obsolete(reader)
    assert serve(settings).reloaded
    assert ask(reader, "set role analyst; select count(*) from main.session_mentions where kind = 'search'") != [(0,)]
