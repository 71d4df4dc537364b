"""Find documents a month: figures with a period, or in reply to a question that names one (LABELS: monthly_volume)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.rules.agent_figures import asks_nothing_else, confirmed, documents_in
from analyzers.language.embedded.rules.counted_people import FOLLOWS, bare, covering, of_others
from analyzers.language.embedded.rules.other_figures import counts_nothing, is_per_head, is_price
from analyzers.language.embedded.rules.settled_figures import (
    BRIEF_REPLY,
    SETTLED,
    Source,
    StatedFigure,
    contradicted,
    corrects,
    denies,
    evidence_for,
    settled,
)
from analyzers.language.embedded.rules.team_size import asks_for_people
from analyzers.language.embedded.text.conversation import Conversation, Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.numbers import Number
from analyzers.language.embedded.text.spans import Modality, modality_at, span
from contract.platform.calendar_words import MONTH_NUMBERS

PER_MONTH = {"day": 21.7, "week": 4.33, "month": 1.0, "quarter": 1 / 3, "year": 1 / 12}
_LARGEST = 10_000_000
"""Documents a month (or any period) above which a number is a misreading, such as a telephone number or an amount of money."""
_REACH = 34
"""Characters between a number and its period ("eighty proposals, give or take, a week")."""
_EACH_BEFORE = 70
"""Characters before a share of one person within which the people are counted: 'Each of our 12 reps sends about 15.'"""
_PLAIN = 0.75
"""Confidence from which a volume is plain enough to correct an earlier one though nobody asked."""
_USUAL = re.compile(
    r"\b(?:usual|usually|normal|normally|typical|typically|average|generally|ordinary|ordinarily|most (?:months|weeks|days))\b"
)
_BUSY = re.compile(
    r"\b(?:peak|peaks|busy|busiest|season|rush|crazy|mad|up to|worst|at christmas|before christmas|holidays"
    r"|summer|year end|quarter end"
    r"|in (?:" + "|".join(MONTH_NUMBERS) + r"))\b"
)
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
    """Yield at most one volume a turn, the last usual present one; former volumes are marked as past.

    Figures that a later correction or the agent's summary replaced are left out.
    """
    claims: list[StatedFigure] = []
    counted: set[int] = set()
    people: int | None = None
    for turn in conversation.turns:
        if turn.is_user:
            asked = _asked(turn, counted)
            found = [v for n in turn.numbers if (v := _volume(turn, n, people, asked=asked))]
            present = _present(turn, [v for v in found if not v.past])
            if present:
                claims.append(StatedFigure(turn.position, _source(turn, present, claims, asked=asked), _span(turn, present)))
            yield from (_span(turn, former) for former in found if former.past)
        else:
            summary = _summary(conversation, turn, claims, counted)
            claims += [summary] if summary else []
        people = next((round(n.value) for n in reversed(turn.numbers) if _people(turn, n)), people)
    yield from settled(claims)


def _asked(turn: Turn, counted: set[int]) -> bool:
    """Return whether documents were asked for, or the agent has just named a figure that this turn takes back or replaces."""
    return turn.asked("prompts.volume") or (_follows_figure(turn, counted) and (denies(turn) or len(turn.words) <= BRIEF_REPLY))


def _follows_figure(turn: Turn, counted: set[int]) -> bool:
    prompt = turn.prompt
    return prompt is not None and prompt.position in counted and asks_nothing_else(prompt) and not asks_for_people(turn)


def _present(turn: Turn, found: list[_Volume]) -> _Volume | None:
    """Return the volume of a turn: the usual one before a peak or a plan, of the surest the last."""
    usual = [v for v in found if not _later(turn, v)] or found
    usual = [v for v in usual if _usual(turn, v)] or [v for v in usual if not _peak(turn, v)] or usual
    best = max(range(len(usual)), key=lambda i: (round(usual[i].score, 1), i), default=None)
    return None if best is None else usual[best]


def _source(turn: Turn, volume: _Volume, claims: list[StatedFigure], *, asked: bool) -> Source:
    answers = asked and not asks_for_people(turn)
    if claims and (answers or volume.score >= _PLAIN) and corrects(turn, volume.hit.start, answers=answers):
        return "corrected"
    return "asked_again" if answers else "said"


def _summary(conversation: Conversation, reply: Turn, claims: list[StatedFigure], counted: set[int]) -> StatedFigure | None:
    """Return the volume the agent sums up or checks and the caller leaves standing, told by the caller's words behind it."""
    caller = reply.prompt
    before = claims[-1].span if claims and caller is not None and claims[-1].position == caller.position else None
    summing = before is not None or (caller is not None and _asked(caller, counted) and not asks_for_people(caller))
    number = documents_in(reply, summing=summing)
    if number is not None:
        counted.add(reply.position)
    if number is None or contradicted(conversation, reply) or not confirmed(conversation, reply, number):
        return None
    period = _stated_period(reply, number)[0] or _implied_period(reply, before, number)
    month = max(1, round(number.value * PER_MONTH[period]))
    told = evidence_for(conversation, reply, number.value)
    if told is None:
        return None
    volume = _Volume(told[1], month, number.value, period, SETTLED, past=False, approximate=number.approximate)
    return StatedFigure(reply.position, "summed_up", _span(told[0], volume, "asserted"))


def _implied_period(reply: Turn, before: Span | None, number: Number) -> str:
    """Return the period of the caller's figure that the agent repeats, else that of the agent's question before."""
    if before is not None and before.attributes.get("raw") == number.value:
        return str(before.attributes["period"])
    return _asked_period(reply.prompt) if reply.prompt else "month"


def _usual(turn: Turn, volume: _Volume) -> bool:
    return bool(_USUAL.search(turn.low[max(turn.sentence_at(volume.hit.start).start, volume.hit.start - _REACH) : volume.hit.end]))


def _peak(turn: Turn, volume: _Volume) -> bool:
    """Return whether the volume is that of a busy time: 'in June a hundred', 'three hundred before Christmas'."""
    sentence = turn.sentence_at(volume.hit.start)
    around = turn.low[max(sentence.start, volume.hit.start - _REACH) : min(sentence.end, volume.hit.end + _REACH)]
    return bool(_BUSY.search(around))


def _span(turn: Turn, volume: _Volume, modality: Modality | None = None) -> Span:
    return span(
        turn,
        SpanType.MONTHLY_VOLUME,
        volume.hit,
        volume.value,
        volume.score,
        modality=modality or _modality(turn, volume.hit),
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


def _volume(turn: Turn, number: Number, people: int | None, *, asked: bool) -> _Volume | None:
    if number.value > _LARGEST or number.value <= 0 or _not_documents(turn, number):
        return None
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
    raw = number.value * _people_each(turn, number, people)
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
    whole = [h for h in turn.hits_in(number.start - 30, number.start + 1, "quantities.users_of") if number.start < h.end]
    return any(not of_others(turn, h) for h in whole)


def _people_each(turn: Turn, number: Number, people: int | None) -> float:
    """Return the number of people to multiply by: 'each of our 12 reps sends 15', 'five of us do ten a week each', '15 a head'."""
    sentence = turn.sentence_at(number.start)
    start, end = max(sentence.start, number.start - _EACH_BEFORE), min(sentence.end, number.end + 40)
    each = [h for h in turn.hits_in(start, end, "quantities.each") if turn.after(h.end, 1) != ["one"]]
    after = [h for h in each if h.start > number.end and "," in turn.low[number.end : h.start]]
    if len(each) == len(after) and not is_per_head(turn, number):
        return 1.0
    others = [n for n in turn.numbers_in(max(0, number.start - _EACH_BEFORE), number.start) if _people(turn, n)]
    return others[-1].value if others else float(people or 1)


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
    priced = is_price(turn, number) and not turn.hits_in(number.end, number.end + FOLLOWS, "quantities.documents")
    nothing = counts_nothing(turn, number._replace(clock=False)) or (number.clock and turn.before(number.start, 1) == ["at"])
    return bool(ahead) or priced or nothing or _people(turn, number) or _counts_us(turn, number)


def _counts_us(turn: Turn, number: Number) -> bool:
    """Return whether 'we are six' counts the speakers, whatever was asked."""
    whole = covering(turn, number, "quantities.team_of")
    return whole is not None and turn.low.startswith(("we're", "we are"), whole.start) and bare(turn, number)
