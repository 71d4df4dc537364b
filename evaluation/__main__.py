"""Write the accuracy page again: ``python -m evaluation GOLDEN PAGE``."""

from __future__ import annotations

import sys
from pathlib import Path

from analyzers.language.engines import engine_named
from contract.platform.settings import load_settings
from contract.reference import Reference
from evaluation.calls import LabelledCall, calls_in, fingerprint, of_part
from evaluation.evaluation import judged, version_of
from evaluation.history import History, Result, Variant, result_of
from evaluation.names import Accuracy
from evaluation.noise import Recogniser
from evaluation.page import Board, accuracy_page
from evaluation.parts import PARTS, Part, Parts

TRIED = "TRIED.md"


def main(golden: str, page: str) -> None:
    settings, reference = load_settings(), Reference()
    calls, parts, history = calls_in(Path(golden)), reference.table(Parts), History(settings.evaluations_dir)
    engine, recogniser = engine_named("embedded", reference), Recogniser(reference)
    levels, version = reference.table(Accuracy), version_of(engine)

    def result(chosen: list[LabelledCall], part: Part, variant: Variant) -> Result:
        with_noise = [c._replace(document=recogniser.noisy(c.document)) for c in chosen] if variant == "noise" else chosen
        found = result_of(
            [result.score for result in judged(with_noise, engine, reference)],
            levels.floors,
            engine=engine.name,
            version=version,
            part=part,
            variant=variant,
            calls_hash=fingerprint(chosen),
            now=settings.clock(),
        )
        history.add(found)
        return found

    present: list[Part] = [part for part in PARTS if any(parts.of(call.gold.script) == part for call in calls)]
    chosen = {part: of_part(calls, part, parts) for part in present}
    board: Board = {part: (result(chosen[part], part, "plain"), result(chosen[part], part, "noise")) for part in present}
    tried = Path(golden, TRIED).read_text(encoding="utf-8")
    Path(page).write_text(accuracy_page(board, levels.noise_tolerance, tried), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:3])
