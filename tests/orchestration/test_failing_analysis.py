"""A transcript that breaks the engine, or a report that breaks, is one rejected session and not a stuck batch."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from analyzers import reports
from analyzers.language.annotations import LanguageEngine, TranscriptAnnotations
from contract.document.keys import session_key
from contract.document.session import TranscriptItem
from orchestration.analysis import calls as analysis
from orchestration.local_run import run_pending
from orchestration.resources import Platform
from orchestration.state.reconciliation import reconcile
from tests.support.documents import NOW, START, packed, put, session


class BrittleEngine:
    """The real engine, except that it cannot bear one word and never ends on another."""

    def __init__(self, real: LanguageEngine) -> None:
        self.name, self.version, self._real = real.name, real.version, real

    def annotate(self, transcripts: Sequence[Sequence[TranscriptItem]]) -> list[TranscriptAnnotations]:
        while any("endless" in item.text for transcript in transcripts for item in transcript):
            pass
        if any("unbearable" in item.text for transcript in transcripts for item in transcript):
            raise ValueError("unbearable")
        return self._real.annotate(transcripts)


@pytest.fixture
def calls(platform: Platform) -> Platform:
    for name, text in (("good", "Hello, we send ten quotes a week."), ("odd", "This is unbearable.")):
        transcript = [{"id": "item_000", "role": "user", "text": text}]
        platform.store.put(session_key(name, START), packed(session(name, transcript=transcript)))
    return platform


def reasons(platform: Platform) -> list[tuple[str, int]]:
    return [(r.reason, r.documents) for r in reconcile(platform.state, NOW).reasons]


def test_a_transcript_that_breaks_the_engine_is_parked_and_the_rest_goes_on(calls: Platform):
    calls.__dict__["engine"] = BrittleEngine(calls.engine)
    summary = run_pending(calls)
    assert (summary.analysed, summary.rejected, summary.pending) == (1, 1, 0)
    assert reasons(calls) == [("analysis_failed", 1)]


def test_a_call_that_breaks_an_analyzer_is_parked_and_the_rest_goes_on(calls: Platform, monkeypatch: pytest.MonkeyPatch):
    def brittle(call: object, reference: object, *inputs: object) -> reports.ReportModel:
        if "unbearable" in str(call):
            raise KeyError("unbearable")
        return reports.REPORT_MODELS["sentiment"].model_validate(real(call, reference, *inputs).model_dump())

    sentiment = next(a for a in reports.ANALYZERS if a.name == "sentiment")
    real = sentiment.run
    broken = tuple(replace(a, run=brittle) if a.name == "sentiment" else a for a in reports.ANALYZERS)
    monkeypatch.setattr(analysis, "ANALYZERS", broken)
    summary = run_pending(calls)
    assert (summary.analysed, summary.rejected, summary.pending) == (1, 1, 0)
    assert reasons(calls) == [("analysis_failed", 1)]


def test_a_call_that_takes_too_much_time_is_parked_and_the_rest_goes_on(calls: Platform):
    endless = [{"id": "item_000", "role": "user", "text": "This is endless."}]
    put(calls, session("long", transcript=endless))
    limited = Platform(calls.settings.model_copy(update={"call_cpu_seconds": 1.0}))
    limited.__dict__["engine"] = BrittleEngine(calls.engine)
    summary = run_pending(limited)
    assert (summary.analysed, summary.rejected, summary.pending) == (1, 2, 0)
    assert reasons(calls) == [("analysis_failed", 2)]
