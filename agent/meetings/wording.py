"""Normalise a caller's words about a day or a time: lower case, figures for number words, 'am' and 'pm' behind their figure."""

from __future__ import annotations

import re
import unicodedata

from contract.platform.failures import PermanentFailure

MAX_WORDS = 100
"""Characters of a spoken day or time: a longer text is a story, and cutting it could drop its 'not'."""

_UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50}
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
    "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth",
)  # fmt: skip
_NUMBERS = {word: str(number) for number, word in enumerate(_UNITS)} | {word: str(number) for word, number in _TENS.items()}
_NTH = {word: number for number, word in enumerate(_ORDINALS, 1)} | {"twentieth": 20, "thirtieth": 30}
_TENS_AND = re.compile(rf"\b({'|'.join(_TENS)})\s+(?:({'|'.join(_UNITS[1:10])})|({'|'.join(_ORDINALS[:9])}))\b")
_NUMBER = re.compile(rf"\b(?:{'|'.join(_NUMBERS)})\b")
_NTH_WORD = re.compile(rf"\b(?:{'|'.join(_NTH)})\b")


class UnclearTime(PermanentFailure):
    """The wish has no reading, or more than one: the caller has to be asked again, and nothing was booked."""


def not_understood(remedy: str = "Ask the caller for a weekday, a date and an hour.") -> UnclearTime:
    return UnclearTime("The day or time was not understood.", remedy)


def normalised(spoken: str | None) -> str:
    """Return the words in the one spelling that the grammars of days, clocks and zones know; a text too long is not understood."""
    if len(spoken or "") > MAX_WORDS:
        raise not_understood()
    text = unicodedata.normalize("NFKC", spoken or "").lower()
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", text).replace("\u2019", "'")
    text = re.sub(r"(?<=[a-z])-(?=[a-z])|[,;!?\"]", " ", text)
    text = re.sub(r"\bo'?\s?clock\b", "oclock", re.sub(r"\b(?:i'm|i am)\b", "i", text))
    text = _figures(" ".join(text.split()))
    text = re.sub(r"(?<=[\dk])\s*\b([ap])\.?\s?m\b\.?|(?<=\d)([ap])m?\b\.?", _half_of_day, text)
    return " ".join(re.sub(r"\.(?!\d)|(?<=\d)ish\b", " ", text).split())


def _half_of_day(found: re.Match[str]) -> str:
    return f"{found[1] or found[2]}m"


def _figures(text: str) -> str:
    text = re.sub(r"\bfirst (available|free|possible)\b", r"soonest \1", re.sub(r"\bfirst thing\b", "opening", text))
    text = _TENS_AND.sub(_sum, text)
    text = _NTH_WORD.sub(lambda word: f"{_NTH[word.group()]}th", text)
    text = re.sub(r"\b(?:oh|o)\s+(?=(?:one|two|three|four|five|six|seven|eight|nine|[1-9])\b)", "0", text)
    return re.sub(r"\b0(?=\D)(\w+)", lambda word: f"0{_NUMBERS.get(word[1], word[1])}", _NUMBER.sub(_figure, text))


def _sum(found: re.Match[str]) -> str:
    tens = _TENS[found[1]]
    return f"{tens + _NTH[found[3]]}th" if found[3] else str(tens + int(_NUMBERS[found[2]]))


def _figure(word: re.Match[str]) -> str:
    return _NUMBERS[word.group()]
