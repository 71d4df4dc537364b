"""Cache annotations by transcript, engine and version, so that scoring history again costs no engine call."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from pydantic import ValidationError

from analyzers.language.annotations import LanguageEngine, TranscriptAnnotations
from analyzers.language.transcript import began
from contract.document.keys import LAKE
from contract.document.session import TranscriptItem
from contract.platform.store import Store

CACHE_PREFIX = f"{LAKE}/annotation_cache"

Transcript = Sequence[TranscriptItem]


def transcript_hash(items: Transcript) -> str:
    """Return a SHA-256 over ids, roles, texts and the day by the items' times, on which annotations depend.

    Lengths keep neighbouring fields apart. Items without times hash as they did before the day was part of a request.
    """
    digest = hashlib.sha256()
    for item in items:
        for part in (item.id, item.role, item.text):
            data = part.encode("utf-8", "surrogatepass")
            digest.update(len(data).to_bytes(8, "big"))
            digest.update(data)
    if moment := began(tuple(items)):
        digest.update(moment.date().isoformat().encode())
    return digest.hexdigest()


class AnnotationCache:
    """Stores annotations under ``lake/annotation_cache/<engine>/<version>/``.

    Quotes are personal data: they are erased by ``drop``.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    @staticmethod
    def key(transcript: str, engine: str, version: str) -> str:
        return f"{CACHE_PREFIX}/{engine}/{version}/{transcript[:2]}/{transcript}.json"

    def get(self, transcript: str, engine: str, version: str) -> TranscriptAnnotations | None:
        """Return the annotations, or None when there are none or they no longer fit the model and must be made again."""
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
    """Return the annotations of each transcript in order; only what the cache lacks goes to the engine, in one call.

    Annotations of a fallback engine are not cached, so that the engine that was unavailable is asked again.
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
