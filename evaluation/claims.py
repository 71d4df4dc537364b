"""Fit the confidence from which each kind of claim is shown: ``python -m evaluation.claims FOLD...`` writes ``data/claims.yml``.

A claim is an entry of a list or a single fact that reports show. It is right when the labels have it, or when a reader who knew the
call and not the labels judged it right (``data/golden/judged_claims.jsonl``): labels note what matters most, not all that is true.
The calls are those of the folds (``evaluation.folds``), which the reader in question has not learnt from. A kind is shown from the
lowest confidence on at which ``AIM`` of its claims are right; one that never gets there, or that is too rare to say, is not shown.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml

from analyzers.claims import EMBEDDED, Claims, ClaimsByEngine
from analyzers.language.embedded import EmbeddedEngine
from analyzers.sales_intelligence.judged import JUDGED_FACTS
from analyzers.whole_call import WholeCall
from contract.reference import Reference
from evaluation.evaluation import judged
from evaluation.facts import CLAIMED
from evaluation.folds import Fold, folds
from evaluation.matching import shared_words
from evaluation.parts import GOLDEN_SCRIPTS

JUDGED = GOLDEN_SCRIPTS.parent / "judged_claims.jsonl"
AIM = 0.85
"""Share of claims that is to be right on the folds' writers, so that four of five are on a writer nobody tuned to: fitted at .80,
.78 were, by the labels of the test part."""
FOUR_OF_FIVE = 0.8
"""Share of claims that is to be right for whoever reads them."""
LEAST_CLAIMS = 20
"""Claims below which a kind says too little to be shown."""
SAME_PASSAGE = 0.8
"""Share of the shorter quote's words from which a claim is one that was judged: another engine quotes a little more or less."""
_PART = " | "
"""Stands between what a claim is and the words that it quotes."""
STEPS = np.arange(0.5, 1.001, 0.05).round(2)
"""Confidences that are tried; 1 is what tools know, as a booked meeting."""
UNMEASURED = 0.7
"""Confidence from which facts that have no labels are shown (location, role, headcount, ...): what rules find in plain words."""
MOST = 5
"""Claims of a kind that are shown at most."""


class JudgedClaim(NamedTuple):
    """Hold a claim's kind, its confidence, and whether it is right."""

    kind: str
    confidence: float
    right: bool


class FittedKind(NamedTuple):
    """Hold from which confidence a kind is shown (None: never), the share that is right there, and of how many claims."""

    least: float | None
    share: float | None
    claims: int


class ConfirmedClaims:
    """Hold what claims say that no label has and a reader judged right, by call and kind."""

    def __init__(self, file: Path = JUDGED) -> None:
        self._said: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["right"]:
                self._said[row["call"], row["kind"]].append(row["says"])

    def include(self, call: str, kind: str, says: str) -> bool:
        """Return whether the claim was judged right, also where it now quotes a few words more or less of the same passage."""
        return any(_same(says, judged) for judged in self._said[call, kind])


def _same(one: str, other: str) -> bool:
    (head, _, words), (judged, _, quoted) = one.partition(_PART), other.partition(_PART)
    return one == other or (head == judged and bool(words and quoted) and shared_words(words, quoted) >= SAME_PASSAGE)


def judged_claims(found: Sequence[Fold], reference: Reference) -> list[JudgedClaim]:
    """Return every claim of the folds' calls, each analysed with the reader of its fold."""
    confirmed = ConfirmedClaims()
    return [
        JudgedClaim(claim.fact, claim.confidence, claim.right or confirmed.include(one.script, claim.fact, claim.says))
        for fold in found
        for one in judged(fold.calls, EmbeddedEngine(reference, fold.reader), reference)
        for claim in one.score.claims
        if claim.fact in CLAIMED
    ]


def fitted(claims: Sequence[JudgedClaim], aim: float = AIM) -> dict[str, FittedKind]:
    """Return the fit of every kind."""
    return {kind: fit([claim for claim in claims if claim.kind == kind], aim) for kind in CLAIMED}


def of_verdicts(model: WholeCall) -> dict[str, FittedKind]:
    """Return the kinds that the call as a whole decides: verdicts are fitted on these very calls, each writer left out once."""
    named = {kind: model.verdicts[name] for kind, (name, _) in JUDGED_FACTS.items()}
    return {kind: FittedKind(one.surely, one.surely_right, one.sure) for kind, one in named.items()}


def fit(claims: Sequence[JudgedClaim], aim: float = AIM) -> FittedKind:
    """Return from which confidence claims of one kind are right often enough."""
    for least in STEPS:
        shown = [claim for claim in claims if claim.confidence >= least]
        if len(shown) < LEAST_CLAIMS:
            break
        share = sum(claim.right for claim in shown) / len(shown)
        if share >= aim:
            return FittedKind(float(least), round(share, 2), len(shown))
    return FittedKind(None, None, len(claims))


SURE = Claims(most=MOST, unmeasured=FOUR_OF_FIVE, least={})
"""The openai engine's claims: its prompt asks how likely a careful reader agrees, so its confidence is the share itself."""
HEADER = f"""\
# What is claimed to people (CRM, alerts, e-mails, summary): analyzers/claims.py. Written by: python -m evaluation.claims
# least: confidence from which a kind is shown, at which {AIM:.0%} of its claims are right of writers left out; null: never.
#        Behind each: the share that is right of writers that rules and reader had not seen, and the claims that rests on.
# unmeasured: confidence from which facts without a line of their own are shown; most: entries of a kind that are shown
"""


def written(fits: Mapping[str, FittedKind]) -> str:
    sure = yaml.safe_dump(SURE.model_dump(), default_flow_style=True).strip()
    lines = [f"{HEADER}engines:\n  openai: {sure}\n  {EMBEDDED}:\n    most: {MOST}\n    unmeasured: {UNMEASURED}\n    least:"]
    for kind, fit in fits.items():
        least = "null" if fit.least is None else f"{fit.least:g}"
        share = "never" if fit.share is None else f"{fit.share:.2f}"
        lines.append(f"      {f'{kind}: {least}':28}# {share} of {fit.claims}")
    text = "\n".join(lines) + "\n"
    ClaimsByEngine.model_validate(yaml.safe_load(text))
    return text


def main(*folders: Path) -> None:
    reference = Reference()
    fits = fitted(judged_claims(folds(folders, reference), reference)) | of_verdicts(reference.table(WholeCall))
    (reference.folder / ClaimsByEngine.file).write_text(written(fits), encoding="utf-8")
    for kind, fit in fits.items():
        print(kind, *fit, file=sys.stdout)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
