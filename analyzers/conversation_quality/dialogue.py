"""Measure from the acts of the utterances: questions, listening, the ending, and how effective the agent was (spec 3.3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from analyzers.call import AnnotatedCall
from analyzers.content_gaps.searches import found_something
from analyzers.conversation_quality.models import AgentEffectiveness, InterruptionContext, NaturalEnding, QualityMetric
from analyzers.language.annotations import ActKind, SentimentLabel, SpanType, Utterance
from analyzers.targets import QualityTargets, weighted
from contract.document.session import Interruption, KnowledgeSearch, MeetingBooking, Role, ToolCall

LISTENING = (ActKind.ACKNOWLEDGEMENT, ActKind.BUILD_ON, ActKind.CLARIFICATION)
PROPER_ENDING = "goodbye by both, not cut off"
Mood = Literal["excitement", "frustration", "neutral"]
_MOODS: dict[SentimentLabel, Mood] = {"positive": "excitement", "negative": "frustration", "neutral": "neutral"}


class Reply(NamedTuple):
    """Pairs an agent's utterance after something the caller said with what the caller said next."""

    said: Utterance
    reaction: Utterance | None


def count(call: AnnotatedCall, kind: ActKind, role: Role) -> int:
    return len(call.annotations.acts(kind, role))


def does(utterance: Utterance, *kinds: ActKind) -> bool:
    return any(act.kind in kinds for act in utterance.acts)


def replies(call: AnnotatedCall) -> list[Reply]:
    utterances = call.annotations.utterances
    pairs: list[Reply] = []
    for position, utterance in enumerate(utterances):
        if utterance.role == "agent" and position and utterances[position - 1].role == "user":
            following = utterances[position + 1] if position + 1 < len(utterances) else None
            pairs.append(Reply(utterance, following if following and following.role == "user" else None))
    return pairs


def active_listening(pairs: Sequence[Reply], targets: QualityTargets) -> QualityMetric:
    """Return the share of the agent's replies that acknowledge, take up or clarify what the caller said."""
    listening = sum(1 for reply in pairs if does(reply.said, *LISTENING))
    return QualityMetric.within(listening / len(pairs) if pairs else None, targets.active_listening, "no_replies", n=len(pairs))


def questions_answered(call: AnnotatedCall) -> tuple[int, int]:
    """Return (answered, decided) of the caller's questions: decided are those whose verdict is known."""
    verdicts = [act.answered for _, act in call.annotations.acts(ActKind.QUESTION, "user") if act.answered is not None]
    return sum(verdicts), len(verdicts)


def natural_ending(call: AnnotatedCall, has_next_steps: bool, targets: QualityTargets) -> NaturalEnding:
    """Return whether both said goodbye in the last turns and the line was not cut.

    Where one side clearly said goodbye, last words of the other that are calm are enough. An engine that judges the whole call
    decides instead; no words undo a line that was cut.
    """
    last = call.annotations.utterances[-targets.ending_items :]
    reason = call.document.disconnect_reason
    by_agent = 1.0 if reason == "agent_goodbye" else _goodbye(call, last, "agent")
    by_user = _goodbye(call, last, "user")
    agent = by_agent > 0 or (by_user >= targets.clear_goodbye and _closes(call, last, "agent"))
    user = by_user > 0 or (by_agent >= targets.clear_goodbye and _closes(call, last, "user"))
    answered, decided = questions_answered(call)
    resolved = answered == decided if decided else None
    next_steps = has_next_steps or any(does(utterance, ActKind.NEXT_STEP) for utterance in last)
    judged = call.annotations.judgement.natural_ending if call.annotations.judgement else None
    parted = user and agent if judged is None else judged
    natural = parted and reason not in targets.improper_disconnects
    aspects = {"natural": natural, "resolved": resolved, "next_steps": next_steps}
    score = weighted({name: None if held is None else 10.0 * held for name, held in aspects.items()}, targets.ending_weights)
    return NaturalEnding(
        value=natural,
        target=PROPER_ENDING,
        status="good" if natural else "poor",
        score=None if score is None else round(score, 2),
        goodbye_by_user=user,
        goodbye_by_agent=agent,
        resolved=resolved,
        next_steps=next_steps,
        disconnect_reason=reason,
    )


def ending_without_words(call: AnnotatedCall, reason: str, targets: QualityTargets) -> NaturalEnding:
    """Judge the ending without words: goodbyes are unknown, but a call that was cut off did not end naturally."""
    cut = call.document.disconnect_reason in targets.improper_disconnects
    return NaturalEnding(
        value=False if cut else None,
        target=PROPER_ENDING,
        status="poor" if cut else "unavailable",
        reason=None if cut else reason,
        goodbye_by_user=None,
        goodbye_by_agent=None,
        resolved=None,
        next_steps=None,
        disconnect_reason=call.document.disconnect_reason,
    )


def agent_effectiveness(call: AnnotatedCall, pairs: Sequence[Reply], targets: QualityTargets) -> AgentEffectiveness:
    answered, decided = questions_answered(call)
    apt = sum(
        1
        for reply in pairs
        if not does(reply.said, ActKind.DEFLECTION) and not (reply.reaction and does(reply.reaction, ActKind.REPAIR))
    )
    outcomes = [outcome for outcome in map(_tool_outcome, call.document.tool_calls) if outcome is not None]
    shares = {
        "question_resolution": _share(answered, decided),
        "response_appropriateness": _share(apt, len(pairs)),
        "tool_effectiveness": _share(sum(outcomes), len(outcomes)),
    }
    mean = weighted(shares, targets.effectiveness_weights)
    metric = QualityMetric.within(None if mean is None else round(10 * mean, 2), targets.agent_effectiveness, "no_replies")
    return AgentEffectiveness.model_validate(metric.model_dump() | shares | {"score": metric.value})


def interruption_contexts(call: AnnotatedCall, understood: bool) -> tuple[InterruptionContext, ...]:
    by_item = {utterance.item_id: utterance for utterance in call.annotations.utterances}
    return tuple(_context(call, interruption, by_item if understood else {}) for interruption in call.document.interruptions)


def _context(call: AnnotatedCall, interruption: Interruption, by_item: dict[str, Utterance]) -> InterruptionContext:
    item_id = _interrupting(call, interruption)
    return InterruptionContext(
        timestamp=interruption.timestamp,
        item_id=interruption.item_id,
        interrupting_item_id=item_id,
        context=_mood(call, by_item[item_id]) if item_id in by_item else None,
    )


def _interrupting(call: AnnotatedCall, interruption: Interruption) -> str | None:
    """Find the caller's item that interrupted: the item itself, or the caller's next after the agent's cut item or the moment."""
    items = call.document.transcript
    start = next((position for position, item in enumerate(items) if item.id == interruption.item_id), None)
    if start is not None:
        return next((item.id for item in items[start:] if item.role == "user"), None)
    return next((item.id for item in items if item.role == "user" and _at_or_after(item.started_at, interruption.timestamp)), None)


def _at_or_after(started: datetime | None, moment: datetime | None) -> bool:
    return started is not None and moment is not None and started >= moment


def _mood(call: AnnotatedCall, utterance: Utterance) -> Mood:
    """Return the mood of an utterance: words of emotion decide, else the utterance's sentiment."""
    for span in call.annotations.of_type(SpanType.EMOTION, "user"):
        if span.item_id == utterance.item_id and span.value in ("excitement", "frustration"):
            return "excitement" if span.value == "excitement" else "frustration"
    return _MOODS[utterance.label]


def _goodbye(call: AnnotatedCall, last: Sequence[Utterance], role: Role) -> float:
    """Return the confidence that this side said goodbye, halved when said in anger; 0 when it did not."""
    said = [(u, act) for u in last if u.role == role and _whole(call, u) for act in u.acts if act.kind is ActKind.GOODBYE]
    return max((act.confidence / 2 if u.label == "negative" else act.confidence for u, act in said), default=0.0)


def _closes(call: AnnotatedCall, last: Sequence[Utterance], role: Role) -> bool:
    """Return whether this side's last words were spoken to the end, ask nothing and are not negative."""
    words = next((utterance for utterance in reversed(last) if utterance.role == role), None)
    return words is not None and words.label != "negative" and not does(words, ActKind.QUESTION) and _whole(call, words)


def _whole(call: AnnotatedCall, utterance: Utterance) -> bool:
    item = call.items.get(utterance.item_id)
    return item is not None and not item.interrupted


def _tool_outcome(tool: ToolCall) -> bool | None:
    """Return whether a tool succeeded; None when the document does not say."""
    match tool:
        case KnowledgeSearch():
            return found_something(tool)
        case MeetingBooking():
            return tool.success if tool.error is None else False
        case _:
            return tool.error is None


def _share(hits: int, cases: int) -> float | None:
    return round(hits / cases, 4) if cases else None
