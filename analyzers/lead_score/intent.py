"""Score how close the caller is to buying: the intent component, 0-20 (spec 3.2)."""

from __future__ import annotations

from analyzers.call import AnnotatedCall
from analyzers.evidence import evidence_of
from analyzers.language.annotations import SpanType
from analyzers.lead_score.card import Card
from analyzers.lead_score.models import KeyFactor
from analyzers.lead_score.scoring import Scoring
from analyzers.sales_intelligence.models import ObjectionFact, SalesIntelligence

NEAR = ("this_week", "this_month", "this_quarter")


def intent(call: AnnotatedCall, found: SalesIntelligence, scoring: Scoring) -> list[KeyFactor]:
    card = Card("intent", scoring)
    return [_timeline(card, found), _budget(card, found), _next_steps(card, call, found), _meeting(card, call)]


def deferral(found: SalesIntelligence) -> ObjectionFact | None:
    """Return the open timing objection by which the caller defers the decision; a near date outweighs a mere concern."""
    near = found.decision_timeline is not None and found.decision_timeline.value in NEAR
    timing = (o for o in found.objections if o.category == "timing" and not o.resolved)
    return next((o for o in timing if o.severity == "blocker" or not near), None)


def _timeline(card: Card, found: SalesIntelligence) -> KeyFactor:
    putting_off = deferral(found)
    if putting_off is not None:
        return card.quoted("timeline", card.scoring.timeline_deferred, "The caller puts the decision off", putting_off.evidence)
    if found.decision_timeline is not None:
        when = found.decision_timeline.value
        return card.said("timeline", card.scoring.timeline[when], f"Decision: {when.replace('_', ' ')}", found.decision_timeline)
    if found.urgency is not None:
        level = found.urgency.value
        return card.said("timeline", card.scoring.urgency[level], f"Urgency: {level}", found.urgency)
    return card.not_said("timeline")


def _budget(card: Card, found: SalesIntelligence) -> KeyFactor:
    """Score the budget: an open pricing blocker decides first, then stated money, a concern about the price, and authority."""
    shares = card.scoring.budget
    pricing = [o for o in found.objections if o.category == "pricing" and not o.resolved]
    blocker = next((o for o in pricing if o.severity == "blocker"), None)
    if blocker is not None:
        return card.quoted("budget", shares["blocker"], "The price is an open blocker", blocker.evidence)
    if found.budget is not None:
        return card.said("budget", shares["stated"], "Money was stated or accepted", found.budget)
    if found.bant is not None and found.bant.budget:
        return card.quoted("budget", shares["stated"], "Money was stated or accepted", ())
    if pricing:
        return card.quoted("budget", shares["concern"], "An open concern about the price", pricing[0].evidence)
    if found.budget_authority is not None:
        role = found.budget_authority.value
        return card.said("budget", shares[role], f"Authority over the budget: {role.replace('_', ' ')}", found.budget_authority)
    return card.not_said("budget")


def _next_steps(card: Card, call: AnnotatedCall, found: SalesIntelligence) -> KeyFactor:
    """Score the best buying signal or a promised step of the caller; both count less when the decision is deferred."""
    shares = card.scoring.signals
    kept = 1.0 if deferral(found) is None else card.scoring.signals_deferred
    best = max(found.buying_signals, key=lambda signal: (shares[signal.strength], signal.confidence), default=None)
    promised = [s for s in call.annotations.of_type(SpanType.ACTION) if s.attributes.get("owner") == "user" and s.holds]
    if promised and (best is None or shares[best.strength] < card.scoring.commitment):
        return card.quoted("next_steps", kept * card.scoring.commitment, "The caller promised a step", evidence_of(promised[0]))
    if best is None:
        return card.not_said("next_steps", "No next step and no sign of buying")
    return card.quoted("next_steps", kept * shares[best.strength], f"A {best.strength} buying signal", best.evidence)


def _meeting(card: Card, call: AnnotatedCall) -> KeyFactor:
    bookings = call.document.bookings
    if any(booking.success for booking in bookings):
        return card.measured("meeting", card.scoring.meeting["booked"], "A meeting is booked")
    if bookings:
        return card.measured("meeting", card.scoring.meeting["failed"], "Wanted a meeting; the booking did not go through")
    return card.not_said("meeting", "No meeting was asked for")
