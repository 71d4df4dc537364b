"""Measure what the first ways that come to mind would cost a call, in the same run as the rest."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import orjson

from analyzers.call import AnnotatedCall
from analyzers.language.engines import engine_named
from analyzers.no_prospect import gated
from analyzers.reports import ANALYZERS, REPORT_MODELS, analyze
from benchmarks.generated_calls import generated_calls
from benchmarks.measurement import Measurement, Part
from contract.reading import read_document
from contract.reference import Reference
from orchestration.defs.in_process import QUIET

_NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PASSES = 10
"""Calls of the script with one pass per analyzer."""
STEPS = ("document", "annotations", *REPORT_MODELS, "results")
"""Steps of the run per call: one for each asset from the document to the joined reports."""


def measure(folder: Path) -> list[Measurement]:
    run = _seconds(lambda: _run_per_call(folder))
    script, together = _script()
    on = f"{PASSES} generated calls, one process, after start-up"
    return [
        Measurement("naive", "a Dagster run per call, default executor", run, "s", f"{len(STEPS)} steps that do nothing"),
        Measurement(
            "naive", "a script with one pass per analyzer", script * 1000, "ms", on, together * 1000, "annotating once for all nine"
        ),
    ]


def _run_per_call(folder: Path) -> None:
    (folder / "dagster").mkdir(parents=True)
    with dg.DagsterInstance.local_temp(str(folder / "dagster")) as instance:
        result = dg.execute_job(dg.reconstructable(naive_job), instance=instance, run_config=QUIET)
        if not result.success:
            raise RuntimeError("the run of steps that do nothing failed")


def naive_job() -> dg.JobDefinition:
    """Return a job whose steps follow each other and do nothing, each in a process of its own, as Dagster does by default."""

    @dg.job
    def per_call() -> None:
        made = None
        for name in STEPS:
            made = _step(name)() if made is None else _step(name, after=True)(made)

    return per_call


def _step(name: str, *, after: bool = False) -> dg.OpDefinition:
    if after:

        @dg.op(name=name)
        def follows(before: int) -> int:
            return before + 1

        return follows

    @dg.op(name=name)
    def first() -> int:
        return 0

    return first


def _script() -> tuple[float, float]:
    """Return the processor seconds of a call when every analyzer reads and annotates it for itself, and when all share it."""
    reference = Reference()
    engine = engine_named("embedded", reference)
    bodies = [orjson.dumps(call) for call in generated_calls(PASSES, 12, _NOW - timedelta(hours=1))]

    def read(body: bytes) -> AnnotatedCall:
        document = read_document(body, now=_NOW)
        [annotations] = engine.annotate([document.transcript])
        return gated(AnnotatedCall(document, annotations), reference)

    analyze(read(bodies[0]), reference)
    naive = _cpu(lambda: [_with_inputs(analyzer.name, read(body), reference) for body in bodies for analyzer in ANALYZERS])
    ours = _cpu(lambda: [analyze(read(body), reference) for body in bodies])
    return naive / PASSES, ours / PASSES


def _with_inputs(name: str, call: AnnotatedCall, reference: Reference) -> None:
    """Make one report, and before it those it is made from, since a script of its own has none of them."""
    own = next(analyzer for analyzer in ANALYZERS if analyzer.name == name)
    wanted, reports = {name, *own.inputs}, {}
    for analyzer in ANALYZERS:
        if analyzer.name in wanted or any(analyzer.name in other.inputs for other in ANALYZERS if other.name in wanted):
            reports[analyzer.name] = analyzer.report(call, reference, reports)


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


NAIVE = Part("naive", "What would the first way that comes to mind cost?", measure)
