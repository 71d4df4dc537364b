"""Run the embedded engine: prepare a conversation once, apply every rule to it, return sorted annotations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from analyzers.language.annotations import Span, TranscriptAnnotations, Utterance
from analyzers.language.embedded.choice import FittedChoices
from analyzers.language.embedded.chosen_context import chosen_contexts
from analyzers.language.embedded.chosen_figures import chosen_figures
from analyzers.language.embedded.chosen_liking import chosen_likings
from analyzers.language.embedded.chosen_people import chosen_people
from analyzers.language.embedded.chosen_promises import chosen_promises
from analyzers.language.embedded.chosen_systems import SYSTEM, chosen_systems
from analyzers.language.embedded.chosen_tool import chosen_tool
from analyzers.language.embedded.chosen_use_case import chosen_use_case
from analyzers.language.embedded.fitted import FittedFacts
from analyzers.language.embedded.fusion import FusionWeights, deduplicate_objections, fuse, predict, utterance_sentiment
from analyzers.language.embedded.impressions import impressions
from analyzers.language.embedded.rules.actions import actions
from analyzers.language.embedded.rules.acts import acts_of
from analyzers.language.embedded.rules.answers import mark_answered
from analyzers.language.embedded.rules.authority import authorities
from analyzers.language.embedded.rules.company import industries, locations, presences
from analyzers.language.embedded.rules.competitors import competitors
from analyzers.language.embedded.rules.current_tool import current_tools
from analyzers.language.embedded.rules.decision_timeline import timelines, urgencies
from analyzers.language.embedded.rules.document_volume import monthly_volumes
from analyzers.language.embedded.rules.emotions import emotions
from analyzers.language.embedded.rules.feature_requests import feature_mentions, feature_requests
from analyzers.language.embedded.rules.money import budgets
from analyzers.language.embedded.rules.objections import objections
from analyzers.language.embedded.rules.pain_points import pain_points
from analyzers.language.embedded.rules.purchases import purchases
from analyzers.language.embedded.rules.questions import questions_of
from analyzers.language.embedded.rules.signals import buying_signals
from analyzers.language.embedded.rules.stakeholders import stakeholders
from analyzers.language.embedded.rules.switching_barriers import switching_barriers
from analyzers.language.embedded.rules.team_size import team_sizes
from analyzers.language.embedded.rules.tools import comparisons, integrations
from analyzers.language.embedded.rules.use_cases import use_cases
from analyzers.language.embedded.text.conversation import Conversation, Turn, conversation_of
from analyzers.language.embedded.text.language_detection import LanguageDetector
from analyzers.language.embedded.text.vocabulary import Languages, RuleVocabulary
from analyzers.language.reader import Reader, shared_reader
from contract.document.session import TranscriptItem
from contract.reference import Reference

RULES: tuple[Callable[[Conversation], Iterator[Span]], ...] = (
    team_sizes,
    monthly_volumes,
    competitors,
    current_tools,
    integrations,
    comparisons,
    authorities,
    timelines,
    urgencies,
    purchases,
    budgets,
    industries,
    locations,
    presences,
    use_cases,
    pain_points,
    objections,
    feature_requests,
    feature_mentions,
    buying_signals,
    stakeholders,
    switching_barriers,
    actions,
    emotions,
)


class EmbeddedEngine:
    """Applies rules, lexicons and a trained reader; stores nothing of the transcripts, so one instance serves any number."""

    name = "embedded"
    version = "10"

    def __init__(self, reference: Reference, reader: Reader | None = None, weights: FusionWeights | None = None) -> None:
        self._vocabulary = RuleVocabulary(reference)
        self._weights = weights or reference.table(FusionWeights)
        self._fitted = reference.table(FittedFacts).facts
        self._choices = reference.table(FittedChoices).choices
        self._reader = reader or shared_reader()
        self._languages = LanguageDetector(reference.table(Languages))

    def annotate(self, transcripts: Sequence[Sequence[TranscriptItem]]) -> list[TranscriptAnnotations]:
        """Return the annotations of each transcript, in order; raises nothing for any text."""
        return [self._annotated(items) for items in transcripts]

    def conversation(self, items: Sequence[TranscriptItem]) -> Conversation:
        return conversation_of(items, self._vocabulary)

    def findings(self, conversation: Conversation) -> tuple[Span, ...]:
        """Return what the rules alone claim; the reader's predictions are left with the turns."""
        for turn in conversation.turns:
            turn.questions = questions_of(turn)
        mark_answered(conversation)
        predict(conversation, self._reader)
        return _sorted(conversation, (span for rule in RULES for span in rule(conversation)))

    def _annotated(self, items: Sequence[TranscriptItem]) -> TranscriptAnnotations:
        if not items:
            return TranscriptAnnotations(engine=self.name, version=self.version, language=None, unavailable="no_transcript")
        conversation = self.conversation(items)
        language = self._languages.language_of(conversation.user_turns)
        if language not in (None, "en"):
            return TranscriptAnnotations(
                engine=self.name, version=self.version, language=language, unavailable=f"language:{language}"
            )
        found = self.findings(conversation)
        fused = deduplicate_objections(conversation, fuse(conversation, found, self._weights))
        spans = _sorted(conversation, self._chosen(conversation, fused, found))
        return TranscriptAnnotations(
            engine=self.name,
            version=self.version,
            language="en" if language else None,
            utterances=_utterances(conversation, spans),
            spans=spans,
            impressions=impressions(conversation),
        )

    def _chosen(self, conversation: Conversation, spans: Iterable[Span], ruled: Sequence[Span]) -> Iterator[Span]:
        """Yield the spans with those of a single fact that the call as a whole decides."""
        choices = self._choices
        figures = chosen_figures(conversation, spans, ruled, choices)
        tools = chosen_tool(conversation, figures, choices["current_tool"])
        contexts = chosen_contexts(conversation, tools, choices["competitor_context"])
        likings = chosen_likings(conversation, contexts, choices["competitor_sentiment"])
        uses = chosen_use_case(conversation, likings, choices["use_case"])
        systems = chosen_systems(conversation, uses, self._fitted[SYSTEM])
        people = chosen_people(conversation, systems, self._fitted["stakeholder"])
        return chosen_promises(conversation, people, self._fitted)


def _sorted(conversation: Conversation, spans: Iterable[Span]) -> tuple[Span, ...]:
    """Sort by item, then place; keep the same fact of the same words once, at its highest confidence."""
    order = {turn.item.id: turn.position for turn in conversation.turns}
    unique: dict[tuple[object, ...], Span] = {}
    for span in spans:
        if span.start == span.end:
            continue
        key = (span.type, span.item_id, span.start, span.end, span.value)
        if key not in unique or unique[key].confidence < span.confidence:
            unique[key] = span
    return tuple(sorted(unique.values(), key=lambda s: (order[s.item_id], s.start, s.end, s.type, str(s.value))))


def _utterances(conversation: Conversation, spans: Sequence[Span]) -> tuple[Utterance, ...]:
    by_item: defaultdict[str, list[Span]] = defaultdict(list)
    for span in spans:
        by_item[span.item_id].append(span)
    return tuple(_utterance(conversation, turn, by_item[turn.item.id]) for turn in conversation.turns)


def _utterance(conversation: Conversation, turn: Turn, spans: Sequence[Span]) -> Utterance:
    mood = utterance_sentiment(turn)
    return Utterance(
        item_id=turn.item.id,
        role=turn.item.role,
        label=mood.label,
        score=mood.score,
        confidence=mood.confidence,
        acts=acts_of(conversation, turn, spans),
    )
