"""Read the documents of a store, or of a folder of generated calls, as the history that alert rules are replayed over."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from analyzers.language.annotations import TranscriptAnnotations
from analyzers.language.cache import transcript_hash
from analyzers.language.fan_out import FanOut, annotate_each, fan_out
from analyzers.language.transcript import transcript_of
from contract.document.history import KNOWN_AT, SAMPLES, history_entries
from contract.document.history import STARTS as START_ENTRIES
from contract.document.keys import SESSIONS, STARTS, day_prefix, session_in_key
from contract.document.session import SessionDocument
from contract.platform.read_ahead import read_ahead
from contract.platform.store import Store, StoredObject
from contract.platform.times import read_moment
from contract.reading import read_document
from contract.rejections import Rejected
from orchestration.alerts.replay import KnownAlert, KnownStart, PastCalls
from orchestration.alerts.samples import sample_of
from orchestration.analysis.calls import AnalysisScope, AnnotationText, CallToAnalyse, analyse_each
from orchestration.resources import Platform
from orchestration.state.recent_calls import KEPT, WatchedCall

KNOWN_AFTER = timedelta(seconds=60)
"""A call without any better sign is taken to have become known so long after its end: analysis takes seconds, a sweep a minute."""
_READERS = 8  # threads that fetch documents: of an object store the latency counts
_BATCH = 25  # calls handed to a process at a time
_POOL_PAYS_FROM = 150  # calls: below it, starting processes costs more than it saves
_ANALYZERS = ("sales_intelligence", "sentiment", "content_gaps", "action_items", "conversation_quality", "lead_score")
"""What alerts and digests tell of, and what these reports are made of, in an order in which each finds its inputs."""
_SCOPE = AnalysisScope(annotates=False, analyzers=_ANALYZERS, alerts=True)


@dataclass(frozen=True)
class _Read:
    """A document with when it became known and what said so; a rejected one has no document."""

    stored: StoredObject
    document: SessionDocument | None
    known_at: datetime
    known_by: str
    reason: str = ""


def read_past_calls(platform: Platform, store: Store, first: date, last: date, *, arrivals: bool) -> PastCalls:
    """Return the calls of these UTC days and of the 35 days before; those before only tell what is normal.

    ``arrivals``: the times of the store's objects say when a document arrived; in a folder that was generated they do not.
    """
    past, known_by = PastCalls(), Counter[str]()
    annotated: dict[str, AnnotationText | str] = {}
    known = {entry["session_id"]: read_moment(entry["known_at"]) for entry in _entries(store, KNOWN_AT)}
    past.samples = [sample_of(entry) for entry in _entries(store, SAMPLES)]
    past.starts = [_start(entry) for entry in _entries(store, START_ENTRIES)]
    day = first - KEPT
    while day <= last:
        reads = list(_documents(store, day, platform.now(), known, arrivals))
        known_by.update(read.known_by for read in reads)
        past.starts += _markers(store, day)
        past.calls += (_rejected(read) for read in reads if read.document is None)
        _analyse(platform, [read for read in reads if read.document], annotated, past, alerts=day >= first - timedelta(days=1))
        day += timedelta(days=1)
    past.known_by = dict(known_by)
    return past


def _entries(store: Store, name: str) -> Iterator[Mapping[str, Any]]:
    """Give the lines of a history's file: at the top of a folder that was not delivered, and of every delivered one."""
    with suppress(KeyError):
        yield from map(json.loads, store.get(name).splitlines())
    yield from history_entries(store, name)


def _documents(store: Store, day: date, now: datetime, known: Mapping[str, datetime], arrivals: bool) -> Iterator[_Read]:
    def when(session_id: str | None, ended: datetime, stored: StoredObject) -> tuple[datetime, str]:
        if moment := known.get(session_id or ""):
            return moment, "history"
        return (stored.last_modified, "arrival") if arrivals else (ended + KNOWN_AFTER, "end")

    def read(stored: StoredObject) -> _Read:
        try:
            document = read_document(store.get(stored.key), now=now, key=stored.key)
        except Rejected as rejected:
            moment = when(session_in_key(stored.key), stored.last_modified, stored)
            return _Read(stored, None, *moment, rejected.reason.value)
        return _Read(stored, document, *when(document.session_id, document.end_time or document.start_time, stored))

    return read_ahead(read, store.list(day_prefix(SESSIONS, day)), _READERS)


def _start(entry: Mapping[str, Any]) -> KnownStart:
    started = read_moment(entry["start_time"])
    return KnownStart(read_moment(entry["known_at"]) if "known_at" in entry else started, str(entry["session_id"]), started)


def _rejected(read: _Read) -> WatchedCall:
    ended = min(read.known_at, read.stored.last_modified)
    return WatchedCall(read.stored.key, "rejected", read.known_at, ended, None, failed=None, reason=read.reason)


def _markers(store: Store, day: date) -> Iterator[KnownStart]:
    def read(stored: StoredObject) -> KnownStart | None:
        try:
            return _start(json.loads(store.get(stored.key)))
        except (KeyError, TypeError, ValueError):
            return None

    return (start for start in read_ahead(read, store.list(day_prefix(STARTS, day)), _READERS) if start is not None)


def _analyse(
    platform: Platform, reads: Sequence[_Read], annotated: dict[str, AnnotationText | str], past: PastCalls, *, alerts: bool
) -> None:
    """Analyse the calls of one day; of a call that fails, what needs no words is left out too."""
    documents = [(read, read.document) for read in reads if read.document is not None and not read.document.test_call]
    _annotate(platform, [document for _, document in documents], annotated)
    usable = [
        (read, document, text) for read, document in documents if isinstance(text := annotated[_words(document)], AnnotationText)
    ]
    calls = [CallToAnalyse(document.model_dump_json(), text) for _, document, text in usable]
    work = partial(
        analyse_each, scope=_SCOPE, zone=platform.settings.business_zone, cpu_seconds=platform.settings.call_cpu_seconds, cache=None
    )
    made = (one for results in _fan_out(platform, calls, work) for one in results)
    for (read, _, _), analysis in zip(usable, made, strict=True):
        platform.progress("analyze", 1)
        if analysis.recent is None:
            continue
        call = replace(analysis.recent, known_at=read.known_at)
        past.calls.append(call)
        if alerts and analysis.alerts:
            raised = analysis.alerts.wanted if analysis.alerts.may_be_called else analysis.alerts.opted_out
            past.alerts += (KnownAlert(call.known_at, call.ended_at, alert) for alert in raised)


def _annotate(platform: Platform, documents: Iterable[SessionDocument], annotated: dict[str, AnnotationText | str]) -> None:
    """Annotate each transcript once that has other words than those before it."""
    new = {words: document for document in documents if (words := _words(document)) not in annotated}
    transcripts = [transcript_of(document) for document in new.values()]
    work = partial(annotate_each, cache=None, cpu_seconds=platform.settings.call_cpu_seconds)
    outcomes = (one for results in _fan_out(platform, transcripts, work) for one in results)
    for words, outcome in zip(new, outcomes, strict=True):
        annotated[words] = _text(outcome)


def _words(document: SessionDocument) -> str:
    """Return a hash of what was said and of the weekday, which 'by Friday' is read against. Calls of the same words on the same
    weekday are annotated once, so a date that was named may lie weeks further from the second of them."""
    undated = [item.model_copy(update={"started_at": None}) for item in document.transcript]
    return f"{transcript_hash(undated)} {document.start_time.isoweekday()}"


def _text(outcome: TranscriptAnnotations | str) -> AnnotationText | str:
    if isinstance(outcome, str):
        return outcome
    return AnnotationText(outcome.engine, outcome.version, outcome.fallback_reason, outcome.model_dump_json())


def _fan_out(platform: Platform, items: Sequence[Any], work: Any) -> Iterator[list[Any]]:
    how = FanOut(platform.settings.workers, _BATCH, _POOL_PAYS_FROM)
    return fan_out(items, work, platform.engine, platform.reference, how)
