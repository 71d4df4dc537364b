"""Measure the processor time of analysing one call, once the engine is loaded."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

from analyzers.command import analyze_documents
from analyzers.language.engines import engine_named
from analyzers.language.reader import shared_reader
from analyzers.language.reader.reader import ReaderInput
from benchmarks.generated_calls import UTTERANCES, generated_calls
from benchmarks.measurement import Measurement, Part
from contract.reading import read_document
from contract.reference import Reference

WANTED = 20.0
"""Calls a second and core that are wanted at least."""
CALLS = 200
"""Calls per measurement: some seconds of work, so that the clock's resolution and single calls do not matter."""
_NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def measure(folder: Path) -> list[Measurement]:
    warm, measured, others = (_bodies(seed) for seed in (6, 7, 8))
    reference = Reference()
    engine = engine_named("embedded", reference)
    list(analyze_documents(warm, engine, reference, _NOW, 1))
    transcripts = [read_document(body, now=_NOW).transcript for _, body in others]
    whole = _milliseconds(lambda: list(analyze_documents(measured, engine, reference, _NOW, 1)))
    reading = _milliseconds(lambda: [read_document(body, now=_NOW) for _, body in measured])
    inference = _milliseconds(lambda: engine.annotate(transcripts))
    lines = [ReaderInput("", item.text) for transcript in transcripts for item in transcript if item.role == "user"]
    reader = _milliseconds(lambda: [shared_reader().read(line) for line in lines])
    on = f"{CALLS} generated calls of {UTTERANCES} utterances that repeat, embedded engine, one process, after start-up"
    return [
        Measurement("analysis", "processor time of a call", whole, "ms", on, inference, "the language engine"),
        Measurement("analysis", "calls a second and core", 1000 / whole, "/s", on, 1000 / inference, "the language engine", WANTED),
        Measurement(
            "analysis", "of which the trained reader", reader, "ms", on, 1000 * len(lines) / reader / CALLS, "lines a second"
        ),
        Measurement("analysis", "of which reading the document", reading, "ms", on, *_parsing(measured)),
    ]


def calls_per_second() -> float:
    """Return the calls that one core analyses in a second, for bounds of other parts."""
    warm, measured = (_bodies(seed) for seed in (6, 7))
    reference = Reference()
    engine = engine_named("embedded", reference)
    list(analyze_documents(warm, engine, reference, _NOW, 1))
    return 1000 / _milliseconds(lambda: list(analyze_documents(measured, engine, reference, _NOW, 1)))


def _bodies(seed: int) -> list[tuple[str, bytes]]:
    calls = generated_calls(CALLS, seed, _NOW - timedelta(hours=1), timedelta(days=3))
    return [(call["session_id"], orjson.dumps(call)) for call in calls]


def _parsing(bodies: list[tuple[str, bytes]]) -> tuple[float, str]:
    return _milliseconds(lambda: [orjson.loads(body) for _, body in bodies]), "parsing its JSON"


def _milliseconds(work: Callable[[], object]) -> float:
    """Return processor milliseconds per call."""
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000 / CALLS


ANALYSIS = Part("analysis", "What does it cost to analyse a call?", measure)
