"""The shape every extracted fact shares: how sure, and which words say so (``docs/reports.md``, 'Evidence')."""

from __future__ import annotations

from typing import Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from analyzers.language.annotations import Span

T = TypeVar("T")
Confidence = float
FactSource = Literal["transcript", "discovered_signals"]


class ReportModel(BaseModel):
    """Base of every report: closed, finite, frozen."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Evidence(ReportModel):
    """``quote == transcript item text[start:end]``, verbatim."""

    item_id: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    quote: str


class ExtractedFact(ReportModel):
    """Base of an entry in a list of facts."""

    confidence: float = Field(ge=0, le=1)
    evidence: tuple[Evidence, ...] = ()
    source: FactSource = "transcript"


class Fact(ReportModel, Generic[T]):
    """A single fact. Without evidence it comes from the agent's live signals, at a confidence of 0.4 or less."""

    value: T
    confidence: float = Field(ge=0, le=1)
    evidence: tuple[Evidence, ...] = ()
    source: FactSource = "transcript"


class Metric(ReportModel):
    """A measured figure against its target; ``status`` ``unavailable`` goes with a null value, never with 0."""

    value: float | int | bool | str | None
    target: str | None = None
    status: Literal["good", "warning", "poor", "measured", "unavailable"]


def evidence_of(*spans: Span) -> tuple[Evidence, ...]:
    return tuple(Evidence(item_id=s.item_id, start=s.start, end=s.end, quote=s.quote) for s in spans)
