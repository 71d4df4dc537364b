"""Record the factors of the score: points, explanation, and the evidence they rest on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from analyzers.evidence import Evidence, Fact
from analyzers.lead_score.models import Basis, Component, KeyFactor
from analyzers.lead_score.scoring import Scoring, Share, Weight


@dataclass(frozen=True)
class Card:
    """Records the factors of one component."""

    component: Component
    scoring: Scoring

    def said(self, factor: str, share: Share, why: str, *facts: Fact[Any] | None) -> KeyFactor:
        """Record a factor from facts of the call, or from the agent's live signals when none of them has words behind it."""
        known = [fact for fact in facts if fact is not None]
        live = bool(known) and all(fact.source == "discovered_signals" for fact in known)
        quotes = tuple(quote for fact in known for quote in fact.evidence)
        return self._noted(factor, share, why, "live_signals" if live else "said", quotes)

    def quoted(self, factor: str, share: Share, why: str, evidence: tuple[Evidence, ...]) -> KeyFactor:
        return self._noted(factor, share, why, "said", evidence)

    def measured(self, factor: str, share: Share, why: str) -> KeyFactor:
        return self._noted(factor, share, why, "measured")

    def not_said(self, factor: str, why: str | None = None) -> KeyFactor:
        """Record that the call does not say: no points, and others of its component carry the weight."""
        return self._noted(factor, 0.0, why or f"{factor.replace('_', ' ').capitalize()} not known", "not_said")

    def _weight(self, factor: str) -> Weight:
        return self.scoring.components[self.component][factor]

    def _noted(self, factor: str, share: Share, why: str, basis: Basis, evidence: tuple[Evidence, ...] = ()) -> KeyFactor:
        of = self._weight(factor).of
        return KeyFactor(
            component=self.component, factor=factor, points=round(of * share, 2), of=of, why=why, basis=basis, evidence=evidence
        )
