"""Write the accuracy page again: ``python -m evaluation GOLDEN PAGE``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from analyzers.language.annotations import LanguageEngine
from analyzers.language.engines import engine_named
from contract.document.consent import refused
from contract.platform.settings import Settings, load_settings
from contract.reference import Reference
from evaluation.calls import LabelledCall, calls_in, fingerprint, of_part
from evaluation.evaluation import judged, version_of
from evaluation.history import History, Result, Variant, result_of
from evaluation.names import Accuracy
from evaluation.noise import Recogniser
from evaluation.page import EngineBoard, accuracy_page
from evaluation.parts import PARTS, Part, Parts
from evaluation.recorded_answers import RecordedAnswers
from evaluation.scores import CallScore

SECTIONS, ANSWERS = ("GROWTH.md", "TRIED.md"), "answers"
_RECORDED = (
    "A strong language model, no model of the price book, was given the engine's requests by file and saw nothing else; its answers"
    " are in `data/golden/answers`, {answered} of the {calls} golden calls have one."
)
_OUTDATED = " The prompt has changed since they were given."

Scored = list[tuple[LabelledCall, CallScore]]


class Scoreboard:
    """Score one engine on the parts of the golden calls, and store the results of the parts."""

    def __init__(self, engine: LanguageEngine, reference: Reference, settings: Settings) -> None:
        self._engine, self._reference, self._now = engine, reference, settings.clock()
        self._levels, self._version = reference.table(Accuracy).levels(engine.name), version_of(engine)
        self._history = History(settings.evaluations_dir)

    def of(self, calls: Sequence[LabelledCall], *, noise: bool) -> EngineBoard:
        """Score the calls by part and by writer, with ``noise`` also on transcripts damaged as by a recogniser."""
        parts, recogniser = self._reference.table(Parts), Recogniser(self._reference)
        board: dict[Part, tuple[Result, Result | None]] = {}
        everything: Scored = []
        present: list[Part] = [part for part in PARTS if any(parts.of(call.gold.script) == part for call in calls)]
        for part in present:
            chosen = of_part(calls, part, parts)
            plain = self._scored(chosen, chosen)
            everything += plain
            damaged = [call._replace(document=recogniser.noisy(call.document)) for call in chosen] if noise else []
            noisy = self._stored(self._scored(chosen, damaged), part, "noise") if noise else None
            board[part] = (self._stored(plain, part), noisy)
        return EngineBoard(board, self._by_writer(everything, parts))

    def _scored(self, calls: Sequence[LabelledCall], read: Sequence[LabelledCall]) -> Scored:
        return list(zip(calls, (one.score for one in judged(read, self._engine, self._reference)), strict=True))

    def _by_writer(self, scored: Scored, parts: Parts) -> dict[str, Result]:
        groups: dict[str, Scored] = {}
        for call, score in scored:
            name = f"{call.gold.script.partition('_')[0]} ({parts.of(call.gold.script)})"
            groups.setdefault(name, []).append((call, score))
        groups |= _consenting(scored, parts)
        return {name: self._result(group, name, "plain") for name, group in sorted(groups.items())}

    def _stored(self, scored: Scored, part: Part, variant: Variant = "plain") -> Result:
        result = self._result(scored, part, variant)
        self._history.add(result)
        return result

    def _result(self, scored: Scored, part: str, variant: Variant) -> Result:
        return result_of(
            [score for _, score in scored],
            self._levels,
            engine=self._engine.name,
            version=self._version,
            part=part,
            variant=variant,
            calls_hash=fingerprint(call for call, _ in scored),
            now=self._now,
        )


def _consenting(scored: Scored, parts: Parts) -> dict[str, Scored]:
    """Return the calls of the parts in which somebody refuses consent without those: of a refusal nothing can be reported."""
    groups: dict[str, Scored] = {}
    for part in PARTS:
        of_part = [one for one in scored if parts.of(one[0].gold.script) == part]
        consenting = [(call, score) for call, score in of_part if not refused(call.document)]
        if consenting and len(consenting) < len(of_part):
            groups[f"all who consent ({part})"] = consenting
    return groups


def recorded(folder: Path, calls: Sequence[LabelledCall], reference: Reference, settings: Settings) -> EngineBoard:
    """Score the openai engine on the calls that have a recorded answer, and say that this is what was scored."""
    engine = RecordedAnswers(folder, reference)
    answered = engine.answered(calls)
    remark = _RECORDED.format(answered=len(answered), calls=len(calls)) + (_OUTDATED if engine.of_another_prompt else "")
    return replace(Scoreboard(engine, reference, settings).of(answered, noise=False), remark=remark)


def main(golden: str, page: str) -> None:
    settings, reference = load_settings(), Reference()
    calls, answers = calls_in(Path(golden)), Path(golden, ANSWERS)
    boards = [Scoreboard(engine_named("embedded", reference), reference, settings).of(calls, noise=True)]
    if answers.exists():
        boards.append(recorded(answers, calls, reference, settings))
    sections = [Path(golden, name).read_text(encoding="utf-8") for name in SECTIONS]
    Path(page).write_text(accuracy_page(boards, reference.table(Accuracy).noise_tolerance, sections), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:3])
