"""Labelled calls for the tests: the sample sessions with their scripts, and facts of a small invented call."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from contract.platform.settings import PROJECT_ROOT
from contract.reference import Reference
from evaluation.calls import LabelledCall
from evaluation.expansion import Expanded, expanded_scripts
from evaluation.gold import gold_of
from evaluation.matching import Matcher
from evaluation.names import EvaluationNames
from evaluation.parts import Parts

REFERENCE = Reference()
MATCHER = Matcher(EvaluationNames(REFERENCE))
SCRIPTS = PROJECT_ROOT / "data" / "golden" / "scripts"
SAMPLES = PROJECT_ROOT / "data" / "samples" / "calls"


def seen_scripts() -> list[Path]:
    parts = REFERENCE.table(Parts)
    return sorted(path for path in SCRIPTS.glob("*.yaml") if parts.of(path.stem) == "seen")


@cache
def seen_calls() -> tuple[Expanded, ...]:
    return tuple(expanded_scripts(seen_scripts()))


@cache
def labelled_calls() -> tuple[LabelledCall, ...]:
    return tuple(LabelledCall(one.document, gold_of(one.gold, one.script)) for one in seen_calls())


def write_calls(folder: Path, calls: tuple[Expanded, ...]) -> None:
    for name in ("sessions", "gold"):
        (folder / name).mkdir(parents=True)
    for call in calls:
        for name, value in (("sessions", call.document), ("gold", call.gold)):
            (folder / name / f"{call.gold['session_id']}.json").write_text(json.dumps(value))
