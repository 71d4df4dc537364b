"""Read labelled calls from a folder: ``sessions`` beside ``gold``, or ``scripts`` (or the folder of scripts itself)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from contract.platform.failures import PermanentFailure
from evaluation.expansion import expanded_scripts
from evaluation.gold import Gold, gold_of
from evaluation.parts import Part, Parts


class LabelledCall(NamedTuple):
    """Pair a session document, as JSON values, with its gold labels."""

    document: dict[str, Any]
    gold: Gold


def calls_in(folder: Path) -> list[LabelledCall]:
    """Return all labelled calls of a folder, by session id. Raises ``PermanentFailure`` when there are none or a label is wrong."""
    if (folder / "sessions").is_dir() and (folder / "gold").is_dir():
        calls = list(_beside(folder / "sessions", folder / "gold"))
    else:
        scripts = folder / "scripts" if (folder / "scripts").is_dir() else folder
        calls = [LabelledCall(e.document, gold_of(e.gold, e.script)) for e in expanded_scripts(list(scripts.glob("*.yaml")))]
    if not calls:
        raise PermanentFailure("There are no labelled calls.", "Name a folder that holds 'sessions' and 'gold', or 'scripts'.")
    return sorted(calls, key=lambda call: call.gold.session_id)


def _beside(sessions: Path, gold: Path) -> Iterable[LabelledCall]:
    for path in sorted(gold.glob("*.json")):
        document = sessions / path.name
        if not document.exists():
            raise PermanentFailure(
                f"There is no session document for the labels {path.name}.", "Put it into 'sessions' under that name."
            )
        labels = _read(path)
        yield LabelledCall(_read(document), gold_of(labels, path.name))


def _read(path: Path) -> dict[str, Any]:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise PermanentFailure(f"{path.name} is no JSON ({type(error).__name__}).", "Correct or remove it.") from None


def of_part(calls: Sequence[LabelledCall], part: Part, parts: Parts) -> list[LabelledCall]:
    """Select the calls of a part. Raises ``PermanentFailure`` when there are none."""
    chosen = [call for call in calls if parts.of(call.gold.script) == part]
    if not chosen:
        raise PermanentFailure(
            f"No call of the folder belongs to the part {part}.", "See data/golden/parts.yml, or leave --part out."
        )
    return chosen


def fingerprint(calls: Iterable[LabelledCall]) -> str:
    """Hash documents and labels; the same calls give the same hash, whatever their order."""
    lines = sorted(json.dumps([c.document, c.gold.model_dump(mode="json")], sort_keys=True) for c in calls)
    return sha256("\n".join(lines).encode()).hexdigest()[:16]
