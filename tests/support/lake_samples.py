"""Calls brought as far as the lake and the ledger, by the real readers and analyzers, so that a warehouse can be built of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from analyzers.call import AnnotatedCall
from analyzers.language.annotations import LanguageEngine
from analyzers.language.engines import engine_named
from analyzers.reports import ANALYZER_VERSION, analyze
from contract.document.canonical import canonical_json, document_hash
from contract.document.keys import day_of, session_key
from contract.document.session import SessionDocument
from contract.platform.settings import PROJECT_ROOT, Settings
from contract.platform.store import Store, StoredObject
from contract.reference import Reference
from contract.rejections import RejectionReason
from orchestration.intake.reading import document_row
from orchestration.state.claims import claim, register_run
from orchestration.state.counters import next_value
from orchestration.state.database import StateDatabase
from orchestration.state.documents import Accepted, Received, documents_of, record_accepted, record_analysed, record_received
from orchestration.state.rejections import Rejection, record_rejected
from orchestration.warehouse.lake import write_part

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
SECRET = b"test"


@lru_cache
def sample_documents() -> tuple[SessionDocument, ...]:
    """The checked-in sample calls, oldest first."""
    folder = PROJECT_ROOT / "data" / "samples" / "calls"
    return tuple(SessionDocument.model_validate_json(path.read_bytes()) for path in sorted(folder.glob("*.json")))


def changed(document: SessionDocument, **fields: object) -> SessionDocument:
    """The document with other values, validated as one that arrives."""
    return SessionDocument.model_validate({**document.model_dump(), **fields})


@lru_cache(maxsize=512)
def reports_of(document_json: str) -> dict[str, str]:
    """The nine reports as JSON text, and under ``engine`` and ``annotation_version`` what understood the transcript."""
    reference, engine = _tools()
    document = SessionDocument.model_validate_json(document_json)
    annotations = engine.annotate([document.transcript])[0]
    reports = analyze(AnnotatedCall(document, annotations), reference)
    found = {name: report.model_dump_json() for name, report in reports.items()}
    return {**found, "engine": annotations.engine, "annotation_version": annotations.version}


@lru_cache
def _tools() -> tuple[Reference, LanguageEngine]:
    reference = Reference()
    return reference, engine_named("embedded", reference)


class Lake:
    """A home with a store and a ledger. ``analyse`` is what one batch leaves behind; building is up to the test."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(settings.store_uri)
        self.state = StateDatabase(settings.state)
        self.batches = 0

    def analyse(
        self, documents: Sequence[SessionDocument], *, dies: bool = False, before_recording: Callable[[], object] | None = None
    ) -> int:
        """Bring documents into the lake as one batch, its sequence; a run that ``dies`` does so between documents and analysis.

        ``before_recording`` is what another process does between the lake's last part and the ledger's entry of it.
        """
        self.batches += 1
        now, run = NOW + timedelta(minutes=self.batches), f"run-{self.batches}"
        keys = [self._receive(document, now) for document in documents]
        with self.state.writing() as connection:
            register_run(connection, run, now, 300)
            seq = next_value(connection, "analysis")
            claim(connection, run, keys)
            record_accepted(connection, [_accepted(key, document) for key, document in zip(keys, documents, strict=True)])
            entries = documents_of(connection, keys)
        for day in {day_of(document.start_time) for document in documents}:
            of_day = [(k, d) for k, d in zip(keys, documents, strict=True) if day_of(d.start_time) == day]
            rows = [document_row(d, canonical_json(d), document_hash(d), entries[k], seq, SECRET) for k, d in of_day]
            write_part(self.store, "session_documents", day, seq, rows, run_id=run)
            if not dies:
                write_part(self.store, "analysis_results", day, seq, [_result(d, seq, now) for _, d in of_day], run_id=run)
        if before_recording:
            before_recording()
        if not dies:
            with self.state.writing() as connection:
                record_analysed(connection, run, keys, seq, now)
        return seq

    def reject(self, session_id: str, reason: RejectionReason = RejectionReason.BAD_JSON) -> str:
        """Park one document that could not be read; its key."""
        self.batches += 1
        key = f"sessions/year=2026/month=11/day=20/{session_id}.json.gz"
        run = f"run-{self.batches}"
        with self.state.writing() as connection:
            record_received(connection, [Received(StoredObject(key, 3, NOW, "e1"), session_id, None)], NOW)
            register_run(connection, run, NOW, 300)
            claim(connection, run, [key])
            record_rejected(connection, [Rejection(key, session_id, reason, "line 1", "0" * 64, 3)], NOW)
        return key

    def _receive(self, document: SessionDocument, now: datetime) -> str:
        key = session_key(document.session_id, document.start_time)
        stored = StoredObject(key, 1000, now, document_hash(document))
        with self.state.writing() as connection:
            record_received(connection, [Received(stored, document.session_id, day_of(document.start_time))], now)
        return key


def _accepted(key: str, document: SessionDocument) -> Accepted:
    return Accepted(
        key,
        document.session_id,
        day_of(document.start_time),
        document_hash(document),
        document.revision,
        document.complete,
        document.test_call,
        document.participant_id,
        document.start_time,
    )


def _result(document: SessionDocument, seq: int, now: datetime) -> dict[str, object]:
    return {
        "session_id": document.session_id,
        "revision": document.revision,
        "doc_sha": document_hash(document),
        "analysis_seq": seq,
        "analyzer_version": ANALYZER_VERSION,
        "analyzed_at": now,
        **reports_of(document.model_dump_json()),
    }
