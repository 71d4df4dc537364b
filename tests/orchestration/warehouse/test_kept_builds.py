"""A copied build is the build: the same rows to begin with, and the same after dbt has gone on from it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from contract.platform.settings import Settings
from tests.support.builds import build, content
from tests.support.kept_builds import KeptBuilds, build_key
from tests.support.lake_samples import NOW, Lake, changed, sample_documents


@pytest.fixture
def homes(tmp_path: Path) -> Iterator[tuple[Lake, Lake]]:
    lakes = [Lake(Settings(home=tmp_path / name, now=NOW)) for name in ("one", "other")]  # pyright: ignore[reportCallIssue]
    yield lakes[0], lakes[1]
    for lake in lakes:
        lake.state.close()


@pytest.fixture
def kept(tmp_path: Path) -> KeptBuilds:
    (tmp_path / "kept").mkdir()
    return KeptBuilds(tmp_path / "kept")


def test_what_is_copied_is_what_dbt_builds_and_dbt_goes_on_from_it(homes: tuple[Lake, Lake], kept: KeptBuilds):
    copied: list[bool] = []
    for lake in homes:
        lake.analyse(sample_documents()[:3])
        lake.reject("unreadable")
        copied.append(kept.build(lake))
    assert copied == [False, True]
    one, other = homes
    assert content(other.settings, volatile=True) == content(one.settings, volatile=True)
    for lake in homes:
        lake.analyse([changed(sample_documents()[0], revision=2), sample_documents()[3]])
        build(lake)
    assert content(other.settings, volatile=True) == content(one.settings, volatile=True)


def test_whatever_a_build_reads_makes_another_key(homes: tuple[Lake, Lake]):
    lake, same = homes
    for home in homes:
        home.analyse(sample_documents()[:1])
    first = build_key(lake, "")
    assert build_key(same, "") == first
    keys = [first, build_key(lake, "another warehouse")]
    lake.settings.evaluations_dir.mkdir(parents=True)
    (lake.settings.evaluations_dir / "history.jsonl").write_text("{}")
    keys.append(build_key(lake, ""))
    lake.reject("unreadable")
    keys.append(build_key(lake, ""))
    lake.analyse([changed(sample_documents()[0], revision=2)])
    keys.append(build_key(lake, ""))
    next((lake.settings.home / "store" / "lake").rglob("*.parquet")).unlink()
    keys.append(build_key(lake, ""))
    assert len(set(keys)) == 6


def test_a_warehouse_that_somebody_else_has_written_to_is_built_by_dbt(homes: tuple[Lake, Lake], kept: KeptBuilds):
    for lake in homes:
        lake.analyse(sample_documents()[:1])
        kept.build(lake)
    with duckdb.connect(str(homes[1].settings.warehouse_path)) as warehouse:
        warehouse.execute("update main.sessions set agent_version = 'damaged'")
    assert not kept.build(homes[1])
