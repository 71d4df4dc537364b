"""Invented calls put to the rules of the embedded engine, and what they make of them; the reader is asked about moods alone."""

from __future__ import annotations

from analyzers.language.annotations import Span, SpanType, TranscriptAnnotations
from analyzers.language.embedded import EmbeddedEngine
from analyzers.language.embedded.fusion import FusionWeights
from contract.document.session import TranscriptItem
from contract.reference import Reference

ENGINE = EmbeddedEngine(Reference(), weights=FusionWeights(weights={}))
ROLES = {"A": "agent", "U": "user"}


def annotated(*turns: str) -> TranscriptAnnotations:
    """'A: ...' is the agent's turn, 'U: ...' the caller's."""
    items = [{"id": f"item_{i:03d}", "role": ROLES[t[0]], "text": t[3:]} for i, t in enumerate(turns)]
    return ENGINE.annotate([[TranscriptItem.model_validate(item) for item in items]])[0]


def found(kind: SpanType, *turns: str) -> list[Span]:
    return list(annotated(*turns).of_type(kind))
