"""Find numbers as they are said: digits, words, dozens, ranges ('ten to twelve', 'eleven, twelve'), with exact offsets.

Telephone numbers, spelled-out digits and codes are no figures and are not returned; neither are dates ('12/4') and '24/7'.
"""

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
_PLURALS = {"hundreds": 100, "thousands": 1000, "dozens": 12, "millions": 1_000_000}
"""The sure lower bound of an open plural: 'hundreds' promises one hundred."""
_FEW = 3
"""What 'a few hundred' and 'several dozen' count, as ``relative_dates`` reads 'a few days'."""
_SPELLED = frozenset((*_UNITS, *_TEENS, *_TENS, *_SCALES, *_PLURALS, "dozen", "couple"))
"""Words of which every spelled figure has one."""
_OPENS = _SPELLED | {"a", "few", "several", "half"}
"""Words that a spelled figure begins with."""
_DIGITS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|[1-9]\d{0,2}(?:\.\d{3})+(?!\d)|\d{1,12}(?:\.\d+)?")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?![\d:]|\s?[ap]\.?m)")
_GROUPS = re.compile(r"\+?\(?\d{2,}\)?(?:[ .\-]\(?\d{2,}\)?)+")
_YEAR_WORDS = "|".join((*_TEENS, *_TENS))
_SPOKEN_YEAR = re.compile(
    r"\b(?:in|since|until|till|from|summer|spring|autumn|fall|winter) (?:of )?"
    rf"(?:(?:twenty|nineteen)[ -](?:{_YEAR_WORDS})(?:[ -](?:{'|'.join(_UNITS)}))?"
    rf"|two thousand(?: and)? (?:{'|'.join((*_UNITS, *_TEENS))}))\b"
)
_LEAST_DIGITS = 7
"""Digits from which groups of them are a telephone number; fewer may be two figures side by side."""
_SINGLE_DIGITS = frozenset({*_UNITS, "oh", "o", "nought", "double", "triple"})
_OPENS_NO_FIGURE = frozenset({"oh", "o", "zero", "nought", "double", "triple"})
_LEAST_SPELLED = 4
"""Single digits said in a row from which they spell out an identifier."""
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
    """Represents a figure; ``value`` of a range is its middle; ``low`` and ``high`` are its ends (equal for a single figure).

    ``clock`` marks '2:50', which a recogniser may write for two hundred and fifty: a figure only where a count must stand.
    """

    value: float
    start: int
    end: int
    approximate: bool
    low: float
    high: float
    clock: bool = False


def numbers_of(low: str, words: list[Word]) -> list[Number]:
    """Return every figure of a text from left to right, ranges joined."""
    if not any(word.text in _SPELLED or word.text[0].isdigit() for word in words):
        return []
    found: list[Number] = []
    skipped = _identifiers(low, words)
    i = 0
    while i < len(words):
        text = words[i].text
        if (text not in _OPENS and not text[0].isdigit()) or any(start <= words[i].start < end for start, end in skipped):
            i += 1
            continue
        number, i = _read(low, words, i)
        if number is None:
            continue
        joined = _joined(low, found[-1], number) if found else None
        if joined:
            found[-1] = joined
        else:
            found.append(number)
    return found


def _identifiers(low: str, words: list[Word]) -> list[tuple[int, int]]:
    """Return where no figures stand: telephone numbers ('503 555 0148', 'five oh three five'), codes ('INV-2031'), spoken years."""
    groups = [m.span() for m in _GROUPS.finditer(low) if sum(c.isdigit() for c in m.group()) >= _LEAST_DIGITS]
    coded = [(w.start, w.end) for w in words if w.text[0].isdigit() and _coded(low, w)]
    years = [m.span() for m in _SPOKEN_YEAR.finditer(low)]
    return [*groups, *coded, *years, *_spelled_digits(low, words)]


def _coded(low: str, word: Word) -> bool:
    """Return whether a number is part of a code or a date: a leading zero, '#8841', 'INV-2031', '12/4', '24/7'."""
    before, after = low[max(0, word.start - 2) : word.start], low[word.end : word.end + 2]
    zero = len(word.text) > 1 and word.text[0] == "0" and word.text.isdigit() and before[-1:] not in (".", ",", ":")
    letters = before[-1:] == "-" and before[:1].isalpha()
    slash = (after[:1] == "/" and after[1:].isdigit()) or (before[-1:] == "/" and before[:1].isdigit())
    return zero or letters or slash or before[-1:] == "#"


def _spelled_digits(low: str, words: list[Word]) -> list[tuple[int, int]]:
    """Return runs of single digits that spell an identifier; 'three, four, five' alone is a guess at a figure."""
    runs: list[tuple[int, int]] = []
    start = 0
    for i in range(1, len(words) + 1):
        joined = i < len(words) and words[i].text in _SINGLE_DIGITS and low[words[i - 1].end : words[i].start] in (" ", "-", ", ")
        if joined and words[i - 1].text in _SINGLE_DIGITS:
            continue
        run = words[start:i]
        spells = len(run) >= _LEAST_DIGITS or any(w.text in _OPENS_NO_FIGURE for w in run)
        if len(run) >= _LEAST_SPELLED and spells:
            runs.append((run[0].start, run[-1].end))
        start = i
    return runs


def _joined(low: str, first: Number, second: Number) -> Number | None:
    """Join 'ten to twelve', 'eleven, twelve' and 'two or three hundred'; 'four, no, five' and 'three, forty' are not one."""
    if first.clock or second.clock:
        return None
    first = _scaled(low, first, second)
    gap = low[first.end : second.start]
    near = first.low == first.high and first.value < second.value <= max(first.value * 3, first.value + 3)
    if len(gap) <= 10 and near and _TO.fullmatch(gap):
        middle = (first.value + second.value) / 2
        return Number(middle, first.start, second.end, True, first.value, second.value)
    between = low[max(0, first.start - 8) : first.start].rstrip().endswith("between")
    if between and gap.strip() == "and" and first.value < second.value:
        return Number((first.value + second.value) / 2, first.start, second.end, True, first.value, second.value)
    return None


def _scaled(low: str, first: Number, second: Number) -> Number:
    """Give the first end of 'two or three hundred' the scale of the second."""
    said = low[second.start : second.end]
    scale = next((value for word, value in _SCALES.items() if said.endswith(word)), 0)
    small = first.low == first.high and scale and first.value < second.value / scale <= first.value + _FEW
    return first._replace(value=first.value * scale, low=first.low * scale, high=first.high * scale) if small else first


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
    clock = _CLOCK.match(low, word.start)
    if clock:
        value = float(clock[1]) * 100 + float(clock[2])
        return _number(value, word.start, clock.end(), about)._replace(clock=True), i + 2
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
    figure = match.group().replace(",", "")
    figure = figure.replace(".", "") if _THOUSANDS.fullmatch(figure) else figure
    value = float(figure) * {"k": 1000, "m": 1_000_000}.get(suffix, 1)
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
    if text in _PLURALS:
        return _PLURALS[text], i + 1, True
    if text in ("few", "several") and (scale := (_SCALES | {"dozen": 12}).get(following)):
        return _FEW * scale, i + 2, True
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
        scale = _SCALES.get(text) or _PLURALS.get(text)
        if scale and current is not None and text != "dozens":
            current *= scale
            if scale >= 1000:
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
