"""Score how the caller took part: the behavioral component, 0-25 (spec 3.2)."""

from __future__ import annotations

from analyzers.call import AnnotatedCall
from analyzers.conversation_quality.models import ConversationQualityReport
from analyzers.lead_score.card import Card
from analyzers.lead_score.models import KeyFactor
from analyzers.lead_score.scoring import Scoring, share_of
from analyzers.sales_intelligence.models import SalesIntelligence


def behavioral(
    call: AnnotatedCall, found: SalesIntelligence, quality: ConversationQualityReport, scoring: Scoring
) -> list[KeyFactor]:
    card = Card("behavioral", scoring)
    return [_engagement(card, call, quality), _duration(card, call), _features(card, found), _participation(card, call)]


def _engagement(card: Card, call: AnnotatedCall, quality: ConversationQualityReport) -> KeyFactor:
    """Give half the points for turns and half for questions; many questions do not make up for a call of three turns."""
    turns = len(call.document.turns("user"))
    asked = quality.metrics.user_questions.value
    by_turns = share_of(card.scoring.user_turns, turns)
    if not isinstance(asked, int):
        return card.measured("engagement", by_turns, f"{turns} turns of the caller")
    share = 0.5 * by_turns + 0.5 * min(share_of(card.scoring.user_questions, asked), by_turns + 0.5)
    return card.measured("engagement", share, f"{turns} turns of the caller, {asked} questions")


def _duration(card: Card, call: AnnotatedCall) -> KeyFactor:
    seconds = call.document.duration_seconds
    if seconds is None:
        return card.not_said("duration", "The length of the call was not recorded")
    minutes, rest = divmod(seconds, 60)
    return card.measured(
        "duration", share_of(card.scoring.duration_seconds, seconds), f"{minutes}:{rest:02} minutes; 3 to 7 is right"
    )


def _features(card: Card, found: SalesIntelligence) -> KeyFactor:
    """Count the different features the caller asked about or asked for."""
    entries = (*found.features_discussed, *found.feature_requests)
    names = {entry.feature.lower() for entry in entries}
    evidence = tuple(quote for entry in entries for quote in entry.evidence[:1])
    if not names:
        return card.not_said("feature_exploration", "No feature came up")
    return card.quoted(
        "feature_exploration",
        share_of(card.scoring.features, len(names)),
        f"{len(names)} feature{'' if len(names) == 1 else 's'} came up",
        evidence,
    )


def _participation(card: Card, call: AnnotatedCall) -> KeyFactor:
    """Score words per turn: answers of two words are passive listening."""
    turns = call.document.turns("user")
    words = sum(len(item.text.split()) for item in turns)
    if not turns:
        return card.measured("participation", 0.0, "The caller said nothing")
    mean = words / len(turns)
    return card.measured("participation", share_of(card.scoring.words_a_turn, mean), f"{mean:.0f} words a turn of the caller")
