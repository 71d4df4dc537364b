"""Tell whom a number counts by the noun beside it: the caller's people, outsiders, documents or nobody."""

from __future__ import annotations

from analyzers.language.embedded.text.conversation import Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.numbers import Number

FOLLOWS = 24
"""Characters after a number within which its noun stands: up to two words and the noun."""
_PERIODS = ("quantities.day", "quantities.week", "quantities.month", "quantities.quarter", "quantities.year")
_VAGUE = tuple(
    [noun] for noun in ["people", "persons", "folks", "guys", "girls", "ladies", "drivers", "members", "partners", "owners"]
)
_STOPS = ([], ["and"], ["in"], ["on"], ["altogether"], ["so"], ["now"], ["then"], ["since"], ["by"], ["at"])
"""Words after a number that counts nothing further: 'there are five, all told', 'it is eight since spring'."""


def of_others(turn: Turn, whole: Hit) -> bool:
    """Return whether 'four of them' or 'two of my agreements' is meant, which are not the caller's people unless asked for.

    They count when people were asked for.
    """
    said = turn.low[whole.start : whole.end]
    things = turn.hits_in(whole.end, whole.end + FOLLOWS, "quantities.documents", "quantities.outsiders")
    return said.endswith("them") or (said.endswith(("my", "our", "the")) and bool(things))


def within(turn: Turn, number: Number, label: str) -> bool:
    return covering(turn, number, label) is not None


def covering(turn: Turn, number: Number, label: str) -> Hit | None:
    """Return the hit of this cue that contains the number."""
    return next((h for h in turn.hits_in(number.start - 60, number.start + 1, label) if number.start < h.end), None)


def noun_of(turn: Turn, number: Number) -> str:
    """Return who is counted: up to two words may stand between ('four full-time estimators')."""
    users = turn.hits_in(number.end, number.end + FOLLOWS, "quantities.users")
    others = turn.hits_in(number.end, number.end + FOLLOWS, "quantities.outsiders")
    words = turn.after(number.end, 3)
    near_users = [h for h in users if len(turn.low[number.end : h.start].split()) <= 2 and not _broken(turn, number.end, h.start)]
    near_others = [h for h in others if len(turn.low[number.end : h.start].split()) <= 1 and not _broken(turn, number.end, h.start)]
    if not words:
        return ""
    if near_others and (not near_users or near_others[0].start <= near_users[0].start):
        return "outsider"
    return "user" if near_users else ""


def _broken(turn: Turn, start: int, end: int) -> bool:
    return any(c in turn.low[start:end] for c in ".,;!?")


def vague(turn: Turn, number: Number, end: int) -> bool:
    """Return whether the people may be guests: 'thirty people' are users only with 'we have', 'of us' or a team beside them."""
    sentence = turn.sentence_at(number.start)
    ours = turn.hits_in(max(sentence.start, number.start - 60), number.start + 1, "quantities.team_of", "quantities.ours")
    return turn.low[number.end : end].split()[-1:] in _VAGUE and not ours


def noun_end(turn: Turn, number: Number) -> int:
    return min((h.end for h in turn.hits_in(number.end, number.end + FOLLOWS, "quantities.users")), default=number.end)


def periodic(turn: Turn, number: Number) -> bool:
    """Return whether a period follows in the same sentence: 'forty a week'."""
    end = turn.sentence_at(number.start).end
    return bool(turn.hits_in(number.end, min(end, number.end + FOLLOWS), *_PERIODS))


def documents_follow(turn: Turn, number: Number) -> bool:
    end = turn.sentence_at(number.start).end
    return bool(turn.hits_in(number.end, min(end, number.end + 16), "quantities.documents", "quantities.not_volume"))


def bare(turn: Turn, number: Number) -> bool:
    """Return whether nothing is counted after the number: 'there are five, all told'."""
    return turn.low[number.end : number.end + 1] in ("", ".", ",", "!", "?") or turn.after(number.end, 1)[:1] in _STOPS
