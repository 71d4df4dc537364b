"""Readers of the published warehouse go on while it is replaced, and nothing that was built stays unpublished."""

from __future__ import annotations

import threading
from pathlib import Path

import duckdb
import pytest

from contract.platform.failures import ConfigurationFailure
from orchestration.warehouse import publish as publishing
from orchestration.warehouse.manifest import read_manifest
from orchestration.warehouse.partitions import TABLES
from orchestration.warehouse.publish import publish
from orchestration.warehouse.reader import open_published
from tests.support.builds import rows
from tests.support.kept_builds import built
from tests.support.lake_samples import Lake, sample_documents


def published(lake: Lake, sql: str) -> list[tuple[object, ...]]:
    with open_published(lake.settings) as connection:
        return connection.execute(sql).fetchall()


def test_before_the_first_publication_readers_are_told_what_to_do(lake: Lake):
    with pytest.raises(ConfigurationFailure, match="voice run"):
        open_published(lake.settings)


def test_every_table_is_published_with_the_rows_and_types_of_the_writer(lake: Lake):
    lake.analyse(sample_documents()[:5])
    lake.reject("unreadable")
    built(lake)
    publish(lake.settings)
    for table in TABLES:
        count, describe = f"select count(*) from {table}", f"select column_name, column_type from (describe {table})"
        assert published(lake, count) == rows(lake.settings, count), table
        assert published(lake, describe) == rows(lake.settings, describe), table


def test_nothing_new_makes_no_new_version_and_one_call_rewrites_one_day(lake: Lake):
    documents = sample_documents()
    lake.analyse(documents[:5])
    built(lake)
    first = publish(lake.settings)
    assert publish(lake.settings) == first
    lake.analyse(documents[5:6])
    built(lake)
    second = publish(lake.settings)
    day = documents[5].start_time.date().isoformat()
    changed = {
        table: {name for name, file in files.items() if file != first.tables[table].get(name)}
        for table, files in second.tables.items()
    }
    assert second.version == first.version + 1
    assert (changed["turns"], changed["sessions"], changed["hourly_calls"]) == ({day}, {day[:7]}, {day[:7]})


def test_a_reader_of_an_earlier_version_goes_on_and_its_files_go_when_they_are_old(lake: Lake, monkeypatch: pytest.MonkeyPatch):
    documents = sample_documents()
    lake.analyse(documents[:5])
    built(lake)
    first = publish(lake.settings)
    with open_published(lake.settings) as reader:
        lake.analyse(documents[5:6])
        built(lake)
        publish(lake.settings)
        assert reader.execute("select count(*) from turns").fetchall() != [(0,)]
    monkeypatch.setattr(publishing, "KEEP_SECONDS", -1)
    lake.analyse(documents[6:7])
    built(lake)
    last = publish(lake.settings)
    folder = lake.settings.published_dir
    left = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.suffix in (".duckdb", ".parquet")}
    assert first.database not in left
    assert last.files() <= left


def test_a_reader_in_a_loop_never_fails_and_never_sees_half_a_version(lake: Lake):
    documents = sample_documents()
    lake.analyse(documents[:2])
    built(lake)
    publish(lake.settings)
    seen: set[tuple[object, ...]] = set()
    failures: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                seen.update(published(lake, "select (select count(*) from sessions), (select count(*) from transcripts)"))
            except duckdb.Error as error:
                failures.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for n in range(2, 6):
        lake.analyse(documents[n : n + 1])
        built(lake)
        publish(lake.settings)
    done.set()
    reader.join()
    assert failures == []
    assert all(sessions == transcripts for sessions, transcripts in seen)
    assert {2, 6} <= {sessions for sessions, _ in seen} | {published(lake, "select count(*) from sessions")[0][0]}


def test_a_version_that_a_crash_left_unnamed_is_written_again(lake: Lake, monkeypatch: pytest.MonkeyPatch):
    lake.analyse(sample_documents()[:2])
    built(lake)
    with monkeypatch.context() as patched:
        patched.setattr(publishing, "replace_manifest", lambda folder, manifest: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            publish(lake.settings)
    assert read_manifest(lake.settings.published_dir) is None
    publish(lake.settings)
    assert published(lake, "select count(*) from sessions") == [(2,)]


def test_a_published_folder_that_was_moved_is_published_again_where_it_stands(lake: Lake, tmp_path: Path):
    lake.analyse(sample_documents()[:2])
    built(lake)
    publish(lake.settings)
    moved = lake.settings.model_copy(update={"home": tmp_path / "elsewhere"})
    lake.settings.home.joinpath("warehouse").rename(tmp_path / "warehouse.kept")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "warehouse.kept").rename(tmp_path / "elsewhere" / "warehouse")
    lake.settings.published_dir.rename(tmp_path / "elsewhere" / "published")
    publish(moved)
    with open_published(moved) as connection:
        assert connection.execute("select count(*) from sessions").fetchall() == [(2,)]
