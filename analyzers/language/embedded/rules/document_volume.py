"""Find documents a month: figures with a period, or in reply to a question that names one (LABELS: monthly_volume)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.rules.team_size import asks_for_people
from analyzers.language.embedded.text.conversation import Conversation, Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.numbers import Number
from analyzers.language.embedded.text.spans import Modality, modality_at, span

PER_MONTH = {"day": 21.7, "week": 4.33, "month": 1.0, "quarter": 1 / 3, "year": 1 / 12}
_LARGEST = 10_000_000
"""Documents a month (or any period) above which a number is a misreading, such as a telephone number or an amount of money."""
_REACH = 34
"""Characters between a number and its period ("eighty proposals, give or take, a week")."""
_FAR = 9
"""Words put between a number and a period that was not found after it: more than the one word that a counted noun may be."""
_LABELS = tuple(f"quantities.{p}" for p in PER_MONTH)


class _Volume(NamedTuple):
    hit: Hit
    value: int
    raw: float
    period: str
    score: float
    past: bool
    approximate: bool


def monthly_volumes(conversation: Conversation) -> Iterator[Span]:
    """Yield at most one volume a turn, the last present one; former volumes are marked as past."""
    for turn in conversation.user_turns:
        found = [v for n in turn.numbers if (v := _volume(turn, n))]
        present = [v for v in found if not v.past]
        present = [v for v in present if not _later(turn, v)] or present
        if present:
            best = max(range(len(present)), key=lambda i: (round(present[i].score, 1), i))
            yield _span(turn, present[best])
        for former in (v for v in found if v.past):
            yield _span(turn, former)


def _span(turn: Turn, volume: _Volume) -> Span:
    return span(
        turn,
        SpanType.MONTHLY_VOLUME,
        volume.hit,
        volume.value,
        volume.score,
        modality=_modality(turn, volume.hit),
        tense="past" if volume.past else "present",
        period=volume.period,
        raw=volume.raw,
        approximate=volume.approximate,
    )


def _later(turn: Turn, volume: _Volume) -> bool:
    """Return whether a volume is only planned: of 'eighty a week, later four hundred' the present one counts."""
    start = max(turn.sentence_at(volume.hit.start).start, volume.hit.start - _REACH)
    return bool(turn.hits_in(start, volume.hit.start, "quantities.later"))


def _modality(turn: Turn, hit: Hit) -> Modality:
    """Return the modality; reported figures and replies count as asserted, as in 'what'd we do, um, six a week'."""
    found = modality_at(turn, hit.start)
    thinks = found == "question" and turn.asked("prompts.volume") and not turn.hypothetical(hit.start)
    return "asserted" if found == "reported" or thinks else found


def _volume(turn: Turn, number: Number) -> _Volume | None:
    if number.value > _LARGEST or number.value <= 0 or _not_documents(turn, number):
        return None
    asked = turn.asked("prompts.volume")
    documents = _near(turn, number, "quantities.documents")
    period, end = _stated_period(turn, number)
    score = 0.9 if documents and asked else 0.85 if asked else 0.75 if documents else 0.0
    if period is None and asked and not asks_for_people(turn) and not _people(turn, number):
        period = _asked_period(turn)
        score -= 0.15
    if period is None or score <= 0:
        period, end, score = _context_only(turn, number, period, end)
    if period is None:
        return None
    raw = number.value * _people_each(turn, number)
    past = (
        bool(turn.hits_in(number.start - 36, number.start, "quantities.used_to"))
        and "last " not in turn.low[max(0, number.start - 20) : number.start]
    )
    month = max(1, round(raw * PER_MONTH[period]))
    return _Volume(Hit(number.start, max(end, number.end)), month, raw, period, score, past, number.approximate)


def _context_only(turn: Turn, number: Number, period: str | None, end: int) -> tuple[str | None, int, float]:
    """Accept a volume that names no documents: 'forty a week easy'.

    The same holds for sending 'two plans a month', whatever a plan is.
    """
    priced = turn.hits_in(turn.sentence_at(number.start).start, number.start, "quantities.price_words")
    if period is None or _people(turn, number) or priced:
        return None, end, 0.0
    after = turn.hits_in(number.end, end, *_LABELS)
    gap = len(turn.low[number.end : after[0].start].split()) if after else _FAR
    clear = bool(after) and not any(c in turn.low[number.end : after[0].start] for c in ".,;!?")
    adjacent, noun = clear and gap == 0, clear and gap == 1
    sent = bool(turn.hits_in(number.start - 24, number.start, "quantities.sends"))
    if turn.labelled("use_case") or adjacent or (noun and sent and not turn.hits_in(number.end, end, "quantities.outsiders")):
        return period, end, 0.55
    return None, end, 0.0


def _stated_period(turn: Turn, number: Number) -> tuple[str | None, int]:
    """Return the nearest period after the number in its sentence, else one before it ('in a normal month we do fifty')."""
    sentence = turn.sentence_at(number.start)
    best: tuple[int, str, int] | None = None
    for label in _LABELS:
        for hit in turn.hits_in(max(sentence.start, number.start - 60), min(sentence.end, number.end + 50), label):
            if turn.numbers_in(number.end, hit.start):
                continue
            distance = hit.start - number.end if hit.start >= number.end else number.start - hit.end + 12
            if -3 <= distance <= _REACH + (12 if hit.start < number.start else 0) and (best is None or distance < best[0]):
                best = (distance, label.removeprefix("quantities."), hit.end)
    return (best[1], best[2]) if best else (None, number.end)


def _asked_period(turn: Turn) -> str:
    """Return the period of the agent's question; a month when it names none."""
    if turn.prompt:
        for period in ("day", "week", "quarter", "year", "month"):
            if turn.prompt.has(f"quantities.{period}"):
                return period
        for word, period in (("week", "week"), ("day", "day"), ("quarter", "quarter"), ("year", "year")):
            if any(w.text == word for w in turn.prompt.words):
                return period
    return "month"


def _near(turn: Turn, number: Number, label: str) -> bool:
    """Return whether documents are named close by in the same sentence."""
    sentence = turn.sentence_at(number.start)
    return bool(turn.hits_in(max(sentence.start, number.end - 30), min(sentence.end, number.end + 31), label))


def _people(turn: Turn, number: Number) -> bool:
    ahead = turn.hits_in(number.end, number.end + 23, "quantities.users", "quantities.users_of")
    if any(len(turn.low[number.end : h.start].split()) <= 1 and "," not in turn.low[number.end : h.start] for h in ahead):
        return True
    covering = [h for h in turn.hits_in(number.start - 30, number.start + 1, "quantities.users_of") if number.start < h.end]
    return any(not turn.low[h.start : h.end].endswith("them") for h in covering)


def _people_each(turn: Turn, number: Number) -> float:
    """Return the number of people to multiply by: 'five of us do ten a week each' is fifty."""
    sentence = turn.sentence_at(number.start)
    if not turn.hits_in(number.end, min(sentence.end, number.end + 40), "quantities.each"):
        return 1.0
    others = [n for n in turn.numbers_in(max(sentence.start, number.start - 60), number.start) if _people(turn, n)]
    return others[-1].value if others else 1.0


def _not_documents(turn: Turn, number: Number) -> bool:
    """Return whether the number counts something else: money, time, people or shares, or is the 'one' of 'the one'."""
    if turn.low[number.start : number.end] == "one" and not turn.hits_in(
        number.end, number.end + 3, "quantities.documents", *_LABELS
    ):
        return True
    if turn.low[max(0, number.start - 2) : number.start].rstrip()[-1:] in ("$", "€", "£") or (
        turn.negated(number.start) and turn.before(number.start, 1) == ["not"]
    ):
        return True
    ahead = turn.hits_in(number.end, number.end + 4, "quantities.money_after", "quantities.not_volume")
    return bool(ahead) or _people(turn, number)
