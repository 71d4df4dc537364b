"""Decide what happens next: a sales call, self-serve or nurture (spec 3.9, 'call outcome')."""

from __future__ import annotations

from dataclasses import dataclass

from analyzers.action_items.models import ActionItemsReport
from analyzers.call import AnnotatedCall
from analyzers.contact_wishes import forbids
from analyzers.conversation_quality.models import ConversationQualityReport
from analyzers.evidence import Evidence
from analyzers.executive_summary.guide import SummaryGuide
from analyzers.executive_summary.leaving import Leaving
from analyzers.executive_summary.models import NextAction, Outcome
from analyzers.executive_summary.wording import Labels
from analyzers.lead_score.intent import deferral
from analyzers.lead_score.models import LeadScore
from analyzers.likely_lines import likely_line
from analyzers.objections_competitors.models import ObjectionsCompetitorsReport
from analyzers.sales_intelligence.models import SalesIntelligence
from contract.vocabulary import vocabulary

COMPLAINS_FROM, DECLINES_FROM = 0.8, 0.8
"""Probabilities from which the likeliest line counts. Of writers left out four in five calls to nurture have a complaint then, and
of the refusals that are quoted four in five are some."""
LATE = 0.5
"""Share of the caller's turns after which a refusal is one of the next step."""


@dataclass(frozen=True)
class Findings:
    """Collects everything the summary is written from.

    ``found`` is what the call says, by which is decided; ``shown`` is what of it is sure enough to be told.
    """

    call: AnnotatedCall
    found: SalesIntelligence
    shown: SalesIntelligence
    score: LeadScore
    quality: ConversationQualityReport
    answers: ObjectionsCompetitorsReport
    actions: ActionItemsReport
    guide: SummaryGuide
    labels: Labels
    leaving: Leaving | None = None

    @property
    def booked(self) -> bool:
        return any(booking.success for booking in self.call.document.bookings)

    @property
    def complains(self) -> bool:
        """Return whether the caller complains of the product or of us."""
        line = likely_line(self.call, "complaint", "yes")
        return line is not None and line.probability >= COMPLAINS_FROM

    @property
    def declined(self) -> Evidence | None:
        """Return the line late in the call in which the caller turns down what is offered."""
        line = likely_line(self.call, "declines", "yes")
        return line.quote if line and line.probability >= DECLINES_FROM and line.at >= LATE else None


def outcome(findings: Findings) -> Outcome:
    """Return the outcome: ``qualified`` follows the tier alone; the next action also depends on how the call went."""
    tier = findings.found.qualification_tier
    return Outcome(qualified=vocabulary().is_qualified(tier), tier=tier, next_action=_next_action(findings))


def _next_action(findings: Findings) -> NextAction:
    """Choose the next action; a wish not to be contacted comes first, then a booked meeting, which never becomes nurture."""
    stated = findings.found.contact_wishes
    if any(wish.channel == "any" for wish in stated):
        return "nurture"
    if (judged := _judged(findings)) and not (judged == "sales_call" and forbids(stated, "phone")):
        return judged
    if not findings.booked and _not_now(findings):
        return "nurture"
    wanted = findings.booked or _qualified(findings)
    return "sales_call" if wanted and not forbids(stated, "phone") else "self_serve"


def _qualified(findings: Findings) -> bool:
    return vocabulary().is_qualified(findings.found.qualification_tier)


def _judged(findings: Findings) -> NextAction | None:
    """Return the engine's judgement of the whole call where it can be relied on, else None and the rules decide.

    A sales call needs more than a model's word: a booking, the caller's wish in their own words, or a lead that qualifies.
    """
    judged = findings.call.annotations.judgement
    if judged is None or judged.next_action is None or (findings.booked and judged.next_action == "nurture"):
        return None
    supported = judged.next_action != "sales_call" or findings.booked or judged.wish == "person" or _qualified(findings)
    return judged.next_action if supported else None


def _not_now(findings: Findings) -> bool:
    """Return whether nothing is to be sold now: by the lead's temperature, which weighs the whole call, or by plain words.

    A concern about the time and a bad ending are in the temperature; each alone was wrong too often.
    """
    putting_off = deferral(findings.found)
    refused = putting_off is not None and putting_off.severity == "blocker"
    return disengaged(findings) or findings.score.temperature == "nurture" or refused or _bad_throughout(findings.quality)


def _bad_throughout(quality: ConversationQualityReport) -> bool:
    return ended_badly(quality) and quality.metrics.sentiment_progression.start == "negative"


def disengaged(findings: Findings) -> bool:
    turns = findings.call.document.turns("user")
    least = findings.guide.disengaged
    return len(turns) < least.user_turns or sum(len(t.text.split()) for t in turns) < least.user_words


def ended_badly(quality: ConversationQualityReport) -> bool:
    """Return whether the mood of the last quarter was negative and the call did not end naturally."""
    return quality.metrics.sentiment_progression.end == "negative" and quality.metrics.natural_ending.value is not True
