"""Reasons against buying, said straight or by the way, and whether the caller took the answer (LABELS: objections)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.conversation import Conversation, Turn
from analyzers.language.embedded.cues import Hit
from analyzers.language.embedded.spans import modality_at, span

_NEXT_TURNS = 4
_TIMING_NEEDS = (
    "timing.decision",
    "company.budget_word",
    "timing.this_quarter",
    "timing.next_quarter",
    "timing.evaluating",
    "objections.pricing_concern",
    "tools.using",
)
_ABOUT_US = ("wishes.asks", "wishes.must", "wishes.capability", "acts.acceptance")
_OPENING = 4


class _Found(NamedTuple):
    hit: Hit
    category: str
    severity: str
    confidence: float


def objections(conversation: Conversation) -> Iterator[Span]:
    """One objection of a category in a sentence, the gravest kept; talk about today's tool is a pain, not an objection."""
    for turn in conversation.user_turns:
        if turn.prompt is not None and turn.prompt.position < 2 and turn.prompt.has("acts.consent_asked") and len(turn.words) < 12:
            continue
        best: dict[tuple[str, int], _Found] = {}
        for found in _found(turn):
            key = (found.category, turn.quote_at(found.hit).start)
            if key not in best or (found.severity == "blocker" and best[key].severity != "blocker"):
                best[key] = found
        for found in best.values():
            yield _objection(conversation, turn, found)


def _found(turn: Turn) -> Iterator[_Found]:
    for label in turn.labelled("objections"):
        category, _, kind = label.removeprefix("objections.").partition("_")
        for hit in turn.hits(label):
            confidence = _credence(turn, hit, category, kind)
            if confidence > 0:
                yield _Found(hit, category, "blocker" if kind == "blocker" else "concern", confidence)


def _credence(turn: Turn, hit: Hit, category: str, kind: str) -> float:
    """How surely a cue is an objection to us here; 0 when it is not one."""
    if kind == "blocker":
        return 0.0 if turn.negated(hit.start) else 0.8
    if kind == "implicit":
        return 0.7 if turn.in_question(hit.start) or turn.has("wishes.asks") else 0.5
    if category == "pricing":
        priced = turn.prompt is not None and turn.prompt.has("company.budget_word", "actions.sales_topic", "quantities.money_after")
        return 0.0 if _of_other_tool(turn, hit) or turn.negated(hit.start) else 0.75 if priced else 0.6
    if category == "timing":
        if turn.asked("prompts.meeting") and turn.low[hit.start : hit.end].startswith(("not ", "after ", "wait")):
            return 0.4
        return 0.65 if turn.hits(*_TIMING_NEEDS) or turn.asked("prompts.timeline", "prompts.meeting") else 0.45
    if category == "trust":
        return (
            0.0
            if turn.position < _OPENING and not turn.has("acts.rhetorical")
            else 0.65
            if turn.in_question(hit.start) or turn.hypothetical(hit.start)
            else 0.45
        )
    if _of_other_tool(turn, hit) or turn.negated(hit.start):
        return 0.0
    answered = (turn.prompt is not None and turn.prompt.has("acts.deflection")) or _after_no(turn)
    return 0.6 if answered or turn.hypothetical(hit.start) else 0.35


def _of_other_tool(turn: Turn, hit: Hit) -> bool:
    quote = turn.quote_at(hit)
    about_now = turn.asked("prompts.tool", "prompts.pain")
    return about_now or any(n.kind != "own" for n in turn.names_in(quote.start, quote.end))


def _after_no(turn: Turn) -> bool:
    """The agent has just said that something is not there."""
    return turn.prompt is not None and any(
        w.text in ("no", "not", "only", "isn't", "can't", "cannot", "doesn't") for w in turn.prompt.words
    )


def _objection(conversation: Conversation, turn: Turn, found: _Found) -> Span:
    quote = turn.quote_at(found.hit)
    accepted = _accepted(conversation, turn, found)
    topic = turn.text[found.hit.start : found.hit.end].lower()
    return span(
        turn,
        SpanType.OBJECTION,
        quote,
        topic,
        found.confidence,
        modality="asserted" if modality_at(turn, found.hit.start) == "reported" else modality_at(turn, found.hit.start),
        category=found.category,
        severity=found.severity,
        resolved=accepted is not None,
        resolution=accepted,
        reason=_reason(turn, quote) if found.category == "timing" else None,
    )


def _accepted(conversation: Conversation, turn: Turn, found: _Found) -> str | None:
    """The caller's acceptance after the agent's answer, unless the objection comes again."""
    later = conversation.turns[turn.position + 1 : turn.position + 1 + _NEXT_TURNS]
    answered = False
    for other in later:
        if not other.is_user:
            answered = answered or not other.has("acts.deflection")
            continue
        if other.hits(f"objections.{found.category}_concern", f"objections.{found.category}_blocker"):
            return None
        for hit in other.hits("acts.acceptance") if answered else ():
            if not other.negated(hit.start) and not other.in_question(hit.start):
                return other.text[hit.start : hit.end]
    return None


def _reason(turn: Turn, quote: Hit) -> str | None:
    words = turn.low[quote.start : quote.end]
    for reason, marks in (
        ("budget cycle", ("budget", "spend", "fiscal", "money", "paid")),
        ("existing contract", ("contract", "renew", "locked", "subscription", "until")),
        ("other priorities", ("priorit", "busy", "season", "swamped", "project", "fair", "audit")),
        ("evaluation phase", ("evaluat", "compar", "looking", "trial", "think", "decid")),
    ):
        if any(mark in words for mark in marks):
            return reason
    return None
