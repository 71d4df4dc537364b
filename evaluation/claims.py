"""Fit the confidence from which each kind of claim is shown: ``python -m evaluation.claims`` writes ``data/claims.yml``.

A claim is an entry of a list or a single fact that reports show; it is right when the labels have it. Writers whose calls the
rules and the reader were made with say too much, so the calls that neither has seen (``calibration`` and ``unlearnt`` in
``data/golden/parts.yml``) count by themselves: the share that a new writer would get is theirs, held against the share of the
other writers less what unseen calls lose over all kinds (``PRIOR`` claims' worth). A kind is shown from the lowest confidence on
at which that is ``AIM``; a kind that never gets there, or that is too rare to say, is not shown.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import yaml

from analyzers.claims import EMBEDDED, Claims, ClaimsByEngine
from analyzers.language.annotations import LanguageEngine
from analyzers.language.engines import engine_named
from contract.reference import Reference
from evaluation.calls import LabelledCall, calls_in
from evaluation.evaluation import judged
from evaluation.facts import CLAIMED
from evaluation.parts import GOLDEN_SCRIPTS, Parts

AIM = 0.8
"""Share of claims that is to be right on writers nobody tuned to: four of five."""
PRIOR = 10
"""Claims that the expectation from other writers is worth beside those of the unseen writers, who have 2 to 100 of a kind."""
LEAST_CLAIMS = 20
"""Claims of all writers below which a kind says too little to be shown."""
STEPS = np.arange(0.5, 1.001, 0.05).round(2)
"""Confidences that are tried; 1 is what tools know, as a booked meeting."""
UNMEASURED = 0.7
"""Confidence from which facts that have no labels are shown (location, role, headcount, ...): what rules find in plain words."""
MOST = 5
"""Claims of a kind that are shown at most."""


class JudgedClaim(NamedTuple):
    """Hold a claim's kind, confidence and whether the labels have it, and whether its writer was never seen."""

    kind: str
    confidence: float
    right: bool
    unseen: bool


class FittedKind(NamedTuple):
    """Hold from which confidence a kind is shown (None: never), the share expected, and how many claims that rests on."""

    least: float | None
    expected: float | None
    seen: int
    unseen: int


def judged_claims(calls: Sequence[LabelledCall], engine: LanguageEngine, reference: Reference) -> list[JudgedClaim]:
    parts = reference.table(Parts)
    return [
        JudgedClaim(claim.fact, claim.confidence, claim.right, parts.is_new(one.script))
        for one in judged(calls, engine, reference)
        for claim in one.score.claims
        if claim.fact in CLAIMED
    ]


def fitted(claims: Sequence[JudgedClaim], aim: float = AIM) -> dict[str, FittedKind]:
    """Return the fit of every kind. Raises ``ValueError`` without claims of both seen and unseen writers."""
    seen, unseen = _parted(claims)
    if not seen or not unseen:
        raise ValueError("There are no claims of seen writers, or none of an unseen one.")
    loss = max(0.0, _share(seen) - _share(unseen))
    return {kind: _fit([c for c in claims if c.kind == kind], loss, aim) for kind in CLAIMED}


def _fit(claims: Sequence[JudgedClaim], loss: float, aim: float) -> FittedKind:
    for least in STEPS:
        held = [claim for claim in claims if claim.confidence >= least]
        seen, unseen = _parted(held)
        if len(held) < LEAST_CLAIMS or not seen:
            break
        expected = (sum(c.right for c in unseen) + PRIOR * (_share(seen) - loss)) / (len(unseen) + PRIOR)
        if expected >= aim:
            return FittedKind(float(least), round(expected, 2), len(seen), len(unseen))
    return FittedKind(None, None, len(claims), len(_parted(claims)[1]))


def _parted(claims: Iterable[JudgedClaim]) -> tuple[list[JudgedClaim], list[JudgedClaim]]:
    together = list(claims)
    return [c for c in together if not c.unseen], [c for c in together if c.unseen]


def _share(claims: Sequence[JudgedClaim]) -> float:
    return sum(claim.right for claim in claims) / len(claims)


SURE = Claims(most=MOST, unmeasured=AIM, least={})
"""The openai engine's claims: its prompt asks how likely a careful reader agrees, so its confidence is the share itself."""
HEADER = f"""\
# What is claimed to people (CRM, alerts, e-mails, summary): analyzers/claims.py. Written by: python -m evaluation.claims
# least: confidence from which a kind is shown, so that {AIM:.0%} of its claims would be right for a new writer; null: never.
#        Behind each: the share expected, and the claims it rests on, of writers that were seen and of those that were not.
# unmeasured: confidence from which facts without a line of their own are shown; most: entries of a kind that are shown
"""


def written(fits: Mapping[str, FittedKind]) -> str:
    sure = yaml.safe_dump(SURE.model_dump(), default_flow_style=True).strip()
    lines = [f"{HEADER}engines:\n  openai: {sure}\n  {EMBEDDED}:\n    most: {MOST}\n    unmeasured: {UNMEASURED}\n    least:"]
    for kind, fit in fits.items():
        least = "null" if fit.least is None else f"{fit.least:g}"
        expected = "never" if fit.expected is None else f"{fit.expected:.2f}"
        lines.append(f"      {f'{kind}: {least}':28}# {expected}, {fit.seen} seen, {fit.unseen} unseen")
    text = "\n".join(lines) + "\n"
    ClaimsByEngine.model_validate(yaml.safe_load(text))
    return text


def _serves(script: str, parts: Parts) -> bool:
    return parts.calibrates(script) or parts.of(script) in ("seen", "validation")


def main() -> None:
    reference = Reference()
    parts = reference.table(Parts)
    chosen = [call for call in calls_in(GOLDEN_SCRIPTS) if _serves(call.gold.script, parts)]
    fits = fitted(judged_claims(chosen, engine_named(EMBEDDED, reference), reference))
    (reference.folder / ClaimsByEngine.file).write_text(written(fits), encoding="utf-8")
    for kind, fit in fits.items():
        print(kind, *fit, file=sys.stdout)


if __name__ == "__main__":
    main()
