"""Find words that name the day of a promise: 'by the end of next week', 'on the second of December', 'tonight'."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analyzers.spoken_dates import COUNT, ORDINAL, SHORT_MONTH
from contract.platform.calendar_words import MONTH_NUMBERS, WEEKDAY_NUMBERS

_MONTHS = "|".join(MONTH_NUMBERS)
_DAYS = "|".join(WEEKDAY_NUMBERS)
_DAY_OF_MONTH = rf"(?:the )?(?:{ORDINAL}|\d{{1,2}})"
_PHRASES = (
    rf"{_DAY_OF_MONTH} (?:of )?(?:{_MONTHS}|{SHORT_MONTH})",
    rf"(?:{_MONTHS}|{SHORT_MONTH}),? {_DAY_OF_MONTH}\b",
    r"(?:by|on|before|until|till|for) \d{1,2}/\d{1,2}(?:/\d{2,4})?",
    rf"(?:{_DAYS}),? (?:the )?{ORDINAL}\b",
    rf"(?:{_DAYS}) week\b|a week (?:from|on) (?:{_DAYS})",
    rf"(?:first|second|third|fourth|last) week of (?:{_MONTHS}|the month|next month)",
    rf"(?:the )?(?:beginning|start|middle|end) of (?:{_MONTHS}|(?:(?:the|this|next) )?(?:month|week|year|quarter)|day)",
    r"(?:by |before )?(?:year|quarter|month)[- ]end",
    r"(?:in|within) a fortnight",
    rf"(?:this|next|on|by|before) (?:coming )?(?:{_DAYS})(?: (?:morning|afternoon|evening|week|next))?",
    r"(?:over |at |this |next |by |before )?(?:the )?(?:coming )?weekend",
    rf"(?:within|in) {COUNT} (?:business |working )?(?:day|week|month|hour)s?",
    rf"{COUNT} (?:business |working )?(?:day|week|month)s? from (?:now|today)",
    r"(?:day after tomorrow|(?:by |before )?tomorrow(?: (?:morning|afternoon|evening|night|noon))?|today|tonight|"
    r"this (?:morning|afternoon|evening))",
    r"(?:by |before )?(?:the )?end of (?:the )?day|(?:right )?after (?:this|the) call|within the hour|straight away|by noon",
    r"within (?:24|twenty[- ]four) hours",
    r"right away|right now|this minute|immediately|as soon as we hang up|later on today",
    r"(?:early |late |sometime )?(?:this|next) (?:week|month|quarter|year)",
    rf"(?:{_DAYS})(?: (?:morning|afternoon|evening))?",
    rf"the {ORDINAL}\b(?! (?:one|time|thing|part|question|page|step|version|year|quarter|week))",
    rf"(?:in|by|before|after|until|till) (?:early |mid |late )?(?:{_MONTHS})",
)
_WHEN = tuple(re.compile(rf"\b(?:{phrase})\b", re.IGNORECASE) for phrase in _PHRASES)


def deadline_in(said: Sequence[str]) -> str | None:
    """Return the most exact words of time in these pieces of speech, the latest piece first; None when there are none."""
    for text in reversed(said):
        for pattern in _WHEN:
            match = pattern.search(text)
            if match:
                return match.group()
    return None
