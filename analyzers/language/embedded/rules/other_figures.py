"""Tell figures that count neither people nor documents of the caller's: identifiers, years, prices, limits, other firms'.

Callers answer 'how many' with whatever they know ('she is on extension 412', 'we pay 450 a month', 'fewer than five'), and a number
taken from such a reply would make them Tier 1. The words that tell them apart are the closed ones beside the number.
"""

from __future__ import annotations

import re

from analyzers.language.embedded.text.conversation import Turn
from analyzers.language.embedded.text.numbers import Number
from contract.platform.calendar_words import MONTH_NUMBERS

_BEHIND = 90
"""Characters before a number within which its clause begins: about 18 words of speech."""
_AHEAD = 28
"""Characters after a number within which the words belong to it ("per full time seat", "day free trial")."""
_DAYS = 31
"""Largest number beside a month that is a day of it."""
_IDENTIFIER = re.compile(
    r"\b(?:(?:(?!total|real|actual|exact|final|right|whole|same|a|the|any|that|this)\w+ number|ext(?:ension)?|ticket|reference|ref"
    r"|code|part|section|chapter|article|type|step|phase|level|class|grade|schedule|exhibit|option|zip|postcode|pin|room|suite|flight|version|mobile|cell|phone|telephone|landline|fax|apartment|id"
    r"|(?:the|my|our|your|this|that|an?) (?:order|invoice|case|account|policy|form|page|line|unit|number))"
    r"(?: (?:is|was|number|no|id|says|called))*|(?:ring|call|reach|phone|text|dial|contact)\b[^.?!]{0,40}\bon) ?#?:? ?$"
)
_COUNTING_NUMBER = re.compile(r"\bthe number(?: is| was)? ?$")
_YEAR = re.compile(
    r"\b(?:in|since|from|of|until|till|by|around|before|after|early|late|mid|year|years|summer|spring|autumn|fall|winter|founded|opened"
    r"|established|started|going|" + "|".join(MONTH_NUMBERS) + r"),? ?$"
)
_YEARS = range(1900, 2100)
_DURATION = re.compile(
    r"[ -](?:(?:business|working|calendar|whole|full|more|good|free)[ -])?(?:day|week|month|year|hour|minute|second)s?\b"
)
_UNIT_PRICE = re.compile(
    r" ?(?:[a-z]+ )?(?:per|an?|each|every|for each|for every) (?:[a-z]+ )?(?:seat|user|licen[cs]e|login"
    r"|document|envelope|signature|contract)s?\b"
)
_PER_HEAD = re.compile(r" ?(?:[a-z]+ )?(?:per|an?|each|every) (?:head|person|rep|agent|colleague|employee)\b")
_PRICED = re.compile(
    r"\b(?:pay|pays|paid|paying|cost|costs|charge|charges|charged|charging|quoted|spend|spends|spent|spending|price|fee|fees|budget"
    r"|salary|rent|revenue|turnover|wanted|penalty|fine|bill was|bill is)\b(?!.*\b(?:for|send|sends|sent|issue|make|makes)\b)"
)
_LIMITED = re.compile(
    r"\b(?:plan|package|tier|subscription|edition|bundle|starter|essentials|licen[cs]e|version|account|trial)\b.{0,30}\b(?:covers?|includes?"
    r"|allows?|gives?|holds?|supports?|comes? with|is for|limit\w*|capped|caps|maxes|starts|good for|takes|lets)\b[^,;]{0,24}$"
)
_FIRM = (
    r"(?:company|firm|job|employer|business|agency|shop|practice|workplace|outfit|position|gig|place|office"
    r"|team|studio|clinic|school)"
)
_OTHERS = re.compile(
    rf"\b(?:(?:former|previous|last|old|prior|ex|different|parent|rival|competing) {_FIRM}|(?:another|other"
    rf"|that) (?:company|firm|business"
    rf"|employer|agency|vendor)|(?:my|our|a) (?:\w+ )?(?:wife|husband|sister|brother|friend|cousin|dad|father"
    rf"|mother|mum|mom|uncle|aunt"
    rf"|neighbou?r|competitor|client|customer|supplier|landlord)(?:'s {_FIRM}|s' {_FIRM}| (?:she |he "
    rf"|they )?(?:has|have|had|employs?))"
    rf"|(?:used to work|worked) (?:at|for|in)|(?:his|her|their) (?:own )?{_FIRM})\b(?P<since>.*)$"
)
_HERE = re.compile(r"\b(?:here|now|but|today|these days|we have|we are|we're|we've|us|ours|i have|i've)\b")
_UPPER_BEFORE = re.compile(
    r"\b(?:under|below|less than|fewer than|not even|at most|at the most|no more than|not more than"
    r"|never more than|up to|maximum(?: of)?"
    r"|max|short of|smaller than)(?: (?:about|like|a|some|of))? ?$"
)
_UPPER_AFTER = re.compile(
    r"[ ,]{1,2}(?:\w+[ ,]{1,2}){0,2}?(?:at (?:the )?(?:very )?most|at the outside|or less|or fewer|max(?:imum)?|tops)\b"
)
_OUT_OF = re.compile(r"\bout of (?:the |every |our )?$")
_MONTH_BEFORE = re.compile(r"\b(?:" + "|".join(m for m in MONTH_NUMBERS if m != "may") + r")(?: the)? ?$")
_MONTH_AFTER = re.compile(r" (?:of )?(?:" + "|".join(m for m in MONTH_NUMBERS if m != "may") + r")\b")


def counts_nothing(turn: Turn, number: Number) -> bool:
    """Return whether the number is an identifier, a year, a date, a time, a plan's limit, another firm's or only an upper bound."""
    before, after = _clause_before(turn, number), turn.low[number.end : number.end + _AHEAD]
    return (
        number.clock
        or (bool(_IDENTIFIER.search(before)) and not _COUNTING_NUMBER.search(before))
        or _is_year(turn, number, before)
        or _is_date(turn, number, before, after)
        or bool(_DURATION.match(after) or _OUT_OF.search(before) or _LIMITED.search(before))
        or is_upper_bound(turn, number)
        or is_of_another_firm(turn, number)
    )


def is_upper_bound(turn: Turn, number: Number) -> bool:
    """Return whether the number is only not exceeded ('fewer than five', 'ten at most'), which promises nothing; a range does."""
    before, after = _clause_before(turn, number), turn.low[number.end : number.end + _AHEAD]
    return bool(_UPPER_BEFORE.search(before)) or (number.low == number.high and bool(_UPPER_AFTER.match(after)))


def is_of_another_firm(turn: Turn, number: Number) -> bool:
    """Return whether the number belongs to a former, other or a friend's firm, unless the speaker has come back to their own."""
    others = _OTHERS.search(_clause_before(turn, number))
    return others is not None and not _HERE.search(others["since"])


def is_price(turn: Turn, number: Number) -> bool:
    """Return whether money is meant without a currency: 'we pay 450 a month', '38 per seat'; 'we pay for 12 seats' is a count."""
    before, after = _clause_before(turn, number), turn.low[number.end : number.end + _AHEAD]
    return bool(_UNIT_PRICE.match(after)) or bool(_PRICED.search(before))


def is_per_head(turn: Turn, number: Number) -> bool:
    """Return whether the number is one person's share ('fifteen per rep'), which is no count of people."""
    return bool(_PER_HEAD.match(turn.low[number.end : number.end + _AHEAD]))


def _clause_before(turn: Turn, number: Number) -> str:
    start = max(turn.sentence_at(number.start).start, number.start - _BEHIND)
    return turn.low[start : number.start]


def _is_year(turn: Turn, number: Number, before: str) -> bool:
    said = turn.low[number.start : number.end]
    return said.isdigit() and len(said) == 4 and int(said) in _YEARS and bool(_YEAR.search(before))


def _is_date(turn: Turn, number: Number, before: str, after: str) -> bool:
    day = number.low == number.high and number.value <= _DAYS
    periodic = bool(turn.hits_in(number.end, number.end + _AHEAD, "quantities.month", "quantities.week", "quantities.day"))
    return day and not periodic and bool(_MONTH_BEFORE.search(before) or _MONTH_AFTER.match(after))
