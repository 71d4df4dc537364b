"""The index follows what is published, month by month, and its readers go on while it is replaced."""

from __future__ import annotations

import os
import threading
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from contract.platform.failures import VoiceError
from orchestration.search import index as indexing
from orchestration.search.index import build_index, index_is_current
from orchestration.search.manifest import PARTS, SearchManifest, read_search_manifest
from orchestration.search.search import search
from orchestration.warehouse.publish import publish
from tests.support.documents import START
from tests.support.lake_samples import sample_documents
from tests.support.searched_calls import Spoken, indexed, names, utterances

LONG_AGO = START - timedelta(days=70)


def content(spoken: Spoken, manifest: SearchManifest) -> dict[str, list[tuple[object, ...]]]:
    root = spoken.settings.search_dir
    paths = {part: [shard.paths(root)[part] for shard in manifest.shards.values()] for part in PARTS}
    return {part: duckdb.execute("from read_parquet(?) order by all", [files]).fetchall() for part, files in paths.items()}


def test_without_anything_published_there_is_nothing_to_do(spoken: Spoken):
    assert index_is_current(spoken.settings)
    assert build_index(spoken.settings) is None


def test_an_index_that_grew_equals_one_built_at_once(spoken: Spoken):
    documents = sample_documents()
    for some in (documents[:20], documents[20:21], documents[21:]):
        for document in some:
            texts = [item.text for item in document.transcript]
            spoken.have(document.session_id, utterances(texts, document.start_time), document.start_time)
        grown = spoken.index()
    assert grown.version == 3
    before = content(spoken, grown)
    spoken.settings.search_dir.rename(spoken.settings.home / "elsewhere")
    assert content(spoken, indexed(spoken.settings)) == before
    assert len(before["postings"]) > 5000


def test_only_the_months_that_changed_are_written(spoken: Spoken):
    first = spoken.say("old", "zebras", start=LONG_AGO).say("call", "zebras").index()
    second = spoken.say("next", "zebras").index()
    assert second.shards["2026-09"] == first.shards["2026-09"]
    assert second.shards["2026-11"] != first.shards["2026-11"]
    assert spoken.found("zebra") == ["call", "next", "old"]


def test_nothing_new_makes_no_new_version_and_what_is_published_is_due(spoken: Spoken):
    first = spoken.say("call", "zebras").index()
    assert index_is_current(spoken.settings)
    assert indexed(spoken.settings) == first
    publish(spoken.say("next", "giraffes").settings)
    assert not index_is_current(spoken.settings)
    assert indexed(spoken.settings).version == first.version + 1


def test_files_that_are_gone_from_the_disk_are_written_again(spoken: Spoken):
    first = spoken.say("call", "zebras").index()
    (spoken.settings.search_dir / first.shards["2026-11"].folder / "postings.parquet").unlink()
    assert not index_is_current(spoken.settings)
    assert spoken.index().version == first.version + 1
    assert spoken.found("zebra") == ["call"]


def test_replaced_shards_stay_for_their_readers_and_go_when_they_are_old(spoken: Spoken, monkeypatch: pytest.MonkeyPatch):
    first = spoken.say("call", "zebras").index()
    spoken.say("call", "giraffes").index()
    old = spoken.settings.search_dir / first.shards["2026-11"].folder
    assert old.exists()
    assert index_is_current(spoken.settings)
    monkeypatch.setattr(indexing, "KEEP_SECONDS", -1)
    assert not index_is_current(spoken.settings)
    spoken.index()
    assert not old.exists()
    assert index_is_current(spoken.settings)
    assert spoken.found("giraffe") == ["call"]


def test_what_a_crash_left_unnamed_is_written_again(spoken: Spoken, monkeypatch: pytest.MonkeyPatch):
    spoken.say("call", "zebras")
    with monkeypatch.context() as patched:
        patched.setattr(indexing, "replace_manifest", lambda folder, manifest: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            spoken.index()
    assert read_search_manifest(spoken.settings.search_dir) is None
    spoken.index()
    assert spoken.found("zebra") == ["call"]


def test_what_a_killed_process_spilled_goes_with_a_later_build_and_what_is_in_use_stays(spoken: Spoken):
    spill = spoken.settings.search_dir / "spill"
    for name in ("killed", "in use"):
        (spill / name).mkdir(parents=True)
    os.utime(spill / "killed", (0, 0))
    spoken.say("call", "zebras").index()
    assert [path.name for path in spill.iterdir()] == ["in use"]


def test_another_way_of_reading_words_makes_every_month_anew(spoken: Spoken, monkeypatch: pytest.MonkeyPatch):
    first = spoken.say("call", "zebras").say("old", "zebras", start=LONG_AGO).index()
    monkeypatch.setattr(indexing, "FORMAT", indexing.FORMAT + 1)
    assert first.folders().isdisjoint(spoken.index().folders())


def test_a_home_that_was_moved_is_searched_where_it_stands(spoken: Spoken, tmp_path: Path):
    spoken.say("call", "zebras").index()
    moved = spoken.settings.model_copy(update={"home": tmp_path / "else where's"})
    spoken.settings.home.rename(moved.home)
    assert names(search(moved, "zebra")) == ["call"]


def test_a_reader_in_a_loop_never_fails_and_sees_one_version_or_the_next(spoken: Spoken):
    spoken.say("call_0", "zebras here").index()
    seen: set[int] = set()
    failures: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                seen.add(len(spoken.found("zebra")))
            except (duckdb.Error, VoiceError) as error:
                failures.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for n in range(1, 6):
        spoken.say(f"call_{n}", "zebras here").index()
    done.set()
    reader.join()
    assert failures == []
    assert seen <= set(range(1, 7))
    assert len(spoken.found("zebra")) == 6
