"""Read ``data/advice.yml``: the wording of recommendations, red flags, strengths and follow-up tones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from contract.reference import ReferenceTable


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class QualityAdvice(_Entry):
    """Names one quality metric when it is poor (``flag``) or good (``strength``), with a sentence for each and what would help."""

    flag: str
    text: str
    strength: str
    praise: str
    advice: str


class Tone(_Entry):
    tone: str
    text: str


class Advice(ReferenceTable):
    file: ClassVar[str] = "advice.yml"
    performance: Mapping[str, str]
    quality: Mapping[str, QualityAdvice]
    tone: Mapping[str, Tone]


def shown(value: float | str | bool | None) -> str:
    """Format a figure for a sentence: no decimals from 1000 on, one at most from 10 on, two at most below 10."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if abs(value) >= 1000:
        return f"{value:.0f}"
    return f"{round(value, 2 if abs(value) < 10 else 1):g}"
