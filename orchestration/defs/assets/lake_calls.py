"""Read the calls of a batch from the lake: rows of one asset, and documents joined with their annotations."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from analyzers.call import AnnotatedCall
from analyzers.language.annotations import TranscriptAnnotations
from analyzers.no_prospect import gated
from contract.document.session import SessionDocument
from contract.platform.store import Store
from contract.reference import Reference
from orchestration.intake.batch import Batch
from orchestration.warehouse.lake import latest, read_part, read_parts

IDENTITY = ("session_id", "revision", "doc_sha")


@dataclass(frozen=True)
class LakeCall:
    """A call with the identity columns that every row derived from it repeats."""

    identity: Mapping[str, Any]
    call: AnnotatedCall

    @property
    def session_id(self) -> str:
        return self.identity["session_id"]


def rows_of(store: Store, asset: str, batch: Batch, day: date) -> dict[str, dict[str, Any]]:
    """Return the rows of the batch's sessions on one day, by session: from this batch's part, else the latest in the lake."""
    wanted = batch.sessions_of(day)
    rows = {
        s: row for s, row in latest(read_part(store, asset, day, batch.analysis_seq, run_id=batch.run_id)).items() if s in wanted
    }
    missing = wanted - rows.keys()
    if missing:
        rows.update((row["session_id"], row) for row in read_parts(store, asset, day, missing))
    return rows


def documents_of_day(store: Store, batch: Batch, day: date) -> list[tuple[dict[str, Any], SessionDocument]]:
    rows = rows_of(store, "session_documents", batch, day)
    return [(_identity(row), SessionDocument.model_validate_json(row["document"])) for _, row in sorted(rows.items())]


@lru_cache(maxsize=512)
def calls_of_day(store: Store, reference: Reference, batch: Batch, day: date) -> tuple[LakeCall, ...]:
    """Return documents with the annotations of exactly these bytes, gated; cached for the analyzers that follow in this process.

    ``analysed_sessions`` empties the cache: no more than one batch is held.
    """
    annotations = rows_of(store, "transcript_annotations", batch, day)
    return tuple(
        _lake_call(identity, document, annotations[document.session_id], reference)
        for identity, document in documents_of_day(store, batch, day)
        if annotations.get(document.session_id, {}).get("doc_sha") == identity["doc_sha"]
    )


def reports_of_day(store: Store, names: Iterable[str], batch: Batch, day: date) -> dict[str, dict[str, dict[str, Any]]]:
    """Return the rows of the named reports by report, then session."""
    return {name: rows_of(store, name, batch, day) for name in names}


def _lake_call(identity: dict[str, Any], document: SessionDocument, row: dict[str, Any], reference: Reference) -> LakeCall:
    annotations = TranscriptAnnotations.model_validate(json.loads(row["annotations"]))
    identity = {**identity, "engine": row["engine"], "annotation_version": row["annotation_version"]}
    return LakeCall(identity, gated(AnnotatedCall(document, annotations), reference))


def _identity(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in IDENTITY}
