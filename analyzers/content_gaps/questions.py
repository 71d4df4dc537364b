"""Find the caller's questions that stayed open or were asked again (spec 3.7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from analyzers.call import AnnotatedCall
from analyzers.clauses import shown_clause
from analyzers.content_gaps.articles import Articles
from analyzers.content_gaps.models import RepeatQuestion, UnansweredQuestion
from analyzers.evidence import Evidence
from analyzers.language.annotations import ActKind, Utterance
from analyzers.meaning_groups import question_groups
from analyzers.targets import ContentTargets


@dataclass(frozen=True)
class Question:
    """Describes one question of the caller: its position among the utterances, its words and whether it was answered.

    ``clause`` is the whole of it as a reader sees it.
    """

    position: int
    evidence: Evidence
    clause: str
    confidence: float
    topic: str | None
    answered: bool | None
    asked_at: datetime | None


def questions_of(call: AnnotatedCall, articles: Articles) -> list[Question]:
    asked: list[Question] = []
    for position, utterance in enumerate(call.annotations.utterances):
        item = call.items.get(utterance.item_id)
        if utterance.role != "user" or item is None:
            continue
        for act in utterance.acts:
            if act.kind is ActKind.QUESTION:
                quote = Evidence(item_id=item.id, start=act.start, end=act.end, quote=item.text[act.start : act.end])
                topic = articles.topic_of(quote.quote) or act.topic
                clause = shown_clause(item.text, act.start, act.end) or quote.quote
                asked.append(Question(position, quote, clause, act.confidence, topic, act.answered, item.started_at))
    return asked


def grouped(asked: Sequence[Question], limits: ContentTargets) -> list[list[Question]]:
    """Group questions that ask the same, in order of first appearance."""
    groups = question_groups([question.evidence.quote for question in asked], limits)
    return [[asked[position] for position in group] for group in groups]


def unanswered(call: AnnotatedCall, groups: Sequence[Sequence[Question]]) -> tuple[UnansweredQuestion, ...]:
    """Return one entry for each cluster whose last question got no clear answer, in the order of the call."""
    open_groups = [group for group in groups if group[-1].answered is False]
    utterances = call.annotations.utterances
    aftermaths = {position: _aftermath(utterances, position) for position in {group[-1].position for group in open_groups}}
    return tuple(_unanswered(group, *aftermaths[group[-1].position]) for group in open_groups)


def repeated(groups: Sequence[Sequence[Question]]) -> tuple[RepeatQuestion, ...]:
    repeated_questions = sorted((group for group in groups if len(group) > 1), key=len, reverse=True)
    return tuple(
        RepeatQuestion(
            confidence=min(question.confidence for question in group),
            evidence=tuple(question.evidence for question in group),
            question=group[0].clause,
            clause=group[0].clause,
            topic=_topic(group),
            count=len(group),
            answered=any(question.answered is True for question in group),
        )
        for group in repeated_questions
    )


def _unanswered(group: Sequence[Question], deflected: bool, reaction: Utterance | None) -> UnansweredQuestion:
    last = group[-1]
    return UnansweredQuestion(
        confidence=last.confidence,
        evidence=tuple(question.evidence for question in group),
        question=last.clause,
        clause=last.clause,
        topic=_topic(group),
        deflected=deflected,
        left_unsatisfied=None if reaction is None else reaction.label == "negative",
        frequency=len(group),
        timestamp=last.asked_at,
    )


def _aftermath(utterances: Sequence[Utterance], position: int) -> tuple[bool, Utterance | None]:
    """Return whether the agent deflected before the caller's next words, and those words."""
    deflected = False
    for at in range(position + 1, len(utterances)):
        if utterances[at].role == "user":
            return deflected, utterances[at]
        deflected = deflected or any(act.kind is ActKind.DEFLECTION for act in utterances[at].acts)
    return deflected, None


def _topic(group: Sequence[Question]) -> str | None:
    return next((question.topic for question in group if question.topic), None)
