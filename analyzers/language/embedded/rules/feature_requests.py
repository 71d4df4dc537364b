"""Find capabilities asked for or talked about (LABELS: feature_requests; connections belong to integrations)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.rules.objections import conditions
from analyzers.language.embedded.text.conversation import Conversation, Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.spans import Modality, near, span
from analyzers.language.embedded.text.words import Sentence

_PLAIN = frozenset({"templates", "e-signature", "document fields", "crm integration", "version history", "document import"})
_REACH = 90
"""Characters between a feature of the list and the words that ask for it, in one sentence."""
_TOPIC_WORDS = 8
"""Words that name a capability which is not on the list: a title, not the sentence."""
_LEAST_WORDS = 4
"""Words of a sentence below which it names no capability ("Can it?")."""
_OPENING = 3
"""Turns from the start that greet and ask for consent; "can you hear me" there requests nothing."""
_LEAST_TAIL = 2
"""Words after "can it" or "we need" below which no capability is named."""
_MOST_SENTENCES = 60
"""Sentences of a turn that are examined; bounds the time for endless speech."""
_SAME_REQUEST_TURNS = 8
"""Turns after a request in which a condition ("if it can't ...") repeats it rather than adds one."""
_EMPTY = (["do", "that?"], ["do", "this?"], ["do", "it?"], ["do", "that"], ["do", "it"])
_ASKS = re.compile(
    r"(?:^|[,.;] |\b(?:and|so|or|also|um|uh|but|because|okay|now|yes|right|then|quickly) )(?:"
    r"(?:can|could) (?:it|i|we|they|he|she|the|you guys|my|our|one|pandadoc|your thing|a \w+|clients?|people)|"
    r"does (?:it|the|yours|pandadoc|that|your)"
    r"|do (?:you guys|you|we) (?:keep|fire|have|support|do|handle|offer|allow|let|track|store|log|show)|is there (?:a "
    r"way|any way|an option|some way|something)"
    r"|(?:is|is it|would it be|are we) (?:possible|able)|will it|would it (?:be|let|work|show)|am i able|is [\w -]{3,25} there\b"
    r"|how (?:do|can|would|could) (?:i|we) (?:lock|get rid|hide|stop|restrict|remove|limit|automate|make sure|keep))\b"
    r"|\bwhether (?:the|it) [\w ]{3,30} can\b"
)
_WANTS = re.compile(
    r"\b(?:(?:i|we)(?:'d| would)? (?:need|want|like|love)(?:ed)? (?:that the|that it|to (?:see|know) (?:whether|how i'd|"
    r"how we'd|the \w+ can't|that)|to be able|an? extra \w+|each|every"
    r"|the \w+ (?:to|date|name|copy|number|amount)|my \w+ to|our \w+ to|the client|clients to|them to be able|it to (?!be|go))"
    r"|i only want|should be able to|must be able to|need to be able|needs? to be able|has to be in (?!and|by|place|"
    r"before|time)|has to carry|should "
    r"create|must come|must carry"
    r"|it'd be (?:cool|nice|great|good) (?:to|if)|would be (?:nice|cool|great|good|pleasant|handy|useful)\b|ideally so|"
    r"without me lifting|what i'm after)\b"
    r"|\b(?:i|we) wish (?:it|you|there|i could|we could)\b|\bdefinitely$"
)
_NO_FEATURE = re.compile(
    r"\b(?:cost\w*|price\w*|pricing|pay\w*|paid|card|charge\w*|dollars?|euros?|money|budget|discount|rate|cheap\w*|"
    r"expensive|invoice (?:me|us)|quote for|per (?:user|seat|month)|trial|plan|seats?|licen[cs]es?"
    r"|call|calls|meeting|meet|appointment|thursday|wednesday|tuesday|monday|friday|tomorrow|tonight|today|week|o'clock|"
    r"minutes?|hour|robot|human|person|real|talk|speak|somebody|someone|sales"
    r"|hear me|help me|email me|e-mail me|send me|mail me|text me|ring me|approval|approve it|decide|decision|boss|"
    r"board|think|ask my|check with|sure|start|recording|transcri\w+|weekend|lunch|coffee|extension|connect to|hold up|"
    r"wait for|log in|password|find it|see it|joking"
    r"|to know (?:what|when|who|where|if you)|go now|to go|run it|know by|signed with|ready|done by|running|up and "
    r"running|contract with|notice|years?|month's)\b"
)
_ALSO_WANTS = re.compile(
    r"\b(?:wants|insists on|asks for|definitely|anything without|essential|pleasant|has to approve|must approve)\b"
)
_WHICH = re.compile(
    r"\b(?:which features?|what features?|capabilit\w+|matters? most|have to do|need to do|would (?:it|we|"
    r"pandadoc) (?:have|need) to|on your list|wish list|anything missing)\b"
)
_BRINGS_OVER = re.compile(r"\b(?:import|bring over|migrate|move over|carry over|pull in)\b")
_POLITE = re.compile(r"\b(?:can|could|would|will) you (?!guys)")
_REQUIRED = re.compile(
    r"\b(?:must|need|needs|needed|has to|have to|has got|got to|gotta|only want|otherwise|whole point|definitely|won't "
    r"work|don't buy|deal ?breaker|without|no use|required|the one thing|whether|that's what)\b"
)


def feature_requests(conversation: Conversation) -> Iterator[Span]:
    """Yield capabilities asked about, needed or wished for.

    Known features are named by the list, others by the caller's words; basics are left out.
    """
    last = -_SAME_REQUEST_TURNS
    for turn in conversation.user_turns:
        for sentence in turn.sentences[:_MOST_SENTENCES]:
            request = _request(turn, sentence)
            if request is not None:
                last = turn.position
                yield request
        if turn.position - last >= _SAME_REQUEST_TURNS:
            for found in conditions(turn):
                if found.category == "features" and _condition_names_it(turn, found.hit):
                    last = turn.position
                    yield request_span(turn, found.hit, _topic(turn, found.hit), 0.5)
                    break


def _condition_names_it(turn: Turn, hit: Hit) -> bool:
    """Return whether a condition names the need: 'If the line items don't come across, ...' does.

    'without this' does not, nor does the name of a system.
    """
    clause = turn.low[hit.start : turn.quote_at(hit).end].partition(",")[0]
    words = clause.split()
    return words[:1] == ["if"] and len(words) > _LEAST_WORDS and not turn.names_in(hit.start, hit.start + len(clause))


def _request(turn: Turn, sentence: Sentence) -> Span | None:
    named = _named(turn, sentence)
    if named is not None:
        hit, feature = named
        return request_span(turn, hit, feature, 0.75)
    low = turn.low[sentence.start : sentence.end]
    asks, wants = _ASKS.search(low), _WANTS.search(low)
    match = asks or wants
    if (
        match is None
        or len(low.split()) < _LEAST_WORDS
        or _NO_FEATURE.search(low, match.start())
        or (_POLITE.search(low) and not wants)
    ):
        return None
    hit = Hit(sentence.start + match.start(), sentence.start + match.end())
    tail = turn.low[hit.end : sentence.end].split()
    linked = any(n.kind in ("integration", "competitor") for n in turn.names_in(sentence.start, sentence.end))
    asked = low.rstrip().endswith("?") or turn.in_question(hit.start)
    if (
        (linked and not _BRINGS_OVER.search(low))
        or near(turn, hit, "feature_requests.how_to", "acts.rhetorical")
        or not (asked or wants)
        or turn.position < _OPENING
        or len(tail) < _LEAST_TAIL
        or tail[:2] in _EMPTY
    ):
        return None
    return request_span(turn, hit, _topic(turn, hit), 0.55)


def _named(turn: Turn, sentence: Sentence) -> tuple[Hit, str] | None:
    """Return a feature of the list beside a wish, a need or a 'can it'; None without one."""
    for label in turn.labelled("feature"):
        name = label.removeprefix("feature.")
        for hit in turn.hits_in(sentence.start, sentence.end, label):
            wanted = near(
                turn,
                hit,
                "feature_requests.must",
                "feature_requests.nice",
                "feature_requests.asks",
                "feature_requests.capability",
                reach=_REACH,
            )
            low = turn.low[sentence.start : sentence.end]
            wanted = wanted or _WANTS.search(low) or _ALSO_WANTS.search(low) or _asked_what(turn)
            if wanted and name not in _PLAIN:
                return hit, name
    return None


def _asked_what(turn: Turn) -> bool:
    """Return whether the agent has asked which capabilities matter."""
    return turn.prompt is not None and bool(turn.prompt.questions) and bool(_WHICH.search(turn.prompt.low))


def _topic(turn: Turn, hit: Hit) -> str:
    """Return the caller's words for the capability."""
    end = turn.quote_at(hit).end
    return " ".join(turn.low[hit.end : end].strip(" ?.!,").split()[:_TOPIC_WORDS]) or turn.low[hit.start : hit.end]


def request_span(turn: Turn, hit: Hit, feature: str, confidence: float, priority: str | None = None) -> Span:
    """Build the span; without a ``priority`` the words around it decide whether it is a must."""
    quote = turn.quote_at(hit)
    must = turn.has("objections.features_blocker") or bool(_REQUIRED.search(turn.low[quote.start : quote.end]))
    modality: Modality = "question" if turn.in_question(hit.start) else "asserted"
    return span(
        turn,
        SpanType.FEATURE_REQUEST,
        quote,
        feature,
        confidence,
        modality=modality,
        priority=priority or ("must_have" if must else "nice_to_have"),
    )


def feature_mentions(conversation: Conversation) -> Iterator[Span]:
    """Yield features named by either side, once a turn."""
    for turn in conversation.turns:
        for label in turn.labelled("feature"):
            hits = turn.hits(label)
            if hits:
                modality: Modality = "question" if turn.in_question(hits[0].start) else "asserted"
                yield span(turn, SpanType.FEATURE_MENTION, hits[0], label.removeprefix("feature."), 0.8, modality=modality)
