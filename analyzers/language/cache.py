"""Annotations kept by what was said, engine and version, so that scoring history anew costs no engine call."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from pydantic import ValidationError

from analyzers.language.annotations import LanguageEngine, TranscriptAnnotations
from contract.document.keys import LAKE
from contract.document.session import TranscriptItem
from contract.platform.store import Store

CACHE_PREFIX = f"{LAKE}/annotation_cache"

Transcript = Sequence[TranscriptItem]


def transcript_hash(items: Transcript) -> str:
    """SHA-256 over the ids, roles and texts: what annotations depend on. Lengths keep neighbouring fields apart."""
    digest = hashlib.sha256()
    for item in items:
        for part in (item.id, item.role, item.text):
            data = part.encode("utf-8", "surrogatepass")
            digest.update(len(data).to_bytes(8, "big"))
            digest.update(data)
    return digest.hexdigest()


class AnnotationCache:
    """Annotations under ``lake/annotation_cache/<engine>/<version>/``. Quotes are personal data: erasure goes by ``drop``."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @staticmethod
    def key(transcript: str, engine: str, version: str) -> str:
        return f"{CACHE_PREFIX}/{engine}/{version}/{transcript[:2]}/{transcript}.json"

    def get(self, transcript: str, engine: str, version: str) -> TranscriptAnnotations | None:
        """The annotations, or None when there are none or they no longer fit the model and must be made anew."""
        try:
            return TranscriptAnnotations.model_validate_json(self._store.get(self.key(transcript, engine, version)))
        except (KeyError, ValidationError):
            return None

    def put(self, transcript: str, annotations: TranscriptAnnotations) -> None:
        key = self.key(transcript, annotations.engine, annotations.version)
        self._store.put(key, annotations.model_dump_json().encode())

    def drop(self, transcript: str, engine: str, version: str) -> None:
        self._store.delete(self.key(transcript, engine, version))


def annotate_all(
    engine: LanguageEngine, transcripts: Sequence[Transcript], cache: AnnotationCache | None
) -> list[TranscriptAnnotations]:
    """Annotations of each transcript in order; only what the cache lacks goes to the engine, in one call.

    What another engine stood in for is not kept, so that the engine that was away is asked again.
    """
    if cache is None:
        return engine.annotate(transcripts)
    hashes = [transcript_hash(items) for items in transcripts]
    known = {h: cache.get(h, engine.name, engine.version) for h in dict.fromkeys(hashes)}
    missing = {h: items for h, items in zip(hashes, transcripts, strict=True) if known[h] is None}
    for transcript, made in zip(missing, engine.annotate(list(missing.values())), strict=True):
        known[transcript] = made
        if made.fallback_reason is None:
            cache.put(transcript, made)
    return [found for h in hashes if (found := known[h]) is not None]
