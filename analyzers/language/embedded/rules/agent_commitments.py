"""Find what the agent commits to: offers, promises and confirmations on one topic are one item (LABELS: action_items)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.rules.deadlines import deadline_in
from analyzers.language.embedded.text.conversation import Conversation, Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.spans import span
from analyzers.language.embedded.text.words import lowered, word_set
from contract.platform.calendar_words import WEEKDAY_NUMBERS


def _any(*forms: str) -> re.Pattern[str]:
    """Compile a pattern for one of these forms as whole words; blanks in the source only separate the forms."""
    return re.compile(r"\b(?:" + "|".join(forms) + r")\b")


def _one(*words: str) -> str:
    return "(?:" + "|".join(" ".join(words).split()) + ")"


_WHO = (
    "(?:someone|somebody|a specialist|the specialist|our specialist|specialist|colleague|team|engineer|support|sales "
    "team|sales|they|expert)"
)
_DOES = _one(
    "send e-?mail forward share raise pass flag note ask have arrange get follow check loop request mark log submit ring "
    "call reach",
    "escalate report find add text confirm file hand notify prepare put open let bring include copy draft pull schedule "
    "remind tell",
)
_WILL_DO = (
    "(?:be in touch|get in touch|get back|let you know|look into|e-?mail|write|send|confirm|call|ring|reply|answer|"
    "contact|reach|follow"
    "|bring|prepare|check|come back|clarify)"
)
_GETS = "(?:it|that|them|both|all|from|back|word|the|an? (?:answer|e-?mail|reply|call|note|message|quote))"
_FIRM = _any(
    rf"(?:i'll|i will|we'll|we will|i'm going to|i am going to|let me) (?:(?:also|just|then|happily|go ahead and|get|make "
    rf"sure to) )*{_DOES}",
    "(?:i'll|i will) (?:see to it|do that|come back|look into)",
    rf"{_WHO}(?:'ll| will) (?:also )?{_WILL_DO}",
    rf"(?:you'll|you will) (?:get|receive|have|hear) {_GETS}",
    "i've (?:asked|passed|flagged|requested|opened|noted)",
    "will do|consider it done",
)
_CAN_DO = _one("ask have send e-?mail pass get forward share request arrange mark open note confirm raise find our someone a")
_SOFT_OFFER = _any(
    rf"(?:i can|i could|we can|i'd like to|i would like to|i'd ask|i'd have)(?: \w+)? {_CAN_DO}",
    rf"{_WHO} (?:can|could|would|would have to|should|needs to|has to)(?: need to)? (?:also )?"
    "(?:confirm|check|e-?mail|send|tell|know|answer|get|write|call|ring|quote|look)",
)
_OFFER = _any(
    r"(?:shall|can|could|may|should|would you like|do you want|want)\b.{0,40}\b(?:send|sent|confirm|reach out|get in "
    r"touch|be in touch"
    "|e-?mail(?:ed)? (?:you|it|that|this|them|him|her|the|an?|to)|answer\\w*|forward|put together|call you|ring you|ring "
    "back|call back"
    "|follow up|note|written)",
    r"(?:would you like|do you want|shall i add|want) (?:me to send |the |a |our )(?:\w+ )?"
    "(?:report|overview|guide|article|summary|link|documentation|quote|comparison|template)",
)
_NO_OFFER = _any("(?:could|can|would|will) you(?! like)", "shall we", "bulk send")
_BOOKED = _any(
    "booked|calendar|invitation|invite|scheduled|confirmed for|all set for|locked in|set you up|put you (?:with|through)|"
    "connect you",
    "in the diary|look for a time|book you",
)
_NOT_A_PROMISE = _any(
    "let me (?:look|see|check|think|put it|be|know|ask you|try|explain|make sure|repeat|read|find|ask you|tell you|"
    "get (?:this|that|it) straight)",
    "i'll (?:be|stay|wait|go slow|do my best|leave|end|put it (?:simply|plainly)|note that down and|ask (?:you|one|another|about))",
    "i'll (?:have|keep) (?:a|the) transcript|i've (?:heard|read|seen|got|had)|i've put (?:it|that) badly",
    r"you'll (?:have to|get used|find|see)|you will have to|which \w+ do you want|(?<!can )i have (?:no|to|never)",
)
_DOCUMENT = _any(
    "link|pdf|price list|prices?|pricing|quote|quotation|order form|one[- ]page(?:r)?|overview|case stud(?:y|ies)|"
    "brochure|documentation",
    "docs|guide|article|template|sample|contract|proposal|baa|white ?paper|data ?sheet|comparison|summary|recording|"
    "slides|presentation",
    "checklist|paperwork|terms|report|instructions|tutorial|video|documents?|packet|agreement|certificate|questionnaire|"
    "costs?|offer",
    "draft|sheet|example|page|materials?|information pack|steps",
)
_SENDING = _any(
    "send|sent|e-?mail(?:ed)?|share|forward|text|inbox|prepare|bring|put together|draft|hand|copy|get .{2,40} (?:to you|over)",
    "have (?:it|that|them)|you'll (?:have|get|receive)",
)
_ANSWERING = _any(
    r"answers?|answered|confirm\w*|whether|find out|look into|check\w*|reply|ticket|feedback|(?:make|leave|send|"
    r"add) (?:you )?(?:a )?note",
    "note that|touch|reach out|(?:ring|call) (?:you|back|me|him|her)|hear from|write to you|write with|escalate|log|bug|"
    "crash|fix|urgent",
    "figure",
)
_SALES = _any("sales|specialist|executive|account manager|price|pricing|quote|cost|order form|agreement|discount|expert")
_SUPPORT = _any(
    "support|engineers?|product specialist|technical|developer support|ticket|billing team|feedback|bug|product team|"
    "crash|helpdesk|logs"
)
_LATER = _any(
    "(?:call|ring|contact) (?:you|me|back|him|her|us)|reach out|get in touch|be in touch|get back|write to (?:me|you)|"
    "check back|follow up"
)
_CONTACT = _any("reach out|get in touch|be in touch|(?:ring|call) (?:you|me|back|this|him|her)")
_BACK = _any("it|that|this|them|they|they'll|those|both|him|her")
_RETURN = _any(
    "(?<!you )(?:call|ring|phone|write to|e-?mail|contact|ping|try|get back to|come back to) (?:me|us)(?: back| "
    "again)?(?! (?:if|when|a))",
    "have (?:someone|somebody|them|a person) (?:call|ring|phone|e-?mail|write)",
)
_CLAUSES = re.compile(r",? and (?=(?:i'll|i will|the specialist|a specialist|our specialist) )")
_CALLING = word_set("ring explain won't twice back number")
_PLAIN = frozenset(WEEKDAY_NUMBERS) | word_set(
    "i i'll i'd i've you you'll your it it's that that's this them they they'll those these one we we'll will would can could "
    "may shall should have has had get got be been is are was a an the and or but so for of to on in at by with from as if then "
    "also just both all any anything else more there here what when how which who send sent email e-mail mail write written ask "
    "asked pass put note make made let me my our us someone somebody specialist colleague team sales support today tomorrow "
    "tonight week next end noon morning afternoon evening latest good "
    "great thanks thank okay sure happy luck request answer hear touch sorry inbox now right well fine lovely done going before "
    "after about not don't do does did than able like want need soon point points said same way first through along day call"
)
_NEW_WORDS = 5
"""New content words that a clause may add when it refers back with "it" or "them"; without such a word one."""
_WORD = re.compile(r"[\w'-]+")
_SAME_TOPIC_TURNS = 4
"""Turns after the last mention up to which a clause continues a commitment by its words."""
_CONFIRMATION_TURNS = 12
"""Turns after the last mention up to which a clause that names nothing ("you'll have it") still confirms a commitment."""
_CONTEXT_TURNS = 4
"""Turns before a commitment whose words tell what it answers: two of either side."""
_LONG_REPLY = 30
"""Words from which a reply to an offer is about more than the offer, so that its dates are not the deadline."""
_TAIL = 120
"""Characters at the end of what the caller had asked in which a deadline is looked for: earlier dates belong to the story told."""
_MOST_SENTENCES = 60
"""Sentences of a turn that are examined; bounds the time for endless speech (a hostile transcript may hold a turn of megabytes)."""
_MOST_CLAUSES = 40
"""Clauses of one commitment whose words are read: a call repeats it two or three times, and each clause reads them all again."""


@dataclass
class Commitment:
    """Collects what was said about one commitment, with the caller's words before and between.

    ``quote`` is the promise itself, ``clauses`` are all that speak of it, ``last`` is the position of the last turn that does.
    """

    turn: Turn
    quote: Hit
    last: int
    clauses: list[tuple[Turn, Hit]] = field(default_factory=list[tuple[Turn, Hit]])
    firm: bool = False
    asked: bool = False
    said: list[str] = field(default_factory=list[str])
    context: list[str] = field(default_factory=list[str])
    request: str = ""
    words: set[str] = field(default_factory=set[str])

    sorted_at: tuple[int, str] = (0, "")

    @property
    def low(self) -> str:
        return lowered(" ".join(self.said))

    @property
    def sort(self) -> str:
        """Return the sort of what was said, computed again only when more was said."""
        if self.sorted_at[0] != len(self.said):
            self.sorted_at = (len(self.said), _sort(self.low))
        return self.sorted_at[1]

    def add(self, turn: Turn, clause: Hit, strength: str) -> None:
        if strength == "firm" and not self.firm:
            self.turn, self.quote = turn, clause
        self.firm = self.firm or strength == "firm"
        self.asked = self.asked or strength == "offer"
        self.last = turn.position
        if len(self.said) < _MOST_CLAUSES:
            self.said.append(turn.text[clause.start : clause.end])
            self.clauses.append((turn, clause))
        self.words |= _content(turn.low[clause.start : clause.end])


def agent_commitments(conversation: Conversation) -> list[Commitment]:
    """Return promises and offers of the agent, and calls back that the caller asks for; what is booked is known from the tools."""
    found: list[Commitment] = []
    for turn in conversation.turns:
        if turn.is_user:
            found += _asked_back(turn, found)
            continue
        for clause in _clauses(turn):
            low = turn.low[clause.start : clause.end]
            strength = _strength(low, low.rstrip().endswith("?"))
            if strength is None or (turn.item.interrupted and strength != "firm"):
                continue
            if not found or not _same(found[-1], turn, low):
                found.append(_opened(conversation, turn, clause))
            elif turn.prompt is not None and turn.position > found[-1].last:
                found[-1].context.append(turn.prompt.text)
            found[-1].add(turn, clause, strength)
    return found


def _opened(conversation: Conversation, turn: Turn, clause: Hit) -> Commitment:
    before = conversation.turns[max(0, turn.position - _CONTEXT_TURNS) : turn.position]
    request = turn.prompt.text if turn.prompt else ""
    return Commitment(turn, clause, turn.position, context=[" ".join(t.text for t in before)], request=request)


def _asked_back(turn: Turn, found: list[Commitment]) -> Iterator[Commitment]:
    """Yield a call back the caller asks for ('Call me on the eleventh of January'), unless the agent had already offered it."""
    offered = bool(found) and turn.position - found[-1].last <= 2 and found[-1].sort == "contact"
    for sentence in turn.sentences[:_MOST_SENTENCES] if not offered else ():
        low = turn.low[sentence.start : sentence.end]
        if _RETURN.search(low) and deadline_in([low]) and not turn.negated(sentence.start):
            commitment = Commitment(turn, Hit(sentence.start, sentence.end), turn.position, said=["sales"], firm=True)
            commitment.said.append(turn.text[sentence.start : sentence.end])
            commitment.clauses.append((turn, Hit(sentence.start, sentence.end)))
            commitment.words = _content(low)
            yield commitment
            return


def _strength(low: str, question: bool) -> str | None:
    if _NOT_A_PROMISE.search(low) or _BOOKED.search(low):
        return None
    if question:
        return "offer" if _OFFER.search(low) and not _NO_OFFER.search(low) else None
    if _FIRM.search(low):
        return "firm"
    return "soft" if _SOFT_OFFER.search(low) else None


def _content(low: str) -> set[str]:
    return {w for w in _WORD.findall(low) if w not in _PLAIN and len(w) > 2}


def _clauses(turn: Turn) -> Iterator[Hit]:
    """Yield sentences, split where a second promise begins ('..., and I'll email you the guide')."""
    for sentence in turn.sentences[:_MOST_SENTENCES]:
        start = sentence.start
        for match in _CLAUSES.finditer(turn.low, sentence.start, sentence.end):
            if match.start() > start:
                yield Hit(start, match.start())
            start = match.end()
        yield Hit(start, sentence.end)


def _same(commitment: Commitment, turn: Turn, low: str) -> bool:
    """Return whether a clause continues a commitment: soon after, of the same sort, and naming nothing new.

    A confirmation such as 'you'll have it' may come much later.
    """
    content, sort, before = _content(low), _sort(low), commitment.sort
    fresh = len(content - commitment.words)
    gap = turn.position - commitment.last
    if commitment.turn.is_user:
        return gap == 1 and not (sort and fresh)
    if sort and before and "contact" in (sort, before) and sort != before:
        return False
    if commitment.asked and not commitment.firm and gap <= 2:
        return True
    if gap > _SAME_TOPIC_TURNS:
        return gap <= _CONFIRMATION_TURNS and len(content) <= 1
    return fresh <= (_NEW_WORDS if _BACK.search(low[:40]) else 1) or bool(content & commitment.words)


def _sort(low: str) -> str:
    if _CONTACT.search(low):
        return "contact"
    return "answer" if _ANSWERING.search(low) else "paper" if _SENDING.search(low) else ""


class Terms(NamedTuple):
    """Hold what the rules make of a commitment: its kind, whose it is, the words of its day, and what each rests on."""

    kind: str
    owner: str
    deadline: str | None
    accepted: bool
    """Whether the caller accepts an offer in the turn after it."""
    names_sales: bool
    names_support: bool
    """Whether its own words name somebody of sales, a price, somebody of support, a ticket."""


def terms_of(conversation: Conversation, commitment: Commitment) -> Terms:
    said, asked = commitment.low, lowered(" ".join(commitment.context))
    kind = _kind(said, asked)
    deadline = _deadline(conversation, commitment, kind)
    return Terms(
        kind,
        _owner(said, asked, commitment.request.lower(), kind, deadline),
        deadline,
        _accepted(conversation, commitment),
        _SALES.search(said) is not None,
        _SUPPORT.search(said) is not None,
    )


def commitment_spans(commitment: Commitment, terms: Terms, owner: str, confidence: float) -> Iterator[Span]:
    """Yield a span for each clause that speaks of the commitment, the promise itself first; all say what is promised."""
    quote = (commitment.turn, commitment.quote)
    what = commitment.turn.text[commitment.quote.start : commitment.quote.end].strip().rstrip(".,!")
    for turn, clause in [quote, *(other for other in commitment.clauses if other != quote)]:
        yield span(
            turn,
            SpanType.ACTION,
            clause,
            what,
            confidence,
            tense="future",
            owner=owner,
            kind=terms.kind,
            deadline=terms.deadline,
            conditional=False,
        )


def _accepted(conversation: Conversation, commitment: Commitment) -> bool:
    reply = next((t for t in conversation.turns[commitment.last + 1 : commitment.last + 3] if t.is_user), None)
    if reply is None or reply.denies or not commitment.asked:
        return False
    return reply.affirms or reply.has("acts.acceptance", "acts.request", "actions.when")


def _deadline(conversation: Conversation, commitment: Commitment, kind: str) -> str | None:
    """Return the day in the promise, else in the caller's reply to the offer, else in what the caller had asked for."""
    said = deadline_in(commitment.said)
    if said:
        return said
    if commitment.asked:
        replies = conversation.turns[commitment.last + 1 : commitment.last + 2]
        short = [t.text for t in replies if t.is_user and len(t.words) < _LONG_REPLY]
        return deadline_in([*(h[-_TAIL:] for h in commitment.context[1:]), *short])
    request = commitment.request[-_TAIL:]
    return deadline_in([request]) if _LATER.search(request.lower()) or kind == "document_share" else None


def _kind(said: str, asked: str) -> str:
    """Return ``document_share`` for a document to be sent, unless what is sent is an answer."""
    if not _SENDING.search(said) or _ANSWERING.search(said):
        return "follow_up"
    asked_for = len(_content(said)) <= 1 and _SENDING.search(asked) and _DOCUMENT.search(asked)
    return "document_share" if _DOCUMENT.search(said) or asked_for else "follow_up"


def _owner(said: str, asked: str, request: str, kind: str, deadline: str | None) -> str:
    """Return sales when a specialist or money is involved, or a later call to the caller; else support."""
    if _SUPPORT.search(said):
        return "support"
    if _SALES.search(said):
        return "sales"
    if _SUPPORT.search(asked) and not _content(said) - _CALLING:
        return "support"
    later = kind == "follow_up" and deadline is not None and _LATER.search(f"{said} {request}")
    return "sales" if later else "support"
