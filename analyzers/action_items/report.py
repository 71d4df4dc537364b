"""Report who promised what and by when: commitments, follow-ups, demos and documents to send (spec 3.8)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import get_args

from analyzers.action_items.models import BOOKED_MEETING, ActionItem, ActionItemsReport, Kind, NextStep, Owner, Priority
from analyzers.action_items.wording import DOCUMENTS, FORMATS, first_named
from analyzers.availability import words_missing
from analyzers.call import AnnotatedCall
from analyzers.clauses import shown_clause
from analyzers.evidence import evidence_of
from analyzers.language.annotations import Span, SpanType
from analyzers.relative_dates import date_meant
from analyzers.single_facts import attribute, text
from contract.document.session import MeetingBooking
from contract.reference import Reference

_AT_MEETING = re.compile(
    r"\b(?:on|to|before|for|by|at|ahead of|into) (?:the|our|that) (?:call|meeting|session|demo)\b|\bby then\b|\bahead of it\b"
)
_TALK = re.compile(r"\b(?:call|ring|phone|meet|(?:talk|speak) (?:to|with)) (?:you|him|her|them)\b|\bcall with\b")
SOON_DAYS, LATER_DAYS = 2, 7
"""Days from the call to the deadline: up to the first number an action has high priority, up to the second (a week) medium, then
low."""


def action_items(call: AnnotatedCall, reference: Reference) -> ActionItemsReport:
    """Report agreed actions from the words and booked meetings from the tools; a booking is known even without words."""
    del reference
    missing = words_missing(call)
    booked = [_booked(call, booking) for booking in call.document.bookings if booking.success]
    spoken = [] if missing else [item for item in _spoken(call, skip_demo=bool(booked)) if not _is_booked(item, booked)]
    items = tuple(sorted(_distinct([*booked, *spoken]), key=lambda item: item.deadline or "9999"))
    return ActionItemsReport(status="unavailable" if missing else "ok", reason=missing, items=items, next_steps=_timeline(items))


def _spoken(call: AnnotatedCall, *, skip_demo: bool) -> Iterator[ActionItem]:
    """Yield the actions of either side; a demo that was talked about is skipped when one was booked, because it is that one."""
    called_on, features = call.called_on, _features_by_item(call)
    for span in call.annotations.of_type(SpanType.ACTION):
        what = text(span)
        kind = attribute(span, "kind", get_args(Kind), "follow_up")
        if what and span.polarity == "affirmed" and not (skip_demo and kind == "demo_request"):
            yield _item(call, span, kind, what, called_on, features.get(span.item_id, ()))


def _is_booked(item: ActionItem, booked: Iterable[ActionItem]) -> bool:
    """Return whether it is the booked meeting in other words: "a specialist will call you on Thursday" on the meeting's day."""
    on_the_day = item.deadline is not None and any(item.deadline == meeting.deadline for meeting in booked)
    return item.owner == "sales" and on_the_day and any(_TALK.search(evidence.quote.lower()) for evidence in item.evidence)


def _item(call: AnnotatedCall, span: Span, kind: Kind, what: str, called_on: date, mentioned: tuple[str, ...]) -> ActionItem:
    owner = attribute(span, "owner", get_args(Owner), "user" if span.role == "user" else "sales")
    words = str(span.attributes.get("deadline") or "") or None
    conditional = span.attributes.get("conditional") is True or span.modality == "hypothetical"
    deadline = None if conditional else _due(span, words, called_on) or _meeting_day(call, span)
    return ActionItem(
        id=action_id(call.document.session_id, owner, kind, what),
        owner=owner,
        kind=kind,
        text=what,
        deadline=deadline.isoformat() if deadline else None,
        deadline_text=words,
        priority=_priority(deadline, called_on, conditional),
        conditional=conditional,
        format=first_named(FORMATS, span.quote) if kind in ("demo_request", "document_share") else None,
        document=first_named(DOCUMENTS, what, span.quote) if kind == "document_share" else None,
        features=mentioned,
        use_case=_use_case(call) if kind == "demo_request" else None,
        context=call.items[span.item_id].text if span.item_id in call.items else None,
        confidence=round(span.confidence, 2),
        evidence=evidence_of(span),
        clause=_clause(call, span),
    )


def _clause(call: AnnotatedCall, span: Span) -> str | None:
    item = call.items.get(span.item_id)
    return shown_clause(item.text, span.start, span.end) if item else None


def _due(span: Span, words: str | None, called_on: date) -> date | None:
    """Return the day that our rules read from the words, else the one that the engine says they mean, if it is not over."""
    said = span.attributes.get("due")
    meant = date.fromisoformat(said) if isinstance(said, str) else None
    return date_meant(words, called_on) or (meant if meant and meant >= called_on else None)


def _meeting_day(call: AnnotatedCall, span: Span) -> date | None:
    """Return the booked meeting's day for "I'll bring it to the meeting", 'on the call' or 'by then'; else None."""
    days = [b.meeting_time.date() for b in call.document.bookings if b.success and b.meeting_time]
    return days[-1] if days and _AT_MEETING.search(span.quote.lower()) else None


def _booked(call: AnnotatedCall, booking: MeetingBooking) -> ActionItem:
    """Turn a booked meeting into a call that sales holds on the meeting's own date (labels: action_items)."""
    day = booking.meeting_time.date() if booking.meeting_time else None
    called_on = call.called_on
    said = " ".join(filter(None, (booking.preferred_date, booking.preferred_time))) or None
    return ActionItem(
        id=action_id(call.document.session_id, "sales", "demo_request", booking.calendar_event_id or said or "meeting"),
        owner="sales",
        kind="demo_request",
        text=BOOKED_MEETING,
        deadline=day.isoformat() if day else None,
        deadline_text=said,
        priority=_priority(day, called_on, False),
        conditional=False,
        format="live",
        document=None,
        features=(),
        use_case=_use_case(call),
        context=None,
        confidence=1.0,
    )


def action_id(session_id: str, owner: str, kind: str, what: str) -> str:
    """Return the id of an action: the same promise in the same session has the same id in every analysis."""
    return hashlib.sha256(f"{session_id}|{owner}|{kind}|{what.lower()}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _priority(deadline: date | None, called_on: date, conditional: bool) -> Priority:
    if conditional or deadline is None:
        return "low" if conditional else "medium"
    days = (deadline - called_on).days
    return "high" if days <= SOON_DAYS else "medium" if days <= LATER_DAYS else "low"


def _features_by_item(call: AnnotatedCall) -> dict[str, tuple[str, ...]]:
    """Return the features each turn mentions, each once, in order."""
    found: dict[str, dict[str, None]] = {}
    for mention in call.annotations.of_type(SpanType.FEATURE_MENTION):
        if name := text(mention):
            found.setdefault(mention.item_id, {})[name] = None
    return {item_id: tuple(names) for item_id, names in found.items()}


def _use_case(call: AnnotatedCall) -> str | None:
    """Return what the caller mainly wants the product for, which is the use a demo should show; None when not said."""
    uses = [s for s in call.annotations.of_type(SpanType.USE_CASE, "user") if s.holds]
    return next((text(s) for s in sorted(uses, key=lambda s: s.attributes.get("primary") is not True)), None)


def _distinct(items: Iterable[ActionItem]) -> list[ActionItem]:
    """Merge the clauses that speak of one promise: the promise itself is shown, all are its evidence."""
    found: dict[str, ActionItem] = {}
    for item in items:
        same = found.get(item.id)
        found[item.id] = _joined(same, item) if same else item
    return list(found.values())


def _joined(one: ActionItem, other: ActionItem) -> ActionItem:
    shown, further = (other, one) if _states(other) and not _states(one) else (one, other)
    return shown.model_copy(update={"evidence": tuple(dict.fromkeys([*shown.evidence, *further.evidence]))})


def _states(item: ActionItem) -> bool:
    """Return whether its first evidence is the promise itself, not a clause that offers or repeats it."""
    return bool(item.evidence) and item.evidence[0].quote.startswith(item.text)


def _timeline(items: Iterable[ActionItem]) -> tuple[NextStep, ...]:
    return tuple(NextStep(when=i.deadline or i.deadline_text, what=i.text, who=i.owner, item=i.id) for i in items)
