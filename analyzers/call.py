"""Hold one call as the analyzers read it: the document and an engine's annotations of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, tzinfo
from functools import cached_property

from analyzers.evidence import Fact
from analyzers.language.annotations import NoProspectReason, TranscriptAnnotations
from contract.document.session import SessionDocument, TranscriptItem


@dataclass(frozen=True)
class AnnotatedCall:
    """Joins a document with its annotations; ``zone`` is the time zone in which 'tomorrow' is counted (VOICE_BUSINESS_TZ).

    ``no_prospect`` says why nobody who could buy was on the line, ``machine`` that it was no person; ``no_prospect.gated`` sets
    both.
    """

    document: SessionDocument
    annotations: TranscriptAnnotations
    zone: tzinfo = UTC
    no_prospect: Fact[NoProspectReason] | None = None
    machine: bool = False

    @property
    def understood(self) -> bool:
        """Return False when reports that need words must be ``unavailable``: no transcript, no consent, or a foreign language."""
        return self.annotations.unavailable is None

    @property
    def called_on(self) -> date:
        """Return the day of the call as people there write it: an evening call in New York is already tomorrow in UTC."""
        return self.document.start_time.astimezone(self.zone).date()

    @cached_property
    def items(self) -> dict[str, TranscriptItem]:
        return {item.id: item for item in self.document.transcript}
