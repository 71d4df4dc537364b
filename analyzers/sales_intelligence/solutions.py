"""Map a problem to the PandaDoc feature that solves it (spec 3.1, 'solution mapping'), from ``data/solutions.yml``."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from contract.reference import ReferenceTable


class Solution(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    feature: str
    words: tuple[str, ...]


class Solutions(ReferenceTable):
    file: ClassVar[str] = "solutions.yml"
    solutions: tuple[Solution, ...]

    def feature_for(self, topic: str, quote: str) -> str | None:
        """Return the feature whose words occur in the topic, else in the caller's words; None when none does."""
        return next((s.feature for said in (topic, quote) for s in self.solutions if _pattern(s.words).search(said)), None)


@lru_cache(maxsize=64)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Compile a pattern: ``retyp*`` matches every word that begins so; any other word as a whole, its plural and past form."""
    forms = (re.escape(word[:-1]) + r"\w*" if word.endswith("*") else re.escape(word) + "(?:s|es|d|ed|ing)?" for word in words)
    return re.compile(rf"\b(?:{'|'.join(forms)})\b", re.IGNORECASE)
