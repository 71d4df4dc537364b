"""Find competing products, their role for the caller, and the caller's sentiment toward each (LABELS: competitors)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from analyzers.language.annotations import SentimentLabel, Span, SpanType
from analyzers.language.embedded.rules.sentiment import weights_in
from analyzers.language.embedded.rules.tools import Context, context_of
from analyzers.language.embedded.text.conversation import Conversation, Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.spans import Modality, Polarity, near, span

_PAST = re.compile(
    r"\b(?:cancell?ed (?:it|them|that)|gave up on|moved (?:off|away)|used to (?:use|be on|have)|we left|we stopped|"
    r"(?:years?|months?|while) (?:back|ago)"
    r"|that is out|they're out|went (?:back|off)|going back to|back to|in another company|at my (?:last|old|previous)|"
    r"last year|until the"
    r"|we looked at|looked into|for (?:about )?a year\b.*\b(?:was|were|stopped|cancell?ed)|had a (?:squiz|look) at|did "
    r"try|we tried|tried it)\b"
)
_FORMERLY = re.compile(r"\b(?:before that|previously|formerly|back when we (?:had|used)|until then)\b")
_CONSIDERING = re.compile(
    r"\b(?:on trial|a trial of|trial too|comparing|on (?:the|our|my|a) (?:list|shortlist|short list)|still on the|"
    r"looking at|between you and|session with|demo (?:from|of|with|was)"
    r"|would do|saying take|says take|take docusign|the other one|evaluat\w+|considering|look at them|in the running|"
    r"versus|weighing|also talking|quote from|pitched|might go|leaning)\b"
)
_OTHERS = re.compile(
    r"\b(?:different from|differ from|compared? (?:to|with)|not for us|their own thing|they've picked|they picked|"
    r"(?:client|clients|customer|friend|brother|neighbou?r|partner firm) (?:\w+ ){0,4}"
    r"(?:is|are|use|uses|swears?)|i keep hearing|i hear about|better than|cheaper than|how do you compare)\b"
)
_PRAISE = re.compile(
    r"\b(?:easy to use|slick|pretty|amazing|reliable|solid|no complaints?|can(?:not|'t) say (?:a )?bad word|"
    r"it works|works fine|works well|legit|love(?:s)? it|like(?:s)? it|nice to use"
    r"|at least their|i know they do|let me do|impress\w+|brilliant|beautiful|never have "
    r"to think|very good|really good|great|happy with|smooth|fast(?:er)?|better than yours)\b"
)
_BLAME = re.compile(
    r"\b(?:hates? it|hate|times? out|timed out|crash\w*|fail\w*|expir\w+|raised the price|price went up|went up|"
    r"charges? (?:us|per|by|for)|per envelope|overage|too heavy|heavy|too (?:expensive|complicated|slow|dear)"
    r"|clunky|fiddly|nightmare|drove us|couldn't|could not|can't (?:build|see|do|find|edit|tell)|nobody could|lose the|"
    r"lost the|lose the whole|ugly|plain|basic|only signs?|just sign|stopped listening|\w+ days to answer"
    r"|cancell?ed|gave up|done with|sick of|tired of|fed up|not renewing|not "
    r"putting|still have to|have to (?:put|type|build|enter|do)|somebody has to|by hand"
    r"|complain\w*|quoted so high|so high|awful|terrible|"
    r"horrible|bad|worse|slow|annoy\w*|frustrat\w*|pain|mess|unreliable|glitch\w*|no proposal|failed|overpriced"
    r"|stuck|nothing but trouble|support (?:is|was|took)|never answer\w*|locked)\b"
)
_EVEN = re.compile(
    r"\b(?:does the job|did the job|it was fine|it's fine|is fine|was fine|whatever|no feelings|nobody (?:loves|likes|"
    r"hates|curses)|perfectly (?:all right|nice|fine|adequate)|no opinion|it's okay|is okay|it's alright"
    r"|it was alright|all right|no idea whether|either way|so so|decent enough|competent)\b"
)
_NEXT_SENTENCES = 3
"""Sentences after the one that names a product which may still be about it."""
_FARTHEST = 2000
"""Characters from a product's name within which words are about it: two minutes of speech without a full stop. Without it, an
endless sentence that names a product thousands of times would be searched from end to end for each of them."""
_OURSELVES = re.compile(r"\b(?:you|your|yours|you guys|panda\w*|this thing)\b")


class _Mention(NamedTuple):
    turn: Turn
    hit: Hit
    certain: bool
    context: Context


class _Sentiment(NamedTuple):
    """Sums up sentiment: ``weight`` above zero is praise; ``even`` when the words are balanced on purpose."""

    weight: float
    even: bool


def competitors(conversation: Conversation) -> Iterator[Span]:
    """Yield products the caller names or confirms; everything said of one in the call decides the sentiment toward it."""
    mentions: defaultdict[str, list[_Mention]] = defaultdict(list)
    for turn in conversation.user_turns:
        for name, mention in _mentions(turn):
            mentions[name].append(mention)
    for name, said in mentions.items():
        sentiment = _label([_toward(mention) for mention in said], said[0].context)
        for mention in said:
            yield _span(name, mention, sentiment)


def _mentions(turn: Turn) -> Iterator[tuple[str, _Mention]]:
    named = [n for n in turn.names if n.kind == "competitor"]
    for name in named:
        hit = Hit(name.start, name.end)
        yield name.canonical, _Mention(turn, hit, name.certain, _context(turn, hit))
    prompt = turn.prompt
    if named or not turn.affirms or prompt is None or not turn.words:
        return
    offered = {n.canonical for n in prompt.names if n.kind == "competitor" and prompt.in_question(n.start)}
    if len(offered) == 1:
        opening = Hit(turn.words[0].start, turn.sentences[0].end)
        current = prompt.has("tools.using", "prompts.tool")
        yield offered.pop(), _Mention(turn, opening, False, "current" if current else "considering")


def _about(turn: Turn, hit: Hit) -> tuple[int, int]:
    """Return the stretch of speech about a product: its sentence and the next ones, up to another product or a word to us."""
    start, end = turn.quote_at(hit)
    others = [n for n in turn.names_in(start, end + 400) if n.kind == "competitor" and (n.start, n.end) != (hit.start, hit.end)]
    start = max([start, *(n.end for n in others if n.end <= hit.start)])
    for _ in range(_NEXT_SENTENCES):
        following = turn.sentence_at(min(end + 2, len(turn.low)))
        first, last = max(following.start, hit.start - _FARTHEST), min(following.end, hit.end + _FARTHEST)
        if last <= end or turn.in_question(following.start) or _OURSELVES.search(turn.low, first, last):
            break
        end = last
    return start, min([end, *(n.start for n in others if n.start >= hit.end)])


def _context(turn: Turn, hit: Hit) -> Context:
    """Return the context by plain words for it first, by the nearest cue otherwise."""
    start, end = _about(turn, hit)
    known: tuple[tuple[re.Pattern[str], Context], ...] = ((_OTHERS, "comparison"), (_CONSIDERING, "considering"), (_PAST, "past"))
    if _FORMERLY.search(turn.low, max(turn.sentence_at(hit.start).start, hit.start - _FARTHEST), hit.start):
        return "past"
    for pattern, context in known:
        if pattern.search(turn.low, start, end):
            return context
    return context_of(turn, hit)


def _toward(mention: _Mention) -> _Sentiment:
    turn = mention.turn
    start, end = _about(turn, mention.hit)
    blame = sum(1 for m in _BLAME.finditer(turn.low, start, end) if not _softened(turn, m.start()))
    praise = sum(1 for m in _PRAISE.finditer(turn.low, start, end) if not turn.negated(m.start()))
    mood = sum(weight for _, weight in weights_in(turn, start, end))
    even = bool(_EVEN.search(turn.low, start, end))
    named = 1.5 * (praise - blame)
    weight = named + (0.5 * mood if not even and mood * named >= 0 else 0.0)
    return _Sentiment(weight, even)


def _softened(turn: Turn, offset: int) -> bool:
    """Return whether the words of blame are negated: 'no complaints', 'nobody hates it'."""
    return turn.negated(offset) and not turn.low.startswith(("could", "can't", "not ", "nobody", "never"), offset)


def _label(sentiments: Sequence[_Sentiment], context: Context) -> SentimentLabel:
    """Balance praise and blame; a product that is or will be left counts as negative, unless it is called just fine."""
    weight = sum(sentiment.weight for sentiment in sentiments)
    even = any(sentiment.even for sentiment in sentiments)
    if weight <= -1.5 and not (even and weight > -2.5 and context != "current"):
        return "negative"
    if weight >= 1.0:
        return "positive"
    if even or context in ("considering", "comparison"):
        return "neutral"
    return "negative" if weight < 0 or context == "past" else "neutral"


def _span(name: str, mention: _Mention, sentiment: SentimentLabel) -> Span:
    turn, hit, context = mention.turn, mention.hit, mention.context
    polarity: Polarity = "negated" if context == "current" and near(turn, hit, "tools.not_using", reach=30) else "affirmed"
    modality: Modality = "hypothetical" if turn.hypothetical(hit.start) and context == "current" else "asserted"
    return span(
        turn,
        SpanType.COMPETITOR,
        hit,
        name,
        0.9 if mention.certain else 0.75,
        polarity=polarity,
        modality=modality,
        tense="past" if context == "past" else "present",
        context=context,
        sentiment=sentiment,
    )
