"""Which part of PandaDoc addresses a problem (spec 3.1, 'solution mapping'), from ``data/solutions.yml``."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from analyzers.reference import ReferenceTable


class Solution(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    feature: str
    words: tuple[str, ...]


class Solutions(ReferenceTable):
    file: ClassVar[str] = "solutions.yml"
    solutions: tuple[Solution, ...]

    def feature_for(self, topic: str, quote: str) -> str | None:
        """The feature whose words occur in the topic, else in the caller's words; None when none does."""
        for said in (topic.lower(), quote.lower()):
            for solution in self.solutions:
                if any(word in said for word in solution.words):
                    return solution.feature
        return None
