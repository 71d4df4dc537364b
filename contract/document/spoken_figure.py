"""Parse how many somebody said they are or send, from a few words: 'a dozen', '10 to 15', '2k', 'fewer than five'.

Live signals and older documents share it, since both decide the qualification tier: an upper bound taken for the figure made
callers with 'fewer than five' people a team of five.
"""

from __future__ import annotations

import re
import unicodedata

from text_to_num import alpha2digit

_ONE_TO_NINE = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_SMALL = {word: number for number, word in enumerate(_ONE_TO_NINE, 1)} | {str(number): number for number in range(1, 10)}
_DIGIT = "|".join(_SMALL)
_SIGNS = (("<=", " at most "), ("≤", " at most "), ("<", " under "), (">=", " "), ("≥", " "), (">", " "))

_SHARED_UNIT = re.compile(rf"\b({_DIGIT})(\s*(?:-|to|or)\s*)({_DIGIT})(\s*(?:hundred|thousand|dozen|k))\b")
_DOZEN = re.compile(r"\b(?:(half) a|(an?|one)|(\d{1,3}|" + "|".join(_ONE_TO_NINE) + r")) dozen\b")
_GROUPED = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\d,])|(?<![\w.,])\d{1,3}(?:\.\d{3})+(?![\d.])")
_TIMES_THOUSAND = re.compile(r"(?<![\w.-])(\d{1,6}(?:\.\d{1,3})?)\s*(?:k|thousand)\b")

_N = r"(\d{1,9}(?:\.\d{1,3})?)(?![\w.]*\d)"
_RANGE = re.compile(rf"(?<![\w.-])(?:between |from )?{_N}\s*(?:-|to|up to|or|until|till)\s*{_N}")
_BETWEEN = re.compile(rf"\bbetween {_N} and {_N}")
_HEDGE = (
    r"(?:(?:a|an|about|around|some|maybe|roughly|the|of|yet|quite|even|exactly|really|have|got|need|send|reach|do|make|exceed)\s+)*"
)
_AT_LEAST = re.compile(r"\b(?:no|not|never|nothing)\s+(?:fewer|less|smaller|under|below)(?:\s+than)?\b")
_AT_MOST = re.compile(
    r"\b(?:fewer than|less than|lower than|smaller than|under|below|at (?:the )?(?:very )?most|up to|max(?:imum)?\.?(?: of)?"
    r"|(?:no|not|never|nothing) (?:more|bigger|larger|higher|greater|over|above)(?: than)?|not exceeding"
    r"|never exceeds?|capped at|limited to|limit of|within|almost|nearly|close to|shy of|short of|(?:just )?before reaching"
    r"|not|\w+n't|never|without|nowhere near|far from)"
    rf"\s+{_HEDGE}{_N}"
)
_AT_MOST_BEHIND = re.compile(
    rf"(?<![\w.-]){_N}(?:\s+\w+){{0,3}}?,?\s*(?:at (?:the )?(?:very )?most|tops\b|max(?:imum)?\b|or (?:less|fewer|under|below)\b"
    r"|and (?:less|fewer|under|below)\b|is the (?:limit|maximum|most)\b)"
)
_FIGURE = re.compile(rf"(?<![\w.-]){_N}")
_ONE_OR_TWO = re.compile(r"(?<!no )\b(?:one|two)\b(?=\s*(?:$|or \d|to \d|or two|people|persons?|users?|seats?|reps?|of us))")
"""alpha2digit leaves a lone 'one' or 'two' as it is, since 'one' may be a pronoun."""
_SPLIT_FIGURE = re.compile(r"(?<![\w.,-])\d+[ :]\d+")


def least_said(words: str) -> float | None:
    """Return the figure that the words promise at least: of a range the lower end, of 'more than 20' 20. Upper bounds and
    negations ('up to 50', 'not five') promise nothing: None, as are words without a figure.
    """
    text = _in_digits(unicodedata.normalize("NFKC", words).lower())
    if _SPLIT_FIGURE.search(text):
        return None  # 'two fifty' is 250, or 2.50
    text = _BETWEEN.sub(_lower_end, text)
    text = _RANGE.sub(_lower_end, text)
    text = _AT_MOST_BEHIND.sub(" ", _AT_MOST.sub(" ", _AT_LEAST.sub(" ", text)))
    found = _FIGURE.search(text)
    return float(found[1]) if found else None


def _in_digits(text: str) -> str:
    text = re.sub(r"[\u2010-\u2015]", "-", text).replace("\u2019", "'")
    for sign, words in _SIGNS:
        text = text.replace(sign, words)
    text = re.sub(r"(?<=[a-z])-(?=[a-z])", " ", re.sub(r"(?<=[\dk])\s*-\s*(?=\d)", " to ", text))
    text = _DOZEN.sub(_twelves, _SHARED_UNIT.sub(_each_with_unit, text))
    text = alpha2digit(" ".join(text.split()), "en")
    text = _GROUPED.sub(lambda found: re.sub(r"[.,]", "", found.group()), text)
    text = _TIMES_THOUSAND.sub(lambda found: f"{round(float(found[1]) * 1000)}", text)
    return _ONE_OR_TWO.sub(lambda found: str(_SMALL[found.group()]), text)


def _each_with_unit(found: re.Match[str]) -> str:
    """Turn 'two to three hundred' into 'two hundred to three hundred'; 'five to two hundred' has its unit only once."""
    if _SMALL[found[1]] >= _SMALL[found[3]]:
        return found.group()
    return f"{found[1]}{found[4]}{found[2]}{found[3]}{found[4]}"


def _twelves(found: re.Match[str]) -> str:
    if found[1]:
        return "6"
    return "12" if found[2] else str(12 * (_SMALL.get(found[3]) or int(found[3])))


def _lower_end(found: re.Match[str]) -> str:
    """Return the lower end; a range from 0 promises nothing."""
    lower, upper = sorted(found.groups(), key=float)
    return lower if float(lower) else f"up to {upper}"
