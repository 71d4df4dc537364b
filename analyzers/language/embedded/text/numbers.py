"""Find numbers as they are said: digits, words, dozens, ranges ('ten to twelve', 'eleven, twelve'), with exact offsets."""

from __future__ import annotations

import re
from typing import NamedTuple

from analyzers.language.embedded.text.words import Word

_UNITS = {w: i for i, w in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])}
_TEENS = {
    w: i + 10
    for i, w in enumerate(
        ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
    )
}
_TENS = {w: (i + 2) * 10 for i, w in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"])} | {
    "fourty": 40
}
_SCALES = {"hundred": 100, "thousand": 1000, "grand": 1000, "million": 1_000_000}
_DIGITS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,12}(?:\.\d+)?")
_DIGIT_WORD = re.compile(r"(\d{1,12})(k|m)?$")
_ABOUT = frozenset(
    {"about", "around", "roughly", "approximately", "maybe", "like", "probably", "some", "almost", "nearly", "over", "say"}
)
_PRONOUN_BEFORE = frozenset(
    {
        "the",
        "this",
        "that",
        "which",
        "any",
        "every",
        "each",
        "no",
        "another",
        "a",
        "free",
        "second",
        "first",
        "last",
        "next",
        "new",
        "old",
        "other",
        "not",
        "same",
        "right",
    }
)
_TO = re.compile(r"\s{0,2}(?:-|\u2013|\u2014|,|to|or|or maybe|, maybe|, or|, say)\s{1,2}|\s?[-\u2013]\s?")
_LARGEST = 10**9
"""Values are cut off here, so that endless digits stay a number that fits every column; no figure of a call is larger."""


class Number(NamedTuple):
    """Represents a figure; ``value`` of a range is its middle; ``low`` and ``high`` are its ends (equal for a single figure)."""

    value: float
    start: int
    end: int
    approximate: bool
    low: float
    high: float


def numbers_of(low: str, words: list[Word]) -> list[Number]:
    """Return every figure of a text from left to right, ranges joined."""
    found: list[Number] = []
    i = 0
    while i < len(words):
        number, i = _read(low, words, i)
        if number is None:
            continue
        joined = _joined(low, found[-1], number) if found else None
        if joined:
            found[-1] = joined
        else:
            found.append(number)
    return found


def _joined(low: str, first: Number, second: Number) -> Number | None:
    """Join 'ten to twelve' and 'eleven, twelve' into one range; 'four, no, five' and 'three, forty' are not one."""
    gap = low[first.end : second.start]
    near = first.low == first.high and first.value < second.value <= max(first.value * 3, first.value + 3)
    if len(gap) <= 10 and near and _TO.fullmatch(gap):
        middle = (first.value + second.value) / 2
        return Number(middle, first.start, second.end, True, first.value, second.value)
    between = low[max(0, first.start - 8) : first.start].rstrip().endswith("between")
    if between and gap.strip() == "and" and first.value < second.value:
        return Number((first.value + second.value) / 2, first.start, second.end, True, first.value, second.value)
    return None


def _read(low: str, words: list[Word], i: int) -> tuple[Number | None, int]:
    word = words[i]
    before = words[i - 1].text if i > 0 else ""
    about = before in _ABOUT
    if word.text == "one" and before in _PRONOUN_BEFORE:
        return None, i + 1
    if word.text[0].isdigit():
        return _digits(low, words, i, about)
    value, after, approximate = _spelled(low, words, i)
    if value is None:
        return None, i + 1
    end = words[after - 1].end
    return _number(value, word.start, end, about or approximate or _ish(low, end)), after


def _number(value: float, start: int, end: int, approximate: bool) -> Number:
    value = min(value, _LARGEST)
    return Number(value, start, end, approximate, value, value)


def _ish(low: str, end: int) -> bool:
    return low.startswith(("ish", "-ish", " ish", " or so", " give or take", " plus", "+"), end)


def _digits(low: str, words: list[Word], i: int, about: bool) -> tuple[Number | None, int]:
    """Read figures in digits: '1,200', '2.5k', '3 hundred'. '3rd', '4pm' and '10:30' are no amounts."""
    word = words[i]
    match = _DIGITS.match(low, word.start)
    if match is None or low[match.end() : match.end() + 1] == ":":
        return None, i + 1
    after = i + 1
    while after < len(words) and words[after].start < match.end():
        after += 1
    last = words[after - 1]
    suffix = low[match.end() : last.end]
    if suffix not in ("", "k", "m", "ish"):
        return None, after
    value = float(match.group().replace(",", "")) * {"k": 1000, "m": 1_000_000}.get(suffix, 1)
    end = last.end
    if after < len(words) and words[after].text in _SCALES and low[end : words[after].start] == " ":
        value *= _SCALES[words[after].text]
        end = words[after].end
        after += 1
    return _number(value, word.start, end, about or _ish(low, end) or suffix == "ish"), after


def _adjacent(low: str, words: list[Word], i: int) -> bool:
    """Return whether word ``i`` follows with a space or hyphen: 'forty five', 'forty-five', not 'forty, five'."""
    return i < len(words) and low[words[i - 1].end : words[i].start] in (" ", "-", "  ")


def _spelled(low: str, words: list[Word], i: int) -> tuple[float | None, int, bool]:
    text = words[i].text
    following = words[i + 1].text if _adjacent(low, words, i + 1) else ""
    if text == "half" and following == "a" and i + 2 < len(words) and words[i + 2].text == "dozen":
        return 6, i + 3, True
    if text in ("dozen", "a") and (text == "dozen" or following == "dozen"):
        return 12, i + (1 if text == "dozen" else 2), False
    if text in ("a", "couple") and "couple" in (text, following):
        return _couple(low, words, i + (text == "a"))
    if text == "a" and following in _SCALES and following != "grand":
        i += 1
        return _composed(low, words, i, 1.0)
    if text in ("a", "hundred", "thousand"):
        return (_composed(low, words, i, 1.0)) if text != "a" else (None, i + 1, False)
    return _composed(low, words, i, None)


def _couple(low: str, words: list[Word], i: int) -> tuple[float | None, int, bool]:
    j = i + 1
    if j < len(words) and words[j].text == "of":
        j += 1
    if j < len(words) and words[j].text in _SCALES:
        return 2 * _SCALES[words[j].text], j + 1, True
    if j < len(words) and words[j].text == "dozen":
        return 24, j + 1, True
    return 2, i + 1, True


def _small(low: str, words: list[Word], i: int) -> tuple[int | None, int]:
    """Read a figure below a hundred, or said in the short form of 'one fifty' and 'three ninety'."""
    text = words[i].text
    if text in _TEENS:
        return _TEENS[text], i + 1
    if text in _TENS:
        if _adjacent(low, words, i + 1) and _UNITS.get(words[i + 1].text, 0) > 0:
            return _TENS[text] + _UNITS[words[i + 1].text], i + 2
        return _TENS[text], i + 1
    if text in _UNITS:
        if text != "zero" and _adjacent(low, words, i + 1) and words[i + 1].text in _TENS:
            rest, after = _small(low, words, i + 1)
            return _UNITS[text] * 100 + (rest or 0), after
        return _UNITS[text], i + 1
    return None, i


def _composed(low: str, words: list[Word], i: int, leading: float | None) -> tuple[float | None, int, bool]:
    """Read hundreds, thousands and what follows ('three hundred and ninety', 'twelve hundred', 'two thousand four hundred')."""
    total, current, at = 0.0, leading, i
    if leading is None:
        small, at = _small(low, words, i)
        if small is None:
            return None, i + 1, False
        current = float(small)
    while at < len(words) and (at == i or _adjacent(low, words, at)):
        text = words[at].text
        if text in _SCALES and current is not None:
            current *= _SCALES[text]
            if _SCALES[text] >= 1000:
                total, current = total + current, 0.0
            at += 1
            continue
        if text == "dozen" and current is not None and 0 < current < 20:
            return total + current * 12, at + 1, False
        skip = at + 1 if text == "and" and _adjacent(low, words, at + 1) else at
        small, after = _small(low, words, skip)
        whole = (current or 0) % 100 == 0 and (total or (current or 0) >= 100)
        if small is None or not whole or (skip > at and small >= 100):
            break
        current, at = (current or 0) + small, after
    return total + (current or 0), at, False
