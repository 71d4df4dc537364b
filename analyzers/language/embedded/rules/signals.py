"""Find buying signals: intent, steps toward buying, praise of fit (LABELS: buying_signals)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.rules.decision_timeline import timelines
from analyzers.language.embedded.text.conversation import Conversation, Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.spans import modality_at, near, sentence_hits, span
from analyzers.language.embedded.text.words import LONGEST_QUOTE, word_set

_RANKS = ("strong", "medium", "weak")
_NOT_YET = word_set("until after once unless till when")
_DECISION_BUCKETS = ("this_week", "this_month", "this_quarter", "next_quarter")
_SHORT_TURN_WORDS = 24
"""Words below which a turn that names the price asks for it even without a question mark."""
_OPENING = 4
"""Turns from the start in which a "deal" or a time agreed is courtesy or small talk."""
_BRIEF = 22
"""Characters up to which a sentence only adds to its neighbour ("Yes. Put me down.")."""
_CALL = re.compile(
    r"\b(meet(?:ing)?|book|session|specialist|call|demo|sit down|fix a time|when (?:are|would) you|set (?:you|that|it|this) up"
    r"|walk you|slot|half an hour|minutes|executive)\b"
)
_NOT = re.compile(r"\b(?:no|not|never|\w+n'?t|cannot|nobody|none|without|hardly|neither|nor)\b")
_LETTER = re.compile(r"\b(e-?mail|send|write|written|note|soon enough)\b")


class _Signal(NamedTuple):
    hit: Hit
    name: str
    kind: str
    strength: str
    confidence: float


def buying_signals(conversation: Conversation) -> Iterator[Span]:
    """Yield the strongest signal of each sentence."""
    dates = _decision_dates(conversation)
    for turn in conversation.user_turns:
        best: dict[int, _Signal] = {}
        for signal in (
            *_said(turn),
            *_asked_price(turn),
            *_handed_over(turn),
            *_meeting(turn),
            *_wants_talk(turn),
            *dates.get(turn.position, ()),
        ):
            place = turn.quote_at(signal.hit).start
            if place not in best or _RANKS.index(signal.strength) < _RANKS.index(best[place].strength):
                best[place] = signal
        for quote, signal in _joined(turn, [best[place] for place in sorted(best)]):
            yield _span(turn, quote, signal)


def _joined(turn: Turn, signals: list[_Signal]) -> Iterator[tuple[Hit, _Signal]]:
    """Join neighbouring sentences that say the same ('Yes. Put me down.') into one signal."""
    open_quote: tuple[Hit, _Signal] | None = None
    for signal in signals:
        quote = turn.quote_at(signal.hit)
        if open_quote is None:
            open_quote = quote, signal
            continue
        before, first = open_quote
        close = quote.start - before.end <= 2 and quote.end - before.start <= LONGEST_QUOTE
        brief = min(before.end - before.start, quote.end - quote.start) <= _BRIEF
        if close and brief and first.strength == signal.strength:
            open_quote = Hit(before.start, quote.end), max(first, signal, key=lambda s: s.confidence)
        else:
            yield open_quote
            open_quote = quote, signal
    if open_quote is not None:
        yield open_quote


def _span(turn: Turn, quote: Hit, signal: _Signal) -> Span:
    return span(
        turn,
        SpanType.BUYING_SIGNAL,
        quote,
        signal.name,
        signal.confidence,
        modality="asserted",
        kind=signal.kind,
        strength=signal.strength,
    )


def _said(turn: Turn) -> Iterator[_Signal]:
    """Yield words that are a signal by themselves."""
    labels = (
        ("explicit_strong", "explicit", "strong", 0.8),
        ("payment_strong", "explicit", "strong", 0.75),
        ("order", "explicit", "strong", 0.65),
        ("money_strong", "explicit", "strong", 0.8),
        ("whole_strong", "explicit", "strong", 0.65),
        ("explicit_medium", "explicit", "medium", 0.7),
        ("implicit_medium", "implicit", "medium", 0.65),
        ("implicit_weak", "implicit", "weak", 0.55),
    )
    for label, kind, strength, confidence in labels:
        for hit in turn.hits(f"signals.{label}"):
            if _holds(turn, hit, label):
                yield _Signal(hit, turn.low[hit.start : hit.end], kind, strength, confidence)


def _holds(turn: Turn, hit: Hit, label: str) -> bool:
    """Return whether a cue is a signal here: not denied, not deferred.

    A bare 'deal' must stand alone; praise must be of this product and no courtesy at the end of the call.
    """
    if _denied(turn, hit) and not turn.low.startswith(("that is not", "not ", "isn", "is not"), hit.start):
        return False
    if label == "whole_strong":
        return _alone(turn, hit)
    if label == "implicit_weak":
        return _praises_us(turn, hit)
    if label == "payment_strong":
        return not turn.has("feature.payments", "feature.recurring payments")
    return not any(word in _NOT_YET for word in turn.before(hit.start, 4)) or label == "explicit_medium"


def _denied(turn: Turn, hit: Hit) -> bool:
    """Return whether a 'not' denies the hit in the same clause; the 'no' that answers a question before a comma does not."""
    clause = turn.low[turn.sentence_at(hit.start).start : hit.start]
    return turn.negated(hit.start) and bool(_NOT.search(clause.rpartition(",")[2]))


def _alone(turn: Turn, hit: Hit) -> bool:
    """Return whether the hit is the whole of its sentence but for an 'okay' or 'yes' before it."""
    sentence = turn.sentence_at(hit.start)
    return not turn.low[hit.end : sentence.end].strip(" .!,") and len(turn.before(hit.start)) <= 2 and turn.position > _OPENING


def _praises_us(turn: Turn, hit: Hit) -> bool:
    around = turn.quote_at(hit)
    others = any(n.kind == "competitor" for n in turn.names_in(around.start, around.end))
    parting = turn.has("acts.goodbye") or (turn.prompt is not None and turn.prompt.has("acts.closing_asked", "acts.goodbye"))
    arranging = near(turn, hit, "actions.when") or turn.asked("prompts.meeting")
    mocking = near(turn, hit, "acts.rhetorical") or turn.has("objections.trust_blocker", "mood.-3")
    return not (others or parting or arranging or mocking or turn.hypothetical(hit.start))


def _asked_price(turn: Turn) -> Iterator[_Signal]:
    """Yield questions about what it would cost the caller, not about what somebody else charges."""
    for hit in turn.hits("signals.price"):
        around = turn.quote_at(hit)
        others = any(n.kind == "competitor" for n in turn.names_in(around.start, around.end))
        asked = turn.in_question(hit.start) or "?" in turn.text[hit.start : around.end] or near(turn, hit, "feature_requests.must")
        if not others and (asked or len(turn.words) < _SHORT_TURN_WORDS):
            yield _Signal(hit, "asks the price", "explicit", "medium", 0.75)


def _handed_over(turn: Turn) -> Iterator[_Signal]:
    """Yield handing it to those who decide or use it: 'I'll put it in front of her on Monday'."""
    for hit in turn.hits("signals.handover"):
        willing = turn.hits_in(turn.sentence_at(hit.start).start, hit.start + 1, "signals.will")
        between = turn.low[willing[-1].end : hit.start] if willing else ""
        obliged = "have to" in between or "need to" in between
        if willing and len(between) < 30 and not obliged and not turn.in_question(hit.start) and not turn.negated(hit.start):
            yield _Signal(hit, "takes it to a colleague", "implicit", "medium", 0.65)


def _meeting(turn: Turn) -> Iterator[_Signal]:
    """Yield a time for a call, accepted or proposed, when the agent has offered one; a put-off does not count."""
    if (
        turn.position < _OPENING
        or turn.prompt is None
        or not _offers_call(turn.prompt)
        or turn.denies
        or turn.has("objections.timing_concern")
    ):
        return
    suits = turn.hits("signals.suits", "acts.acceptance")
    for sentence in turn.sentences[:3]:
        times = turn.hits_in(sentence.start, sentence.end, "actions.when")
        figures = turn.numbers_in(sentence.start, sentence.end)
        suiting = [h for h in suits if sentence.start <= h.start < sentence.end]
        if (times and (figures or suiting or turn.affirms)) or (figures and suiting):
            hit = times[0] if times else Hit(figures[0].start, figures[0].end)
            yield _Signal(hit, "agrees to a meeting", "explicit", "strong", 0.75)
            return
    if turn.affirms and turn.words and turn.asked("prompts.meeting") and turn.prompt.has("actions.when"):
        yield _Signal(Hit(turn.words[0].start, turn.words[0].end), "agrees to a meeting", "explicit", "strong", 0.65)


def _wants_talk(turn: Turn) -> Iterator[_Signal]:
    """Yield the wish to talk with a person of sales, or to be called back; 'don't call me' and a put-off are none."""
    if turn.position < _OPENING or turn.has("objections.timing_concern", "decision_timeline.evaluating"):
        return
    for hit in turn.hits("signals.talk"):
        if not _denied(turn, hit) and not turn.hypothetical(hit.start):
            yield _Signal(hit, "asks for a talk", "explicit", "medium", 0.75)
            return


def _offers_call(prompt: Turn) -> bool:
    """Return whether the agent asks for a time to talk, not whether it may send an e-mail."""
    last = prompt.questions[-1] if prompt.questions else None
    if last is None:
        return False
    return bool(_CALL.search(prompt.low)) and not _LETTER.search(prompt.low, last.start, last.end)


def _decision_dates(conversation: Conversation) -> dict[int, list[_Signal]]:
    """Find dates the caller's side sets itself for deciding or starting, by turn.

    A put-off, a promise of documents or an expiry is not one.
    """
    turns = {turn.item.id: turn for turn in conversation.user_turns}
    found: dict[int, list[_Signal]] = {}
    for date in timelines(conversation):
        turn, hit = turns[date.item_id], Hit(date.start, date.end)
        near_term = date.attributes.get("bucket") in (None, *_DECISION_BUCKETS)
        asked = turn.asked("prompts.timeline")
        own = near(turn, hit, "signals.target", reach=60) and (asked or near(turn, hit, "decision_timeline.decision", reach=60))
        other = sentence_hits(turn, hit, "objections.timing_concern", "objections.timing_blocker", "actions.user_commits")
        if near_term and own and not other and date.holds and modality_at(turn, hit.start) == "asserted":
            found.setdefault(turn.position, []).append(_Signal(hit, "decision date", "implicit", "medium", 0.65 if asked else 0.5))
    return found
