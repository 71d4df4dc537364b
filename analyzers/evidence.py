"""Define the shape that every extracted fact shares: its confidence and its quotes (``docs/reports.md``, 'Evidence')."""

from __future__ import annotations

from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from analyzers.language.annotations import Span

T = TypeVar("T")
Confidence = float
FactSource = Literal["transcript", "discovered_signals"]


class ReportModel(BaseModel):
    """Serves as the base of every report: frozen, no further fields, no NaN or infinity."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Evidence(ReportModel):
    """Quotes the transcript verbatim: ``quote == transcript item text[start:end]``."""

    item_id: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    quote: str


class ExtractedFact(ReportModel):
    """Serves as the base of an entry in a list of facts.

    ``clause`` is what a reader is shown of the surest quote: the whole clause around it, 140 characters at most.
    """

    confidence: float = Field(ge=0, le=1)
    evidence: tuple[Evidence, ...] = ()
    source: FactSource = "transcript"
    clause: str | None = None


class LabelledFact(ExtractedFact):
    """Serves as the base of an entry that names a topic of a closed list (``data/topics.yml``), ``other`` when it is of none.

    ``label`` is what a reader is shown: the topic as a person writes it, for ``other`` the clause.
    """

    label: str | None = None


class Fact(ReportModel, Generic[T]):
    """Holds a single fact; without evidence it comes from the agent's live signals, at a confidence of 0.4 or less."""

    value: T
    confidence: float = Field(ge=0, le=1)
    evidence: tuple[Evidence, ...] = ()
    source: FactSource = "transcript"


class Metric(ReportModel):
    """Compares a measured figure with its target; ``status`` ``unavailable`` goes with a null value, never with 0."""

    value: float | int | bool | str | None
    target: str | None = None
    status: Literal["good", "warning", "poor", "measured", "unavailable"]


def evidence_of(*spans: Span) -> tuple[Evidence, ...]:
    return tuple(Evidence(item_id=s.item_id, start=s.start, end=s.end, quote=s.quote) for s in spans)
