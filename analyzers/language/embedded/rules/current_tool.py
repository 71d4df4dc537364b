"""Find what documents are made and signed with today: a product, office software, or ``manual`` for paper (LABELS: current_tool).

What the caller answers to "what do you use today?" settles it, by the first of its sentences that names a way of working; a
product named after that is somebody else's, a former or a possible one. Without such an answer any mention counts, with less
confidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.rules.tools import context_of
from analyzers.language.embedded.text.conversation import Conversation, Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.spans import Polarity, modality_at, near, span

MANUAL, IN_HOUSE = "manual", "in-house tool"
SETTLED = 0.9
"""Confidence of an answer to the question what is used: above every mere mention."""
_MENTIONED = 0.6
"""Most confidence of a mention elsewhere once an answer settles it."""
SPOKEN_TOOLS = {
    "word": "Word",
    "excel": "Excel",
    "pages": "Pages",
    "outlook": "Outlook",
    "email": "email",
    "emails": "email",
    "e-mail": "email",
    "pdf": "PDF",
    "pdfs": "PDF",
    "spreadsheet": "spreadsheets",
    "spreadsheets": "spreadsheets",
}
"""Everyday words that are a way of working where the caller was asked for one."""
_BY_HAND = re.compile(
    r"\b(?:print\w*|paper\w*|by hand|hand\s?writ\w*|in person|by post|(?:post|mail)(?:ed|ing)? (?:it|them)|fax\w*|pens?|notebooks?|"
    r"carbon\w*|clipboards?|typewriter|manual(?:ly)?|bring\w* (?:the|it|them)|driv\w+ (?:over|in|it|them)|photocop\w*|biros?|"
    r"(?:a|the|my) pads?|filing cabinet|shoe ?box|biscuit tin|in triplicate|back of (?:an?|the) \w+)\b"
)
_BUILT_HERE = re.compile(
    r"\bin-? ?house (?:\w+ )?(?:portal|tool|system|thing|form|app|program|programme|platform|software|yoke)\b|"
    r"\b(?:our|my) own (?:system|portal|tool|platform|program|programme|app|software|web ?form)\b|"
    r"\bhome-?(?:grown|built|brewed)\b|"
    r"\b(?:engineers?|developers?|programmers?|nephew|cousin|guys?|fell(?:ow|a)|boys?|lads?|intern|student|son|brother)\b"
    r"(?: \w+){0,6}? (?:built|wrote|coded|programmed|made us)\b"
)
"""How callers tell that somebody of theirs made what they use."""
_SHEETS = frozenset({"spreadsheets", "Excel"})
"""What is a spreadsheet, whoever made it."""
_TODAY = re.compile(r"\b(?:today|now|currently|at present|at the moment|until now|use|uses|using)\b")
_LISTED = 2
"""Ways of working that are named together: 'Word and email'."""


def current_tools(conversation: Conversation) -> Iterator[Span]:
    """Yield the settled answers of the caller, and all mentions."""
    answers = [answer for turn in conversation.user_turns if _asked(turn) for answer in _answer(turn)]
    yield from answers
    for found in (mention for turn in conversation.user_turns for mention in _mentions(turn)):
        capped = found.confidence > _MENTIONED and answers
        yield found.model_copy(update={"confidence": _MENTIONED}) if capped else found


def _asked(turn: Turn) -> bool:
    """Return whether the other side asked what is used today, by a question that names no way of working or just one."""
    prompt = turn.question
    if turn.asked("prompts.tool"):
        return True
    if prompt is None:
        return False
    offered = [n for n in prompt.names if n.kind == "competitor" and prompt.in_question(n.start)]
    return len(offered) == 1 and _TODAY.search(prompt.low) is not None and not turn.denies


def _answer(turn: Turn) -> Iterator[Span]:
    """Yield the way of working of the first sentence that names one, else what the caller confirms."""
    for sentence in turn.sentences:
        place = Hit(sentence.start, sentence.end)
        if turn.in_question(sentence.start) or turn.hypothetical(sentence.end):
            continue
        product = _product(turn, place)
        if product is not None:
            yield _span(turn, place, product, SETTLED, manual=False)
            return
        named = _named(turn, place)
        if _BUILT_HERE.search(turn.low, sentence.start, sentence.end) and _SHEETS.isdisjoint(named):
            yield _span(turn, place, IN_HOUSE, SETTLED, manual=True)
            return
        if named:
            yield _span(turn, place, " and ".join(named[:_LISTED]), SETTLED, manual=True)
            return
        if _BY_HAND.search(turn.low, sentence.start, sentence.end):
            yield _span(turn, place, MANUAL, SETTLED, manual=True)
            return
    prompt = turn.question
    if prompt is not None and turn.affirms and turn.words:
        offered = {n.canonical for n in prompt.names if n.kind == "competitor" and prompt.in_question(n.start)}
        if len(offered) == 1:
            yield _span(turn, Hit(turn.words[0].start, turn.sentences[0].end), offered.pop(), SETTLED, manual=False)


def _product(turn: Turn, sentence: Hit) -> str | None:
    """Return the product the sentence says is used; None for one that was left, is considered or is used by others."""
    for name in turn.names_in(sentence.start, sentence.end):
        hit = Hit(name.start, name.end)
        if name.kind == "competitor" and context_of(turn, hit) == "current" and not turn.negated(hit.start):
            return name.canonical
    return None


def _named(turn: Turn, sentence: Hit) -> list[str]:
    """Return office software and plain ways of working, in the order they are said, each once."""
    found: dict[int, str] = {}
    for name in turn.names_in(sentence.start, sentence.end):
        if name.kind == "tool":
            found[name.start] = turn.vocabulary.integrations[name.canonical].display
    for word in turn.words:
        if sentence.start <= word.start < sentence.end and word.text in SPOKEN_TOOLS:
            found.setdefault(word.start, SPOKEN_TOOLS[word.text])
    said = [value for start, value in sorted(found.items()) if not turn.negated(start)]
    return list(dict.fromkeys(said))


def _mentions(turn: Turn) -> Iterator[Span]:
    asked = turn.asked("prompts.tool")
    for name in turn.names:
        hit = Hit(name.start, name.end)
        if name.kind == "competitor" and context_of(turn, hit) == "current":
            yield _mention(turn, hit, name.canonical, 0.85 if asked else 0.75, manual=False)
        elif name.kind == "tool" and not turn.in_question(hit.start) and not near(turn, hit, "tools.used", reach=30):
            shown = turn.vocabulary.integrations[name.canonical].display
            yield _mention(turn, hit, shown, 0.8 if asked else 0.6, manual=True)
    for built in _BUILT_HERE.finditer(turn.low):
        if not turn.in_question(built.start()):
            yield _mention(turn, Hit(built.start(), built.end()), IN_HOUSE, 0.7 if asked else 0.5, manual=True)
    for hit in turn.hits("tools.manual"):
        if not turn.in_question(hit.start):
            yield _mention(turn, hit, _manual_name(turn, hit), 0.65 if asked else 0.45, manual=True)


def _manual_name(turn: Turn, hit: Hit) -> str:
    words = turn.low[hit.start : hit.end]
    if "spreadsheet" in words:
        return "spreadsheets"
    return "PDF by email" if "mail" in words or "pdf" in words else MANUAL


def _mention(turn: Turn, hit: Hit, value: str, confidence: float, *, manual: bool) -> Span:
    polarity: Polarity = "negated" if turn.negated(hit.start) or near(turn, hit, "tools.not_using", reach=25) else "affirmed"
    return span(
        turn, SpanType.CURRENT_TOOL, hit, value, confidence, polarity=polarity, modality=modality_at(turn, hit.start), manual=manual
    )


def _span(turn: Turn, hit: Hit, value: str, confidence: float, *, manual: bool) -> Span:
    return span(turn, SpanType.CURRENT_TOOL, hit, value, confidence, manual=manual)
