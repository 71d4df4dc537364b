"""Parse the time of day a caller names: '2pm', 'eleven forty five', 'quarter to three', 'half two', 'between two and four'."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from agent.meetings.wording import not_understood

HOUR, _HALF_DAY, _DAY = 60, 12 * 60, 24 * 60  # minutes
_EARLIEST_BARE = 8
"""Hours below it are in the afternoon when neither am nor pm was said, since nobody meets at night."""

Minutes = tuple[int, ...]
"""Minutes since midnight that one clock time may mean, the likelier first; with am or pm there is one."""

PARTS_OF_DAY = {"morning": (9 * HOUR, 12 * HOUR), "afternoon": (13 * HOUR, 17 * HOUR)}
"""When a meeting may begin and has to be over in a part of the day that was named without an hour."""
_HOURS_OF = {"morning": (0, 12 * HOUR), "afternoon": (12 * HOUR, 18 * HOUR), "evening": (16 * HOUR, _DAY)}


@dataclass(slots=True)
class SpokenTime:
    """Hold every piece of words that names a time. ``spans`` have a first start and an end, either may be open."""

    clocks: list[Minutes] = field(default_factory=list[Minutes])
    spans: list[tuple[Minutes | None, Minutes | None]] = field(default_factory=list[tuple[Minutes | None, Minutes | None]])
    parts: list[str] = field(default_factory=list[str])

    def span(self) -> tuple[int, int | None] | None:
        """Return the start in minutes since midnight and the end of a range (None for one exact time), or None for no wish."""
        part = next(iter(self.parts), None)
        if len(set(self.parts)) > 1 or len(self.spans) > 1 or (self.clocks and self.spans):
            raise not_understood("Ask the caller for one hour.")
        if self.clocks:
            return _agreed(_within(clock, part) for clock in self.clocks), None
        if self.spans:
            return _open_span(*self.spans[0], part)
        if part is None:
            return None
        if part not in PARTS_OF_DAY:
            raise not_understood("Offer the caller an hour between 9 and 17 o'clock.")
        return PARTS_OF_DAY[part]


def _agreed(starts: Iterable[int]) -> int:
    found = set(starts)
    if len(found) != 1:
        raise not_understood("Ask the caller which of the times.")
    return found.pop()


def _within(clock: Minutes, part: str | None) -> int:
    """Choose the reading that lies in the part of the day that was named, else the likelier one."""
    first, last = _HOURS_OF[part] if part else (0, _DAY)
    fitting = [minutes for minutes in clock if first <= minutes < last]
    if not fitting:
        raise not_understood("Ask the caller for the hour, with am or pm.")
    return fitting[0]


def _open_span(begins: Minutes | None, ends: Minutes | None, part: str | None) -> tuple[int, int]:
    opens, closes = PARTS_OF_DAY.get(part or "", (9 * HOUR, 17 * HOUR))
    if begins is None or ends is None:
        return (_within(begins, part) if begins else opens), (_within(ends, None) if ends else closes)
    if len(ends) == 1 and len(begins) > 1:
        begins = tuple(sorted(begins, reverse=ends[0] >= _HALF_DAY))
        start = next((minutes for minutes in begins if minutes < ends[0]), begins[0])
    else:
        start = _within(begins, part)
    end = next((minutes for minutes in sorted(ends) if minutes > start), None)
    if end is None or end - start >= _HALF_DAY:
        raise not_understood("Ask the caller for one hour.")
    return start, end


def take_times(text: str, *, bare: bool) -> tuple[SpokenTime, str]:
    """Return the times that are named, and the text without them. ``bare`` figures ('10') are hours only where a time is meant;
    right behind a weekday one may be a day of the month, and is left over.
    """
    spoken, text = SpokenTime(), _NOON.sub("12pm", text)
    for pattern, read in _GRAMMAR if bare else _GRAMMAR[:-1]:
        for found in pattern.finditer(text):
            read(spoken, found)
        text = pattern.sub(" ; ", text)
    return spoken, text


def _minutes(hour: str, minute: str | None, half: str | None) -> Minutes:
    at, past = int(hour), int(minute or 0)
    if past >= HOUR or at >= 24 or (half and not 1 <= at <= 12):
        raise not_understood("Ask the caller for the hour, with am or pm.")
    if half:
        return ((at % 12 + (12 if half == "pm" else 0)) * HOUR + past,)
    if at == 0 or at >= 12:
        return (at * HOUR + past,)
    morning, later = at * HOUR + past, (at + 12) * HOUR + past
    return (later, morning) if at < _EARLIEST_BARE else (morning, later)


def _exact(spoken: SpokenTime, found: re.Match[str]) -> None:
    spoken.clocks.append(_minutes(found[1], found[2], found[3]))


def _part(spoken: SpokenTime, found: re.Match[str]) -> None:
    spoken.parts.append({"am": "morning", "night": "evening", "tonight": "evening"}.get(found[1], found[1]))


def _opening(spoken: SpokenTime, _: re.Match[str]) -> None:
    spoken.clocks.append((9 * HOUR,))


def _half_past(spoken: SpokenTime, found: re.Match[str]) -> None:
    spoken.clocks.append(_minutes(found[1], "30", found[2]))


def _past_or_to(spoken: SpokenTime, found: re.Match[str]) -> None:
    """Read 'quarter to three' and '20 past 2'. 'Ten to two' may as well be a range from 10 to 2, so it is asked."""
    count = 15 if found[1] == "quarter" else int(found[1])
    hour = _minutes(found[4], None, found[5])
    if found[3] in ("past", "after"):
        spoken.clocks.append(tuple(minutes + count for minutes in hour))
    elif count == 10 and not found[2]:
        raise not_understood("Ask the caller for one hour, with its minutes.")
    else:
        spoken.clocks.append(tuple(minutes - count for minutes in hour))


def _range(spoken: SpokenTime, found: re.Match[str]) -> None:
    if re.fullmatch(r"0\d", found[4]):
        raise not_understood("Ask the caller for one hour.")  # '10:30-06:00' may be an offset from UTC
    spoken.spans.append((_minutes(found[1], found[2], found[3]), _minutes(found[4], found[5], found[6])))


def _after(spoken: SpokenTime, found: re.Match[str]) -> None:
    spoken.spans.append((_minutes(found[1], found[2], found[3]), None))


def _before(spoken: SpokenTime, found: re.Match[str]) -> None:
    spoken.spans.append((None, _minutes(found[1], found[2], found[3])))


def _of(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w/.:+-]){words}(?![\w/]|[:.+-]\d)")


_CLOCK = r"(\d{1,2})(?:[:.h ](\d{2}))?(?: ?oclock)? ?(am|pm)?"
_HOUR = r"(\d{1,2})(?: ?oclock)? ?(am|pm)?"
_NOON = re.compile(r"\b(?:12 )?(?:noon|midday|mid day|lunch ?time|lunch)\b")
_COUNT = r"(?<!between )(?<!from )(?:a )?(quarter|5|10|20|25|\d{1,2}(?= minutes?))( minutes?)?"
_GRAMMAR = (
    (_of(r"opening(?: in the morning)?"), _opening),
    (_of(r"(?:in the |at )?(morning|afternoon|evening|night|tonight)"), _part),
    (_of(rf"half (?:past )?{_HOUR}"), _half_past),
    (_of(rf"{_COUNT} (past|after|to|of|till|before) {_HOUR}"), _past_or_to),
    (_of(rf"(?:between |from )?{_CLOCK} ?(?:-|to|until|till) ?{_CLOCK}"), _range),
    (_of(rf"between {_CLOCK} and {_CLOCK}"), _range),
    (_of(rf"(?:any ?time |some ?time )?(?:after|from) {_CLOCK}(?: on(?:wards?)?)?"), _after),
    (_of(rf"(?:any ?time |some ?time )?before {_CLOCK}"), _before),
    (_of(r"(\d{1,2})(\d{2}) ?(am|pm)"), _exact),
    (_of(r"(\d{1,2})() hundred(?: hours)?()"), _exact),
    (_of(r"(\d{2})(\d{2})() ?(?:hours|hrs)"), _exact),
    (_of(r"(\d{1,2})(?:[:.h ](\d{2}))?(?::00)?(?: ?oclock)? ?(am|pm)"), _exact),
    (_of(r"(\d{1,2})[:h](\d{2})(?::00)?(?: ?oclock)?()"), _exact),
    (_of(r"(\d{1,2})() ?oclock()"), _exact),
    (_of(r"(?<=at )(\d{1,2})(?:[. ](\d{2}))?()"), _exact),
    (_of(r"(?<!<day> )(\d{1,2})(?:[. ]?(\d{2}))?()"), _exact),
)
"""In this order: what is taken first is no longer there for the looser patterns. The last is for times alone."""
