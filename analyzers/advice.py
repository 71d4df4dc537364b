"""``data/advice.yml``: the wording of recommendations, red flags, strengths and follow-up tones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from contract.reference import ReferenceTable


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class QualityAdvice(_Entry):
    """Of one quality metric: what it is called and said when poor (``flag``) or good (``strength``), and what would help."""

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
    """A figure as a sentence shows it: 1 decimal at most below 1000, whole above, two for shares below 10."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if abs(value) >= 1000:
        return f"{value:.0f}"
    return f"{round(value, 2 if abs(value) < 10 else 1):g}"
