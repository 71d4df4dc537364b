"""Find reasons against buying, direct or implied, and whether the caller accepted the answer (LABELS: objections)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.rules.bargaining import offer_in
from analyzers.language.embedded.rules.sentiment import weights_in
from analyzers.language.embedded.text.conversation import Conversation, Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.spans import modality_at, span

_NEXT_TURNS = 5
"""Turns after an objection in which the answer and its acceptance are looked for."""
_TIMING_NEEDS = (
    "decision_timeline.decision",
    "company.budget_word",
    "decision_timeline.this_quarter",
    "decision_timeline.next_quarter",
    "decision_timeline.evaluating",
    "objections.pricing_concern",
    "tools.using",
)
_ABOUT_US = ("feature_requests.asks", "feature_requests.must", "feature_requests.capability", "acts.acceptance")
_OPENING = 4
"""Turns from the start in which doubt concerns the recording or the agent, not the product."""
_NEAR_OPENING = 40
"""Characters from the start of a turn within which an objection belongs to the relief it opens with ("Good, I feared it can't")."""
_GLAD = re.compile(
    r"\W*(?:(?:okay|ok|oh|ah|yeah|yes)\W+)?(?:good|great|perfect|brilliant|excellent|super|lovely|wonderful|j\w+bra|phew)\b"
)
_PUT_OFF = re.compile(
    r"\b(?:couldn't find|can't confirm|cannot confirm|don't have|rather not guess|not certain|not sure|i'll ask|would "
    r"have to (?:confirm|check|tell)"
    r"|would need to|can't say|i'll have a specialist|specialist has to|wasn't able|i'll put that through|isn't a yes|can't give)\b"
)
_SOLVES = re.compile(
    r"\b(?:yes|they do|it does|it can|you can|you could|you'd give|is supported|are supported|there's a|there is a|"
    r"through zapier|good news|comply|complies"
    r"|encrypted|is included|carries|sits under|under settings|glad it's there|connector|workflow|workspace|works|"
    r"certificate|integration)\b"
)
_SETTLED = re.compile(
    r"\b(?:that's the right answer|what i (?:needed|wanted) to hear|we're good(?: on that)?|i'm good with that|settled|"
    r"that settles|disposes of|withdraw|shuts (?:him|her|them) up"
    r"|evens out|pays for (?:itself|the)|could work|don't care (?:how|what)|he'll be quiet|better answer|what i was "
    r"looking for|that solves|can live with|no deal ?breaker"
    r"|that'll do|that will do|that works|fair enough|would suit|that's a relief|convinced|makes sense now|then it's "
    r"fine|then we're fine|happy with that|in that case|good to know)\b"
)
_UNMOVED = re.compile(
    r"\b(?:deal ?breaker|i don't think so|not a yes|i'm not (?:sure|convinced)|still|not gonna|can't be serious|no "
    r"calls|mibbe|maybe\W|i might|we'll see|hm\W|not good enough|that's no(?:t an)? answer)"
)
_BRIEF = ("not yet", "not before", "maybe later", "next ")
_LEAST_CONFIDENCE = 0.5
"""Confidence from which a cue is claimed: the weakest cues start at 0.5, anything less was ruled out."""
_BARGAINS = 0.7
"""Confidence of an offer below the agent's price, which is plain enough to be believed whatever the reader makes of it."""
_FEW_WORDS = 6
"""Words below which a reply to the offer of a meeting is about its hour, not about the purchase."""
_MOST_SENTENCES = 60
"""Sentences of a turn that are examined for conditions; bounds the time for endless speech."""
DEDUP_WINDOW_TURNS = 20
"""Turns within which objections of one category count once: callers repeat an objection for as long as it is discussed."""
_NEGATIVE_WORDS = (
    "no ",
    "not ",
    "never",
    "can't",
    "cannot",
    "couldn't",
    "won't",
    "don't",
    "doesn't",
    "isn't",
    "wouldn't",
    "nobody",
    "nothing",
    "without",
)
_CONDITION = re.compile(r"\b(?:if|unless|otherwise|without|or)\b")
_OWN_CONDITION = re.compile(r"if (?:i|we|you guys call|you call|somebody|someone)\b")
_LACK = re.compile(
    r"\b(?:can't|cannot|can not|doesn't|does not|isn't|is not|it's not|won't|don't|do not|aren't|not there|there's no|"
    r"there is no|there's not"
    r"|gotta drag|by hand|can see|has to be done by)\b"
)
_REFUSAL = re.compile(
    r"\b(?:we're out|i'm out|i ain't|no use|no good|no go|pointless|useless|kills it|kills the|no sense|not sense|a no|"
    r"no from me|no deal|deal ?breaker"
    r"|(?:i|we|they|she|he|it|head|boss|vp|cfo|director|team|sir|partners?|security|legal|owner) (?:\w+ )?(?:can't|"
    r"cannot|won't|would not|wouldn't|will not|don't|isn't|is not|ain't|may not|will reject|not) (?:\w+ )?"
    r"(?:use|pay|buy|sign|go|roll|take|accept|agree|let|approve|switch|move|interested|work|touch|do|put|change|bother|"
    r"gonna|going|need|want)\w*"
    r"|i'm not (?:paying|buying|interested|going|switching|moving|signing)|will reject|would reject|stay where|stay "
    r"with|no second|end of the|for nothing|walk away|look elsewhere|go elsewhere|forget it|no point)\b"
)
_SAFETY = re.compile(
    r"\b(?:data|patients?|servers?|hosted|cloud|hipaa|baa|court|judge|certif\w+|qualified|privacy|gdpr|trust|prove|secure)\b"
)
_PRICED = re.compile(
    r"[$€£]\s?\d|\b(?:dollars?|euros?|pounds?|rupees|bucks|quid)\b|\b(?:\d+|\w+(?:teen|ty|nine|five|hundred)) (?:a|"
    r"per) (?:seat|user|month|year)\b"
)
_COMPARED = re.compile(
    r"\b(?:that's|that is|that'd be|it's|is) (?:near enough|nearly|near|about|almost|like|basically|practically|more "
    r"than)?\s?(?:\w+ )?"
    r"(?:a lot|lot|half|a whole|double|twice|(?:one|two|three|four|five|six|seven|eight|nine|ten|\d+) (?!(?:people|"
    r"seats|users|of us))\w+)"
    r"|\bfor (?:a logo|that)\b|\bi'd have to think\b|\bthat's (?:steep|dear|heavy|much|serious)\b"
)


class FoundObjection(NamedTuple):
    hit: Hit
    category: str
    severity: str
    confidence: float


def objections(conversation: Conversation) -> Iterator[Span]:
    """Yield one objection of a category for a stretch of talk, the most severe one.

    Talk about today's tool is a pain point, not an objection.
    """
    latest: dict[str, tuple[Turn, FoundObjection]] = {}
    for turn in conversation.user_turns:
        if turn.prompt is not None and turn.prompt.position < 2 and turn.prompt.has("acts.consent_asked") and len(turn.words) < 12:
            continue
        for found in sorted((*_found(turn), *_bargains(conversation, turn)), key=lambda f: f.hit.start):
            before = latest.get(found.category)
            if before and turn.position - before[0].position > DEDUP_WINDOW_TURNS:
                yield objection_span(conversation, *before)
                before = None
            if before is None or _is_more_severe(found, before[1]):
                latest[found.category] = turn, found
    for turn, found in latest.values():
        yield objection_span(conversation, turn, found)


def _bargains(conversation: Conversation, turn: Turn) -> Iterator[FoundObjection]:
    """Yield a concern about the price where the caller asks for less or offers less."""
    offer = offer_in(turn, conversation.turns[: turn.position])
    if offer is not None:
        yield FoundObjection(offer, "pricing", "concern", _BARGAINS)


def _is_more_severe(found: FoundObjection, other: FoundObjection) -> bool:
    """Return whether a blocker meets a concern, or the confidence is higher; of equals the first stays."""
    return (found.severity == "blocker", found.confidence) > (other.severity == "blocker", other.confidence)


def _found(turn: Turn) -> Iterator[FoundObjection]:
    for label in turn.labelled("objections"):
        category, _, kind = label.removeprefix("objections.").partition("_")
        for hit in turn.hits(label):
            confidence = _confidence(turn, hit, category, kind)
            if confidence >= _LEAST_CONFIDENCE:
                yield FoundObjection(hit, category, "blocker" if kind == "blocker" else "concern", confidence)
    yield from conditions(turn)
    yield from _price_reactions(turn)


def conditions(turn: Turn) -> Iterator[FoundObjection]:
    """Yield conditions on the product with a refusal in the same sentence: 'If it can't do that, we're out'."""
    for sentence in turn.sentences[:_MOST_SENTENCES]:
        low = turn.low[sentence.start : sentence.end]
        match = _CONDITION.search(low)
        if match is None or _OWN_CONDITION.match(low, match.start()):
            continue
        lacking, refusing = _LACK.search(low), _REFUSAL.search(low)
        needed = match.group() in ("otherwise", "without", "unless")
        if refusing and (needed or (lacking and lacking.start() != refusing.start())):
            hit = Hit(sentence.start + match.start(), sentence.start + match.end())
            yield FoundObjection(hit, "trust" if _SAFETY.search(low) else "features", "blocker", 0.7)


def _price_reactions(turn: Turn) -> Iterator[FoundObjection]:
    """Yield a concern when the caller compares a price just named with something expensive: 'that's two lunches'."""
    prompt = turn.prompt
    if (
        prompt is None
        or not _PRICED.search(prompt.low)
        or not turn.sentences
        or turn.has("company.cost_accepted", "signals.whole_strong", "signals.payment_strong")
    ):
        return
    first = turn.sentences[0]
    for sentence in turn.sentences[:3]:
        match = _COMPARED.search(turn.low, sentence.start, sentence.end)
        if match and not turn.in_question(match.start()) and sum(w for _, w in weights_in(turn, first.start, sentence.end)) <= 0:
            yield FoundObjection(Hit(match.start(), match.end()), "pricing", "concern", 0.55)
            return


def _confidence(turn: Turn, hit: Hit, category: str, kind: str) -> float:
    """Return the confidence that a cue is an objection to this product here; 0 when it is not one."""
    denied = turn.negated(hit.start) and not turn.low.startswith(_NEGATIVE_WORDS, hit.start)
    if kind == "blocker":
        return 0.0 if denied or _of_other_tool(turn, hit) else 0.8
    if kind == "implicit":
        return 0.65 if turn.in_question(hit.start) or turn.has("feature_requests.asks") else 0.5
    if denied or (category in ("pricing", "features") and _of_other_tool(turn, hit)):
        return 0.0
    if category == "pricing":
        priced = turn.prompt is not None and turn.prompt.has("company.budget_word", "actions.sales_topic", "quantities.money_after")
        return 0.75 if priced else 0.6
    if category == "timing":
        return _timing_confidence(turn, hit)
    if category == "trust":
        return 0.0 if turn.position < _OPENING and not turn.has("acts.rhetorical") else 0.6
    answered = (turn.prompt is not None and turn.prompt.has("acts.deflection")) or _after_no(turn)
    return 0.6 if answered or turn.hypothetical(hit.start) else 0.5


def _timing_confidence(turn: Turn, hit: Hit) -> float:
    """Return the confidence that the purchase is deferred; a few words about the hour of a meeting do not count."""
    if turn.asked("prompts.meeting") and len(turn.words) < _FEW_WORDS:
        return 0.0
    sentence = turn.sentence_at(hit.start)
    if len(turn.low[sentence.start : sentence.end].split()) < _FEW_WORDS - 1 and turn.low.startswith(_BRIEF, hit.start):
        return 0.0
    return 0.65 if turn.hits(*_TIMING_NEEDS) or turn.asked("prompts.timeline", "prompts.meeting", "prompts.authority") else 0.5


def _of_other_tool(turn: Turn, hit: Hit) -> bool:
    quote = turn.quote_at(hit)
    about_now = turn.asked("prompts.tool", "prompts.pain")
    return about_now or any(n.kind != "own" for n in turn.names_in(quote.start, quote.end))


def _after_no(turn: Turn) -> bool:
    """Return whether the agent has just said that something is missing."""
    return turn.prompt is not None and any(
        w.text in ("no", "not", "only", "isn't", "can't", "cannot", "doesn't") for w in turn.prompt.words
    )


def objection_span(conversation: Conversation, turn: Turn, found: FoundObjection) -> Span:
    """Build the objection's span, with whether the caller accepted the answer to it."""
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


def _accepted(conversation: Conversation, turn: Turn, found: FoundObjection) -> str | None:
    """Return the caller's acceptance after the agent's answer; None without one.

    A reply that does not object is enough where a plain 'it does' solves the objection.
    """
    if _GLAD.match(turn.low) and found.hit.start < _NEAR_OPENING and found.category == "features":
        return turn.text[: turn.sentence_at(0).end]
    later = conversation.turns[turn.position + 1 : turn.position + 1 + _NEXT_TURNS]
    answered = solved = False
    for other in later:
        if not other.is_user:
            put_off = bool(_PUT_OFF.search(other.low)) or other.has("acts.deflection")
            answered, solved = answered or not put_off, not put_off and (solved or bool(_SOLVES.search(other.low)))
            continue
        reply = _SETTLED.search(other.low)
        if reply and answered and not other.negated(reply.start()):
            return other.text[reply.start() : reply.end()]
        if _UNMOVED.search(other.low) or other.hits(f"objections.{found.category}_blocker") or found.category == "timing":
            return None
        if found.category == "pricing" and answered and _content_with(other):
            return _content_with(other)
        if found.category in ("features", "trust"):
            return other.text[: other.sentence_at(0).end] if solved and not other.denies else None
    return None


def _content_with(turn: Turn) -> str | None:
    """Return words that accept a price; None when there are none."""
    hits = [
        h
        for h in turn.hits("company.cost_accepted", "acts.acceptance")
        if not turn.negated(h.start) and not turn.in_question(h.start)
    ]
    return turn.text[hits[0].start : hits[0].end] if hits else None


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
