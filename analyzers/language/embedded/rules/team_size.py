"""Find how many people would use it: counted people, replies to 'how many of you', the last of several corrections."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.rules.agent_figures import alone_in, asks_nothing_else, confirmed, people_in, presupposed
from analyzers.language.embedded.rules.counted_people import (
    FOLLOWS,
    bare,
    covering,
    documents_follow,
    noun_end,
    noun_of,
    of_others,
    periodic,
    vague,
    within,
)
from analyzers.language.embedded.rules.denials import denied
from analyzers.language.embedded.rules.other_figures import counts_nothing, is_per_head, is_price
from analyzers.language.embedded.rules.settled_figures import (
    BRIEF_REPLY,
    SETTLED,
    Source,
    StatedFigure,
    contradicted,
    corrects,
    evidence_for,
    settled,
)
from analyzers.language.embedded.text.conversation import Conversation, Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.numbers import Number
from analyzers.language.embedded.text.spans import Modality, modality_at, span
from analyzers.language.embedded.text.words import word_set

_LARGEST_TEAM = 20_000
"""People above which a number is no team of users but a misreading, such as a volume or a price."""
_PEOPLE = re.compile(r"of you|of your|people|persons|who|users|seats|team|crew|licen|staff|reps|recruiters|agents")
_HOW_MANY = re.compile(r"\bhow (?:many|big|large)\b|\bteam size\b|\bnumber of\b|\bsize of\b")
_SETTLES = word_set("so call total altogether makes actually make rather say no sorry mean just well wait")
_TEAM = word_set("team crew group staff department office we're")
_PRESUPPOSED = 0.8
"""Confidence of a count that a question of the agent takes for granted: 'and what do the four of you send?'"""
_PLAIN = 0.85
"""Confidence from which a count is plain enough to correct an earlier one though nobody asked."""


class _Candidate(NamedTuple):
    start: int
    end: int
    value: int
    score: float
    kind: str
    approximate: bool


def team_sizes(conversation: Conversation) -> Iterator[Span]:
    """Yield at most one figure of users a turn, the one the turn settles on; company headcount and signers separately.

    Figures that a later correction or the agent's summary replaced are marked ``superseded``.
    """
    claims: list[StatedFigure] = []
    counted: set[int] = set()
    for turn in conversation.turns:
        if turn.is_user:
            candidates = list(_candidates(turn, counted))
            users = [c for c in candidates if c.kind == "users"]
            if users:
                claims.append(
                    StatedFigure(turn.position, _source(turn, users, claims, counted), _span(turn, _settled(turn, users)))
                )
            yield from _of_others(turn, candidates)
            continue
        summary = _summary(conversation, turn, claims, counted)
        if summary:
            claims.append(summary)
    yield from settled(claims)


def _of_others(turn: Turn, candidates: list[_Candidate]) -> Iterator[Span]:
    for candidate in candidates:
        if candidate.kind != "users":
            yield _span(turn, candidate)
            if candidate.kind == "headcount":
                yield span(turn, SpanType.HEADCOUNT, Hit(candidate.start, candidate.end), candidate.value, candidate.score)


def _span(turn: Turn, found: _Candidate) -> Span:
    modality: Modality = modality_at(turn, found.start)
    if modality == "question" and found.kind == "users" and not turn.hypothetical(found.start):
        modality = "asserted"
    past = bool(turn.hits_in(found.start - 40, found.start, "quantities.used_to"))
    return span(
        turn,
        SpanType.TEAM_SIZE,
        Hit(found.start, found.end),
        found.value,
        found.score,
        modality=modality,
        tense="past" if past else "present",
        kind=found.kind,
        approximate=found.approximate,
    )


def _settled(turn: Turn, candidates: list[_Candidate]) -> _Candidate:
    """Return the figure a speaker ends on: 'so seven. hold on, call it six' is six."""
    best = candidates[0]
    for candidate in candidates[1:]:
        corrects = bool(_SETTLES & set(turn.before(candidate.start, 4)))
        if corrects or candidate.score > best.score + 0.05:
            best = candidate
    return best


def _source(turn: Turn, users: list[_Candidate], claims: list[StatedFigure], counted: set[int]) -> Source:
    """Return how a caller's figure came about: a correction of an earlier one, an answer to the plain question, or a remark."""
    answers = asks_for_people(turn) or _answers_figure(turn, counted)
    chosen = _settled(turn, users)
    if (claims or counted) and (answers or chosen.score >= _PLAIN) and corrects(turn, chosen.start, answers=answers):
        return "corrected"
    plain = answers and turn.question is not None and _HOW_MANY.search(turn.question.low)
    return "asked_again" if plain else "said"


def _summary(conversation: Conversation, reply: Turn, claims: list[StatedFigure], counted: set[int]) -> StatedFigure | None:
    """Return the figure of the agent's turn that the caller leaves standing, told by the caller's words it was taken from."""
    caller = reply.prompt
    summing = caller is not None and (asks_for_people(caller) or _follows_figure(caller, counted) or _just_said(caller, claims))
    number = people_in(reply, summing=summing)
    if number:
        counted.add(reply.position)
    value = round(number.value) if number else None
    if value is None and (summing or reply.has("prompts.team")) and alone_in(conversation, reply):
        value = 1
    if value is None or contradicted(conversation, reply):
        return None
    stands = number is None or confirmed(conversation, reply, number)
    told = evidence_for(conversation, reply, value)
    if told is None or not (stands or (number and presupposed(reply, number))):
        return None
    approximate = bool(number and number.approximate)
    confidence = SETTLED if stands else _PRESUPPOSED
    found = span(told[0], SpanType.TEAM_SIZE, told[1], value, confidence, kind="users", approximate=approximate)
    return StatedFigure(reply.position, "summed_up" if stands else "said", found)


def _just_said(caller: Turn, claims: list[StatedFigure]) -> bool:
    said = bool(claims) and claims[-1].position == caller.position and claims[-1].source != "summed_up"
    return said and not caller.asked("prompts.volume")


def asks_for_people(turn: Turn) -> bool:
    """Return whether the agent asks for people, though it may name documents too ('how many of you prepare them?')."""
    question = turn.question
    if not turn.asked("prompts.team") or question is None or turn.asked("prompts.authority"):
        return False
    people = any(_PEOPLE.search(question.low, hit.start, hit.end) for hit in question.hits("prompts.team"))
    return people or not turn.asked("prompts.volume")


def _answers_figure(turn: Turn, counted: set[int]) -> bool:
    """Return whether this brief turn replies to a count that the agent named: 'Four. Does that count you?' - 'No, five.'"""
    return _follows_figure(turn, counted) and len(turn.words) <= BRIEF_REPLY


def _follows_figure(turn: Turn, counted: set[int]) -> bool:
    prompt = turn.prompt
    return prompt is not None and prompt.position in counted and asks_nothing_else(prompt)


def _candidates(turn: Turn, counted: set[int]) -> Iterator[_Candidate]:
    both = asks_for_people(turn) or _answers_figure(turn, counted)
    asked = both and not turn.asked("prompts.company_size")
    yield from _companions(turn, both)
    last: _Candidate | None = None
    for number in turn.numbers:
        found = _counted(turn, number, asked) or (last and _corrected(turn, number, last))
        if found:
            last = found if found.kind == "users" else last
            yield found


def _corrected(turn: Turn, number: Number, last: _Candidate) -> _Candidate | None:
    """Replace a figure by the bare one right after it: 'Twelve of us, no wait, fifteen'."""
    corrects = _SETTLES & set(turn.before(number.start, 4)) and number.start - last.end <= FOLLOWS and bare(turn, number)
    if not corrects or _rejected(turn, number) or not 1 <= number.value <= _LARGEST_TEAM:
        return None
    return _Candidate(number.start, number.end, round(number.value), last.score, "users", number.approximate)


def _companions(turn: Turn, asked: bool) -> Iterator[_Candidate]:
    joined = turn.hits("quantities.me_and_one", "quantities.me_and_more")
    for hit in turn.hits("quantities.alone"):
        if not denied(turn, hit.start) and not any(hit.start <= other.start <= hit.end for other in joined):
            yield _Candidate(
                hit.start, hit.end, 1, 0.85 if asked else 0.5 if turn.asked("prompts.authority") else 0.7, "users", False
            )
    for hit in turn.hits("quantities.me_and_one"):
        yield _Candidate(hit.start, hit.end, 2, 0.75 if asked else 0.5, "users", False)
    for hit in turn.hits("quantities.me_and_more"):
        number = next(iter(turn.numbers_in(hit.start, hit.end)), None)
        if number and number.value < 50 and noun_of(turn, number) in ("user", ""):
            end = max(hit.end, number.end)
            yield _Candidate(hit.start, end, int(number.value) + 1, 0.75 if asked else 0.6, "users", number.approximate)


def _counted(turn: Turn, number: Number, asked: bool) -> _Candidate | None:
    """Return a number that counts people, or the bare reply to a question for them."""
    if not 1 <= number.value <= _LARGEST_TEAM or _rejected(turn, number):
        return None
    kind, score, end = _reading(turn, number, asked)
    if not kind:
        return None
    if kind == "users" and within(turn, number, "quantities.headcount"):
        kind = "headcount"
    if turn.asked("prompts.company_size") and kind == "users":
        kind, score = "headcount", 0.75
    value = round(number.value)
    return _Candidate(number.start, end, max(value, 1), score, kind, number.approximate)


def _rejected(turn: Turn, number: Number) -> bool:
    before = turn.before(number.start, 2)
    said = turn.low[number.start : number.end]
    if "grand" in said or (said == "one" and not turn.hits_in(number.end, number.end + 2, "quantities.users")):
        return True
    if before[-1:] in (["not"], ["at"]) or turn.low[max(0, number.start - 2) : number.start].rstrip()[-1:] in ("$", "€", "£"):
        return True
    money = turn.hits_in(number.end, number.end + 12, "quantities.money_after")
    return bool(money) or counts_nothing(turn, number) or is_price(turn, number) or is_per_head(turn, number)


def _reading(turn: Turn, number: Number, asked: bool) -> tuple[str, float, int]:
    """Return the kind of count, its confidence, and where its words end."""
    if within(turn, number, "quantities.volunteers") or (asked and turn.asked("prompts.signers")):
        return "volunteers_or_signers", 0.7, number.end
    if within(turn, number, "quantities.headcount"):
        return "headcount", 0.7, number.end
    whole = covering(turn, number, "quantities.users_of")
    if whole and not (of_others(turn, whole) and not asked):
        return "users", 0.9, max(whole.end, number.end)
    noun = noun_of(turn, number)
    if noun == "user":
        end = noun_end(turn, number)
        if asked or not vague(turn, number, end):
            return "users", 0.88 if asked else 0.68, end
        return "", 0.0, end
    if noun == "outsider" or periodic(turn, number) or documents_follow(turn, number):
        return "", 0.0, number.end
    if within(turn, number, "quantities.team_of") and bare(turn, number):
        before = turn.before(number.start, 5)
        team = bool(_TEAM & set(before)) or "we are" in " ".join(before)
        return ("users", 0.85, number.end) if team or asked else ("", 0.0, number.end)
    if asked:
        return "users", 0.75, number.end
    if _priced_for(turn, number):
        return "users", 0.6, number.end
    return "", 0.0, number.end


def _priced_for(turn: Turn, number: Number) -> bool:
    """Return whether a price is asked for this number: 'What's it run me for six'."""
    return turn.before(number.start, 1) == ["for"] and turn.in_question(number.start) and bare(turn, number)
