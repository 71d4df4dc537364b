"""Classify what each utterance does: greet, consent, answer, listen, object, promise, say goodbye."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from analyzers.language.annotations import Act, ActKind, Span, SpanType
from analyzers.language.embedded.rules.bargaining import offer_in
from analyzers.language.embedded.rules.goodbyes import goodbyes
from analyzers.language.embedded.rules.refusals import refusal_in
from analyzers.language.embedded.text.conversation import Conversation, Turn
from analyzers.language.embedded.text.spans import trimmed
from analyzers.language.embedded.text.words import FILLERS, word_set

_OPENING = 3
"""Turns from the start in which a greeting or the question of consent belongs to the opening; a later hello is a repair."""
_SHORT = 6
"""Words up to which a turn is a repair as a whole, so that a bare "what?" counts; in a longer turn the cue itself must be long."""
_ECHO_LENGTH = 4
"""Letters that a word must exceed to count as taken up from the caller: shorter words recur in any two turns."""


def acts_of(conversation: Conversation, turn: Turn, spans: Sequence[Span]) -> tuple[Act, ...]:
    """Return all acts of a turn, by place in the text."""
    found = [*turn.questions, *_opening(turn), *goodbyes(conversation, turn), *_from_spans(spans), *_request(turn), *_repair(turn)]
    found += _caller(turn) if turn.is_user else _agent(turn)
    if turn.is_user and not any(act.kind is ActKind.OBJECTION for act in found):
        found += _resists(conversation, turn)
    if not found or all(a.kind in (ActKind.ACKNOWLEDGEMENT, ActKind.GREETING) for a in found):
        found += _whole(turn, ActKind.STATEMENT, 0.5)
    return tuple(sorted(found, key=lambda act: (act.start, act.end, act.kind)))


def _whole(turn: Turn, kind: ActKind, confidence: float) -> list[Act]:
    start, end = trimmed(turn.text, 0, len(turn.text))
    return [Act(kind=kind, start=start, end=end, confidence=confidence)] if end > start else []


def _first(turn: Turn, kind: ActKind, label: str, confidence: float) -> list[Act]:
    hits = turn.hits(label)
    return [Act(kind=kind, start=hits[0].start, end=hits[0].end, confidence=confidence)] if hits else []


def _opening(turn: Turn) -> Iterator[Act]:
    if turn.position < _OPENING and turn.has("acts.greeting"):
        yield from _first(turn, ActKind.GREETING, "acts.greeting", 0.9)
    prompt = turn.prompt
    if not turn.is_user or prompt is None or not prompt.has("acts.consent_asked") or prompt.position > _OPENING:
        return
    if any(t.is_user for t in _between(prompt, turn)):
        return
    yield from _consent(turn, prompt)


def _between(prompt: Turn, turn: Turn) -> Iterable[Turn]:
    return () if turn.position - prompt.position == 1 else (turn,)


def _consent(turn: Turn, prompt: Turn) -> Iterator[Act]:
    """Yield consent or refusal; to 'Any objection?' a 'no' is a yes."""
    negative_question = any(w.text in ("objection", "objections", "problem", "mind", "against", "issue") for w in prompt.words)
    refused = turn.has("acts.consent_refused") or (turn.denies and not negative_question and not turn.has("acts.consent_given"))
    if refused and not (negative_question and turn.has("acts.consent_given") and not turn.has("acts.consent_refused")):
        yield from _whole(turn, ActKind.REFUSED_CONSENT, 0.8 if turn.has("acts.consent_refused") else 0.6)
    elif turn.affirms or turn.has("acts.consent_given") or negative_question:
        yield from _whole(turn, ActKind.CONSENT, 0.8)


def _from_spans(spans: Sequence[Span]) -> Iterator[Act]:
    for span in spans:
        if span.type == SpanType.OBJECTION:
            yield Act(
                kind=ActKind.OBJECTION,
                start=span.start,
                end=span.end,
                confidence=span.confidence,
                topic=str(span.attributes.get("category")),
            )
        elif span.type == SpanType.ACTION:
            kind = ActKind.COMMITMENT if span.attributes.get("owner") == "user" else ActKind.NEXT_STEP
            yield Act(kind=kind, start=span.start, end=span.end, confidence=span.confidence)


def _request(turn: Turn) -> list[Act]:
    return _first(turn, ActKind.REQUEST, "acts.request", 0.7) if turn.is_user else []


def _resists(conversation: Conversation, turn: Turn) -> Iterator[Act]:
    """Yield an objection where the caller bargains, refuses or puts off.

    Only the first of several offers is a finding of its own, and a refusal without a reason is none; each is an act.
    """
    hit = offer_in(turn, conversation.turns[: turn.position]) or refusal_in(turn)
    if hit is not None:
        yield Act(kind=ActKind.OBJECTION, start=hit.start, end=hit.end, confidence=0.5)


def _repair(turn: Turn) -> list[Act]:
    """Find trouble understanding each other: 'pardon?', 'are you still there?'."""
    hits = [h for h in turn.hits("acts.repair")[:3] if len(turn.words) <= _SHORT or h.end - h.start > 10]
    return [Act(kind=ActKind.REPAIR, start=h.start, end=h.end, confidence=0.6) for h in hits[:1]]


def _caller(turn: Turn) -> Iterator[Act]:
    is_answer = turn.prompt is not None and bool(turn.prompt.questions)
    if is_answer and not (turn.questions and turn.questions[0].start < 12):
        yield from _whole(turn, ActKind.ANSWER, 0.7)
    accepted = [h for h in turn.hits("acts.acceptance") if not turn.negated(h.start) and not turn.in_question(h.start)]
    if accepted and turn.prompt is not None and turn.position > _OPENING:
        yield Act(kind=ActKind.ACCEPTANCE, start=accepted[0].start, end=accepted[0].end, confidence=0.6)
    if turn.hits("signals.explicit_strong") and turn.has("acts.next_step"):
        yield from _first(turn, ActKind.NEXT_STEP, "acts.next_step", 0.6)


def _agent(turn: Turn) -> Iterator[Act]:
    asked = turn.prompt is not None and bool(turn.prompt.questions)
    if turn.has("acts.deflection"):
        yield from _first(turn, ActKind.DEFLECTION, "acts.deflection", 0.8)
    elif asked and turn.prompt is not None and any(q.answered for q in turn.prompt.questions):
        yield from _whole(turn, ActKind.ANSWER, 0.7)
    if turn.prompt is None:
        return
    yield from _acknowledgement(turn)
    yield from _build_on(turn, turn.prompt)
    for hit in turn.hits("acts.clarification")[:1]:
        if turn.in_question(hit.start) or turn.low[hit.start : hit.end].startswith(("just to", "to make", "let me make")):
            yield Act(kind=ActKind.CLARIFICATION, start=hit.start, end=hit.end, confidence=0.7)
    if turn.has("acts.next_step"):
        yield from _first(turn, ActKind.NEXT_STEP, "acts.next_step", 0.6)


def _acknowledgement(turn: Turn) -> Iterator[Act]:
    """Find words of listening at the head of the reply."""
    if turn.sentences:
        head = turn.hits_in(turn.sentences[0].start, turn.sentences[0].start + 30, "acts.acknowledgement")
        if head:
            yield Act(kind=ActKind.ACKNOWLEDGEMENT, start=head[0].start, end=head[0].end, confidence=0.8)


def _build_on(turn: Turn, prompt: Turn) -> Iterator[Act]:
    """Find references back: said so, or by taking up the caller's own words and figures."""
    cued = turn.hits("acts.build_on")
    if cued:
        yield Act(kind=ActKind.BUILD_ON, start=cued[0].start, end=cued[0].end, confidence=0.8)
        return
    said = {w.text for w in prompt.words if len(w.text) > _ECHO_LENGTH and w.text not in FILLERS}
    echoed = [w for w in turn.words if w.text in said and w.text not in _COMMON]
    figures = {n.value for n in prompt.numbers}
    repeated = [n for n in turn.numbers if n.value in figures and n.value > 1]
    if repeated:
        yield Act(kind=ActKind.BUILD_ON, start=repeated[0].start, end=repeated[0].end, confidence=0.7)
    elif len({w.text for w in echoed}) >= 2:
        yield Act(kind=ActKind.BUILD_ON, start=echoed[0].start, end=echoed[0].end, confidence=0.6)


_COMMON = word_set(
    "about after again could would should there their these those where which while thing things because before doing "
    "going getting right really maybe please thank thanks other another every people pandadoc great sorry okay today "
    "already still right-now through"
)
