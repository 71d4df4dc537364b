"""Score an engine with the nine analyzers on labelled calls: compare reports, made as ``voice analyze`` does, with labels."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from analyzers.claims import ClaimsByEngine
from analyzers.command import analyze_batch
from analyzers.language.annotations import LanguageEngine
from analyzers.reports import ANALYZER_VERSION
from contract.platform.failures import PermanentFailure
from contract.platform.settings import PROJECT_ROOT
from contract.reference import Reference
from evaluation.calls import LabelledCall
from evaluation.facts import CallFacts, facts_of_gold, facts_of_reports
from evaluation.matching import Matcher
from evaluation.names import EvaluationNames
from evaluation.scores import CallScore, score_call

LATER = datetime(2100, 1, 1, tzinfo=UTC)
"""The time documents are read at: labelled calls may be dated ahead of today."""


class Judged(NamedTuple):
    """Hold one call's gold facts, reported facts and score."""

    gold: CallFacts
    said: CallFacts
    score: CallScore
    script: str


def judged(calls: Sequence[LabelledCall], engine: LanguageEngine, reference: Reference) -> list[Judged]:
    """Analyse and score the calls. Raises ``PermanentFailure``, which names a document that is rejected."""
    bodies = [(call.gold.session_id, json.dumps(call.document).encode()) for call in calls]
    matcher, claims, results = Matcher(EvaluationNames(reference)), reference.table(ClaimsByEngine).of(engine.name), []
    for call, analysed in zip(calls, analyze_batch(bodies, engine, reference, LATER), strict=True):
        if "rejected" in analysed:
            raise PermanentFailure(f"Session {call.gold.session_id} is rejected: {analysed['rejected']['reason']}.", "Correct it.")
        reports, session = analysed["reports"], call.gold.session_id
        shown = facts_of_reports(session, claims.reports(reports))
        results.append(_judged(call, facts_of_reports(session, reports), shown, matcher))
    return results


def _judged(call: LabelledCall, said: CallFacts, shown: CallFacts, matcher: Matcher) -> Judged:
    gold = facts_of_gold(call.gold)
    transcript = {item["id"]: item["text"] for item in call.document["transcript"]}
    return Judged(gold, said, score_call(gold, said, transcript, matcher, shown), call.gold.script)


def version_of(engine: LanguageEngine, root: Path = PROJECT_ROOT) -> str:
    """Return the version of engine and analyzers with a digest of rules and reference data: any change is another version."""
    files = [*(root / "analyzers").rglob("*.py"), *(root / "data").glob("*.yml"), *(root / "data" / "lexicons").glob("*.yml")]
    files += [path for path in (root / "data" / "reader").rglob("*") if path.is_file()]
    files = [path for path in files if path.name not in ("accuracy.yml",)]
    digest = sha256()
    for path in sorted(files):
        digest.update(str(path.relative_to(root)).encode())
        digest.update(path.read_bytes())
    return f"{engine.version}.{ANALYZER_VERSION}+{digest.hexdigest()[:8]}"
