"""One evaluation: an engine on labelled calls, beside floors, goals and a stored version. The test part is scored, never read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from analyzers.language.annotations import LanguageEngine
from contract.platform.failures import ConfigurationFailure
from contract.reference import Reference
from evaluation.calls import LabelledCall, calls_in, fingerprint, of_part
from evaluation.corpus import corpus_counts, dialogues_in
from evaluation.evaluation import Judged, judged, version_of
from evaluation.failures import failures
from evaluation.history import History, Result, result_of
from evaluation.matching import Matcher
from evaluation.names import Accuracy, EvaluationNames
from evaluation.noise import Recogniser
from evaluation.parts import Parts
from evaluation.recorded_answers import RecordedAnswers, write_requests

Part = Literal["seen", "validation", "test"]
Difference = tuple[str, str, str, str]
"""Call, fact, what the gold label says, what the report says."""
CorpusFigure = tuple[str, float | None, float | None, float | None, int]
"""Label, F1 or accuracy, precision, recall, n."""


@dataclass(frozen=True)
class Evaluation:
    """``before`` is the stored version it was compared with; ``differences`` are listed only when asked for."""

    result: Result
    before: Result | None
    differences: list[Difference] | None

    def as_dict(self) -> dict[str, object]:
        facts: dict[str, object] = self.result.model_dump(mode="json")
        if self.before is not None:
            facts["against"] = self.before.model_dump(mode="json")
        if self.differences is not None:
            names = ("call", "fact", "gold", "said")
            facts["failures"] = [dict(zip(names, row, strict=True)) for row in self.differences]
        return facts


def evaluate_folder(
    folder: Path,
    engine: LanguageEngine,
    reference: Reference,
    history: History,
    now: datetime,
    *,
    part: Part | None = None,
    against: str | None = None,
    list_differences: bool = False,
    noise: bool = False,
) -> Evaluation:
    """Score the engine and add the result to ``history``; with recorded answers only the calls that have one.

    ``ConfigurationFailure`` when differences are asked for of calls that are held back.
    """
    calls, parts = calls_in(folder), reference.table(Parts)
    calls = of_part(calls, part, parts) if part else calls
    calls = engine.answered(calls) if isinstance(engine, RecordedAnswers) else calls
    if list_differences:
        _refuse_held_back(calls, parts, part)
    results = judged(_with_noise(calls, reference) if noise else calls, engine, reference)
    result = result_of(
        [one.score for one in results],
        reference.table(Accuracy).levels(engine.name),
        engine=engine.name,
        version=version_of(engine),
        part=part or "all",
        variant="noise" if noise else "plain",
        calls_hash=fingerprint(calls),
        now=now,
    )
    before = history.of_version(against, result) if against else None
    history.add(result)
    return Evaluation(result, before, _differences(results, reference) if list_differences else None)


def write_requests_of(folder: Path, reference: Reference, target: Path, part: Part | None) -> int:
    """Write what the openai engine would send for the calls of a folder; return how many requests there are."""
    calls = calls_in(folder)
    return write_requests(of_part(calls, part, reference.table(Parts)) if part else calls, reference, target)


def evaluate_corpus(path: Path, engine: LanguageEngine) -> tuple[int, list[CorpusFigure]]:
    """Score the engine on labelled dialogues: how many there are, and a figure for each label."""
    dialogues = list(dialogues_in(path))
    return len(dialogues), [(name, *counts.rates()) for name, counts in corpus_counts(dialogues, engine).items()]


def _refuse_held_back(calls: Sequence[LabelledCall], parts: Parts, part: str | None) -> None:
    held_back = sum(part == "test" or parts.held_back(call.gold.script) for call in calls)
    if held_back:
        raise ConfigurationFailure(
            f"{held_back} of these calls are held back: the test part may be scored, never read.",
            "Ask for --failures with --part seen or --part validation.",
        )


def _with_noise(calls: Sequence[LabelledCall], reference: Reference) -> list[LabelledCall]:
    recogniser = Recogniser(reference)
    return [call._replace(document=recogniser.noisy(call.document)) for call in calls]


def _differences(results: Sequence[Judged], reference: Reference) -> list[Difference]:
    return [(f.call, f.fact, f.gold, f.said) for f in failures(results, Matcher(EvaluationNames(reference)))]
