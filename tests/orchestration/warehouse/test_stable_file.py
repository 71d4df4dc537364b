"""Tools that store a path open one file whose name never changes; it survives publications, kills and other working folders."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from contract.platform.settings import Settings
from orchestration.doctor import check_up
from orchestration.intake.planning import next_plan
from orchestration.resources import Platform
from orchestration.state.builds import built_change, record_published
from orchestration.warehouse import publish as publishing
from orchestration.warehouse.manifest import read_manifest
from orchestration.warehouse.partitions import TABLES
from orchestration.warehouse.publish import publish
from orchestration.warehouse.stable_file import STABLE_FILE
from tests.support.kept_builds import built
from tests.support.lake_samples import NOW, Lake, sample_documents

CALLS = "select count(*) from sessions"


def publish_calls(lake: Lake, first: int, last: int) -> Path:
    lake.analyse(sample_documents()[first:last])
    built(lake)
    publish(lake.settings)
    return lake.settings.published_dir / STABLE_FILE


def asked(path: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_a_second_publication_changes_the_same_file_and_a_reader_of_the_first_goes_on(lake: Lake):
    path = publish_calls(lake, 0, 2)
    with duckdb.connect(str(path), read_only=True) as reader:
        assert publish_calls(lake, 2, 3) == path
        assert reader.execute(CALLS).fetchall() == [(2,)]
    assert asked(path, CALLS) == [(3,)]


def test_it_is_readable_from_any_working_folder(lake: Lake, tmp_path: Path):
    path = publish_calls(lake, 0, 2)
    script = f"import duckdb; print(duckdb.connect({str(path)!r}, read_only=True).execute({CALLS!r}).fetchall())"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    done = subprocess.run([sys.executable, "-c", script], cwd=elsewhere, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[(2,)]"


def test_every_table_and_column_in_it_says_what_it_holds(lake: Lake):
    path = publish_calls(lake, 0, 2)
    tables = asked(path, "select table_name from duckdb_tables() where comment <> ''")
    views = asked(path, "select view_name from duckdb_views() where comment <> '' and not internal")
    assert sorted(name for (name,) in tables + views if isinstance(name, str)) == sorted(TABLES)
    unsaid = "select table_name, column_name from duckdb_columns() where not internal and coalesce(comment, '') = ''"
    assert asked(path, unsaid) == []


def test_a_publication_that_was_killed_before_the_last_step_is_completed_by_the_next(lake: Lake, monkeypatch: pytest.MonkeyPatch):
    path = publish_calls(lake, 0, 2)
    with monkeypatch.context() as patched:
        patched.setattr(publishing, "replace_stable_file", lambda folder, database: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            publish_calls(lake, 2, 3)
    assert asked(path, CALLS) == [(2,)]
    path.with_name(f".{STABLE_FILE}.draft").write_bytes(b"half a copy")
    publish(lake.settings)
    assert asked(path, CALLS) == [(3,)]
    assert not path.with_name(f".{STABLE_FILE}.draft").exists()


def moved(lake: Lake, to: Path) -> Settings:
    lake.state.close()
    lake.settings.home.rename(to)
    return lake.settings.model_copy(update={"home": to})


def test_a_moved_folder_is_named_by_the_check_up_and_published_again_by_the_next_run(tmp_path: Path):
    lake = Lake(Settings(home=tmp_path / "before", now=NOW))  # pyright: ignore[reportCallIssue]
    publish_calls(lake, 0, 2)
    with lake.state.writing() as connection:
        record_published(connection, built_change(connection))
    settings = moved(lake, tmp_path / "after")
    platform = Platform(settings)
    [found] = [each for each in check_up(platform) if each.subject == "published warehouse"]
    assert not found.ok
    assert str(tmp_path / "before" / "published") in found.found
    assert "voice run" in str(found.remedy)
    assert next_plan(settings, platform.state, NOW, platform.first_day) is not None
    publish(settings)
    assert next_plan(settings, platform.state, NOW, platform.first_day) is None
    assert asked(settings.published_dir / STABLE_FILE, CALLS) == [(2,)]
    manifest = read_manifest(settings.published_dir)
    assert manifest is not None
    assert manifest.root == str(tmp_path / "after" / "published")
    platform.state.close()
