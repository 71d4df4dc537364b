"""The cache spares the engine, forgets nothing, and knows engines and versions apart."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from analyzers.language.annotations import TranscriptAnnotations
from analyzers.language.cache import AnnotationCache, annotate_all, transcript_hash
from analyzers.language.embedded import EmbeddedEngine
from analyzers.language.engines import engine_named
from contract.document.session import TranscriptItem
from contract.platform.failures import ConfigurationFailure
from contract.platform.store import Store
from contract.reference import Reference


class CountingEngine(EmbeddedEngine):
    """The real engine, counting what it is asked and saying when it stood in for another."""

    def __init__(self, fallback: str | None = None) -> None:
        super().__init__(Reference())
        self.asked = 0
        self._fallback = fallback

    def annotate(self, transcripts: Sequence[Sequence[TranscriptItem]]) -> list[TranscriptAnnotations]:
        self.asked += len(transcripts)
        return [a.model_copy(update={"fallback_reason": self._fallback}) for a in super().annotate(transcripts)]


def said(*texts: str) -> list[TranscriptItem]:
    return [TranscriptItem(id=f"item_{i}", role="user", text=text) for i, text in enumerate(texts)]


@pytest.fixture
def cache(tmp_path: Path) -> AnnotationCache:
    return AnnotationCache(Store(tmp_path.as_uri()))


def test_the_hash_changes_with_id_role_and_text_and_with_nothing_else() -> None:
    item = TranscriptItem(id="a", role="user", text="hello")
    assert transcript_hash([item]) == transcript_hash([item.model_copy(update={"interrupted": True})])
    changed = [item.model_copy(update=u) for u in ({"id": "b"}, {"role": "agent"}, {"text": "hello "})]
    assert len({transcript_hash([i]) for i in [item, *changed]}) == 4
    assert transcript_hash(said("ab", "c")) != transcript_hash(said("a", "bc"))


def test_what_was_annotated_once_is_not_asked_again(cache: AnnotationCache) -> None:
    engine = CountingEngine()
    calls = [said("we send forty contracts a week"), said("hello"), said("hello")]
    first = annotate_all(engine, calls, cache)
    assert engine.asked == 2
    assert annotate_all(engine, calls, cache) == first == engine.annotate(calls)
    assert engine.asked == 2 + 3


def test_another_version_is_annotated_anew(cache: AnnotationCache) -> None:
    engine = CountingEngine()
    annotate_all(engine, [said("hello")], cache)
    engine.version = "another"
    annotate_all(engine, [said("hello")], cache)
    assert engine.asked == 2


def test_what_a_stand_in_made_is_not_kept(cache: AnnotationCache) -> None:
    stand_in = CountingEngine(fallback="openai was away")
    annotate_all(stand_in, [said("hello")], cache)
    annotate_all(stand_in, [said("hello")], cache)
    assert stand_in.asked == 2


def test_damaged_and_dropped_entries_are_made_anew(tmp_path: Path) -> None:
    store = Store(tmp_path.as_uri())
    cache, engine = AnnotationCache(store), CountingEngine()
    transcript = transcript_hash(said("hello"))
    annotate_all(engine, [said("hello")], cache)
    store.put(cache.key(transcript, engine.name, engine.version), b"{")
    assert cache.get(transcript, engine.name, engine.version) is None
    annotate_all(engine, [said("hello")], cache)
    cache.drop(transcript, engine.name, engine.version)
    assert cache.get(transcript, engine.name, engine.version) is None


def test_without_a_cache_the_engine_is_asked(cache: AnnotationCache) -> None:
    engine = CountingEngine()
    assert annotate_all(engine, [said("hello")], None) == annotate_all(engine, [said("hello")], cache)
    assert engine.asked == 2


def test_engines_are_found_by_name_and_a_missing_one_says_what_to_set() -> None:
    assert engine_named("embedded", Reference()).name == "embedded"
    with pytest.raises(ConfigurationFailure, match="VOICE_ENGINE=embedded"):
        engine_named("openai", Reference())
