"""Read the figures in an agent's turn that are about the caller: a summary ('Four, then.') or a check ('18 of you, right?').

A plan's limit, a price and a count of anything else are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzers.language.embedded.rules.counted_people import FOLLOWS, bare, covering, documents_follow, noun_of, periodic
from analyzers.language.embedded.rules.other_figures import counts_nothing, is_per_head, is_price
from analyzers.language.embedded.rules.settled_figures import next_of_caller
from analyzers.language.embedded.text.conversation import Conversation, Turn
from analyzers.language.embedded.text.numbers import Number
from analyzers.language.embedded.text.words import word_set

_LARGEST_TEAM = 5_000
"""People above which a figure of an agent is a number of customers or a volume."""
_BRIEF = 9
"""Words up to which a sentence that holds a bare figure only sums it up: 'So that leaves nine on the desk, then.'"""
_SUMMING = 2
"""Sentences at the start of a reply that may sum up what was just said."""
_YES = word_set("yes yep yeah yup right correct exactly true precisely")
_REPLY_OPENING = 5
"""Words of a reply among which a yes confirms what was asked: 'Me and Ada, yes.'"""
_PLACING = word_set("then it with thank thanks for including between total all")
_CHECK = re.compile(
    r"\b(?:does|do) (?:that|this|those|it) (?:count|include|cover|mean)|\b(?:is|are) (?:that|it|those"
    r"|they) (?:all|it|every\w+|right|correct|fair)\b|\b(?:correct|right|fair)\b"
)
_YOURS = re.compile(r"\b(?:you|your|you're|you'd)\b")
_MONEY = re.compile(r"[ -](?:\w+ ){0,2}?(?:dollars?|euros?|pounds?|bucks|cents|percent|usd|eur|gbp|%)|%")
_LEAST = re.compile(
    r"\b(?:from|minimum(?: of)?|starts? (?:at|with)|starting (?:at|with)|begins? at|at least|more than|over|every)(?: \w+)?$"
)
_JUST_YOU = re.compile(r"\b(?:just|only) you\b|\byou alone\b|\byou on your own\b|\byou work alone\b|\b(?:a )?team of one\b")


def people_in(reply: Turn, *, summing: bool) -> Number | None:
    """Return the last count of the caller's people in an agent's turn; ``summing`` when the caller has just counted them."""
    found = [n for n in reply.numbers if _counts_people(reply, n, summing=summing)]
    return found[-1] if found else None


def documents_in(reply: Turn, *, summing: bool) -> Number | None:
    """Return the last figure of documents in an agent's turn; ``summing`` when the caller has just told one.

    Without that the words must speak of what the caller sends: 'You send around 300 documents a month, is that correct?'
    """
    found = [n for n in reply.numbers if _counts_documents(reply, n, summing=summing)]
    return found[-1] if found else None


def alone_in(conversation: Conversation, reply: Turn) -> bool:
    """Return whether the agent says that the caller is alone, or asks so and hears a yes."""
    said = _JUST_YOU.search(reply.low)
    return said is not None and (not reply.in_question(said.start()) or _affirmed(conversation, reply))


def bare_figures(reply: Turn) -> Iterator[Number]:
    """Yield the figures of the first sentences that stand alone in a brief sentence, as a summary of what was just said."""
    for sentence in reply.sentences[:_SUMMING]:
        if len(reply.low[sentence.start : sentence.end].split()) <= _BRIEF:
            yield from (n for n in reply.numbers_in(sentence.start, sentence.end) if bare(reply, n) or _then(reply, n))


def confirmed(conversation: Conversation, reply: Turn, number: Number) -> bool:
    """Return whether a figure is stated, or asked and confirmed by the caller's next words: 'Right.', 'Fifty, yes.'"""
    following = next_of_caller(conversation, reply)
    repeated = following is not None and not following.denies and any(n.value == number.value for n in following.numbers)
    return not reply.in_question(number.start) or repeated or _affirmed(conversation, reply)


def asks_nothing_else(reply: Turn) -> bool:
    """Return whether an agent's questions are all about the figure it names: 'Four desks. Does that count you?'"""
    asked = [reply.low[question.start : question.end] for question in reply.questions]
    checks = all(reply.numbers_in(q.start, q.end) or _CHECK.search(low) for q, low in zip(reply.questions, asked, strict=True))
    return checks and not any(is_money(reply, n) for n in reply.numbers)


def is_money(reply: Turn, number: Number) -> bool:
    """Return whether a currency or a percent sign stands at the number."""
    before = reply.low[max(0, number.start - 2) : number.start].rstrip()[-1:]
    return before in ("$", "€", "£") or bool(_MONEY.match(reply.low, number.end))


def _counts_people(reply: Turn, number: Number, *, summing: bool) -> bool:
    if not 1 <= number.value <= _LARGEST_TEAM or _no_count(reply, number):
        return False
    addressed = covering(reply, number, "quantities.users_of")
    if addressed is not None and reply.low[addressed.start : addressed.end].endswith("you"):
        return True
    if periodic(reply, number) or documents_follow(reply, number):
        return False
    if noun_of(reply, number) == "user" and number.value > 1:
        return True
    alone = summing and number.value > 1 and any(n.start == number.start for n in bare_figures(reply))
    return alone and noun_of(reply, number) == ""


def _counts_documents(reply: Turn, number: Number, *, summing: bool) -> bool:
    if number.value < 1 or _no_count(reply, number) or noun_of(reply, number) == "user":
        return False
    sentence = reply.sentence_at(number.start)
    documents = reply.hits_in(number.end, min(sentence.end, number.end + FOLLOWS), "quantities.documents")
    if summing:
        return bool(documents) or periodic(reply, number) or any(n.start == number.start for n in bare_figures(reply))
    yours = _YOURS.search(reply.low, sentence.start, sentence.end)
    return bool(documents) and periodic(reply, number) and yours is not None


def _no_count(reply: Turn, number: Number) -> bool:
    before = reply.low[reply.sentence_at(number.start).start : number.start].rstrip()
    other = counts_nothing(reply, number) or is_price(reply, number) or is_per_head(reply, number)
    said = reply.low[number.start : number.end]
    article = said == "one" and not bare(reply, number)
    timed = reply.before(number.start, 1) in (["at"], ["past"], ["to"], ["by"])
    return other or is_money(reply, number) or bool(_LEAST.search(before)) or article or timed


def presupposed(reply: Turn, number: Number) -> bool:
    """Return whether a question takes the count for granted: 'And what do the four of you send?'"""
    deciding = reply.has("prompts.authority", "prompts.meeting", "prompts.contact")
    whole = covering(reply, number, "quantities.users_of")
    return whole is not None and not deciding and reply.before(number.start, 1) in (["the"], ["all"])


def _then(reply: Turn, number: Number) -> bool:
    """Return whether the words after a figure only place it: 'Six with the intern, then.', 'Three on onboarding, then.'"""
    return bool(_PLACING & set(reply.after(number.end, 1)))


def _affirmed(conversation: Conversation, reply: Turn) -> bool:
    following = next_of_caller(conversation, reply)
    if following is None or following.denies:
        return False
    return following.affirms or bool(_YES & {word.text for word in following.words[:_REPLY_OPENING]})
