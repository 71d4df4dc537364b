"""What the accuracy page says of callers who refuse consent: they count as missed, and the part without them stands beside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from analyzers.language.annotations import TranscriptAnnotations
from contract.platform.settings import load_settings
from evaluation.__main__ import Scoreboard
from evaluation.calls import LabelledCall
from tests.evaluation.labelled import REFERENCE, labelled_calls


class Silent:
    """An engine that finds nothing, whatever is said."""

    name, version = "embedded", "1"

    def annotate(self, transcripts: Any) -> list[Any]:
        return [TranscriptAnnotations(engine=self.name, version=self.version, language="en") for _ in transcripts]


def _refusing(call: LabelledCall) -> LabelledCall:
    return call._replace(document={**call.document, "consent": {"obtained": False}, "transcript": []})


def _writers(calls: list[LabelledCall], home: Path) -> dict[str, int]:
    settings = load_settings().model_copy(update={"home": home})
    board = Scoreboard(Silent(), REFERENCE, settings).of(calls, noise=False)
    return {name: result.calls for name, result in board.writers.items()}


def test_a_part_in_which_somebody_refuses_stands_without_them_too(tmp_path: Path):
    first, *others = labelled_calls()[:4]
    assert _writers([_refusing(first), *others], tmp_path)["all who consent (seen)"] == 3


def test_a_part_in_which_everybody_consents_has_no_further_row(tmp_path: Path):
    assert not any(name.startswith("all who") for name in _writers(list(labelled_calls()[:4]), tmp_path))
