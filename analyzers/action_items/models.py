"""Define the shape of the action item report (spec 3.8); names as in ``docs/reports.md``."""

from __future__ import annotations

from typing import Literal

from analyzers.availability import Availability
from analyzers.evidence import ExtractedFact, ReportModel

Owner = Literal["user", "sales", "support"]
Kind = Literal["commitment", "follow_up", "demo_request", "document_share"]
Priority = Literal["high", "medium", "low"]
Format = Literal["video", "live", "doc", "pdf", "link", "presentation"]
Document = Literal["case_study", "comparison", "security", "pricing", "contract", "guide", "template"]

BOOKED_MEETING = "hold the booked meeting"
"""The text of the action that a booking by the tool gives."""


class ActionItem(ExtractedFact):
    """Describes an action; ``id`` is derived from session and content, so a second analysis gives the same item the same id.

    ``deadline`` is the ISO date the words resolve to from the call's date; null for an open or conditional promise.
    ``document`` says what is to be shared; ``features`` and ``use_case`` what a demo should show. Null where the call does not say.
    """

    id: str
    owner: Owner
    kind: Kind
    text: str
    deadline: str | None
    deadline_text: str | None
    priority: Priority
    conditional: bool
    format: Format | None
    document: Document | None
    features: tuple[str, ...]
    use_case: str | None
    context: str | None


class NextStep(ReportModel):
    """Holds one entry of the timeline: who does what and when; ``item`` is the id of the action item."""

    when: str | None
    what: str
    who: Owner
    item: str


class ActionItemsReport(Availability):
    items: tuple[ActionItem, ...] = ()
    next_steps: tuple[NextStep, ...] = ()
