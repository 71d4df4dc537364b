"""Hold one call as the analyzers read it: the document and an engine's annotations of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from analyzers.evidence import Fact
from analyzers.language.annotations import NoProspectReason, TranscriptAnnotations
from contract.document.session import SessionDocument, TranscriptItem


@dataclass(frozen=True)
class AnnotatedCall:
    """``no_prospect`` says why nobody who could buy was on the line; ``no_prospect.gated`` sets it."""

    document: SessionDocument
    annotations: TranscriptAnnotations
    no_prospect: Fact[NoProspectReason] | None = None

    @property
    def understood(self) -> bool:
        """Return False when reports that need words must be ``unavailable``: no transcript, no consent, or a foreign language."""
        return self.annotations.unavailable is None

    @cached_property
    def items(self) -> dict[str, TranscriptItem]:
        return {item.id: item for item in self.document.transcript}
