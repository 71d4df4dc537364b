"""Find how many people would use it: counted people, replies to 'how many of you', the last of several corrections."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.rules.denials import denied
from analyzers.language.embedded.text.conversation import FILLERS_AND_SO, Conversation, Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.numbers import Number
from analyzers.language.embedded.text.spans import Modality, modality_at, span

_LARGEST_TEAM = 20_000
"""People above which a number is no team of users but a misreading, such as a volume or a price."""
_FOLLOWS = 24
"""Characters after a number within which its noun stands: up to two words and the noun."""
_OPENING = 6
"""Words at the start of a reply among which "me" makes it a count of people ("just me")."""
_SUMMED = frozenset({"with", "then", "it", "thank", "thanks"})
_MYSELF = frozenset({"me", "myself"})
_PERIODS = ("quantities.day", "quantities.week", "quantities.month", "quantities.quarter", "quantities.year")
_PEOPLE = re.compile(r"of you|of your|people|persons|who|users|seats|team|crew|licen|staff|reps|recruiters|agents")
_SETTLES = frozenset(
    {
        "so",
        "call",
        "total",
        "altogether",
        "makes",
        "actually",
        "make",
        "rather",
        "say",
        "no",
        "sorry",
        "mean",
        "just",
        "well",
        "wait",
    }
)


_VAGUE = tuple(
    [noun] for noun in ["people", "persons", "folks", "guys", "girls", "ladies", "drivers", "members", "partners", "owners"]
)


class _Candidate(NamedTuple):
    start: int
    end: int
    value: int
    score: float
    kind: str
    approximate: bool


def team_sizes(conversation: Conversation) -> Iterator[Span]:
    """Yield at most one figure of users a turn, the one the turn settles on; company headcount and signers separately."""
    for turn in conversation.user_turns:
        candidates = list(_candidates(turn))
        users = [c for c in candidates if c.kind == "users"]
        echo = _echo(conversation, turn)
        confirmed = _confirmed(turn, users, echo) if echo else None
        if confirmed:
            yield _span(turn, confirmed)
        elif users:
            yield _span(turn, _settled(turn, users))
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


def asks_for_people(turn: Turn) -> bool:
    """Return whether the agent asks for people, though it may name documents too ('how many of you prepare them?')."""
    if not turn.asked("prompts.team") or turn.prompt is None or turn.asked("prompts.authority"):
        return False
    people = any(_PEOPLE.search(turn.prompt.low, hit.start, hit.end) for hit in turn.prompt.hits("prompts.team"))
    return people or not turn.asked("prompts.volume")


def _echo(conversation: Conversation, turn: Turn) -> int | None:
    """Return the figure of the agent's summary ('Six people, then.'), not when the caller then says no."""
    following = conversation.turns[turn.position + 1 : turn.position + 3]
    if not following or following[0].is_user or not following[0].sentences or (len(following) > 1 and following[1].denies):
        return None
    reply, first = following[0], following[0].sentences[0]
    answers = asks_for_people(turn)
    for number in reply.numbers:
        addressed = _covering(reply, number, "quantities.users_of")
        ours = addressed is not None and reply.low[addressed.start : addressed.end].endswith("you")
        opening = number.end <= first.end and not reply.in_question(first.start)
        counts = addressed or _noun_of(reply, number) == "user" or (answers and _summed(reply, number))
        if (ours or (opening and counts)) and 1 <= number.value <= _LARGEST_TEAM:
            return round(number.value)
    return None


def _summed(reply: Turn, number: Number) -> bool:
    """Return the count alone that opens the agent's reply to how many there are: 'Forty.', 'Twelve in all.'."""
    ahead = [word for word in reply.before(number.start) if word not in FILLERS_AND_SO]
    return not ahead and (_bare(reply, number) or bool(_SUMMED & set(reply.after(number.end, 1))))


def _confirmed(turn: Turn, users: list[_Candidate], echo: int) -> _Candidate | None:
    """Return the caller's figure that the agent took up, or the reply from which the agent counted it."""
    said = [c for c in users if c.value == echo]
    if said:
        return said[-1]._replace(score=0.92)
    replied = (
        asks_for_people(turn)
        or turn.has("quantities.users", "quantities.me_and_one")
        or turn.hits(*turn.labelled("stakeholders"))
        or any(word.text in _MYSELF for word in turn.words[:_OPENING])
        or len(turn.numbers) > 1
    )
    if not replied or not turn.sentences or any(n.value == echo for n in turn.numbers):
        return None
    first = turn.quote_at(Hit(turn.sentences[0].start, turn.sentences[0].start))
    return _Candidate(first.start, first.end, echo, 0.7, "users", False)


def _candidates(turn: Turn) -> Iterator[_Candidate]:
    both = asks_for_people(turn)
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
    corrects = _SETTLES & set(turn.before(number.start, 4)) and number.start - last.end <= _FOLLOWS and _bare(turn, number)
    if not corrects or _rejected(turn, number) or not 1 <= number.value <= _LARGEST_TEAM:
        return None
    return _Candidate(number.start, number.end, round(number.value), last.score, "users", number.approximate)


def _companions(turn: Turn, asked: bool) -> Iterator[_Candidate]:
    for hit in turn.hits("quantities.alone"):
        if not denied(turn, hit.start):
            yield _Candidate(
                hit.start, hit.end, 1, 0.85 if asked else 0.5 if turn.asked("prompts.authority") else 0.7, "users", False
            )
    for hit in turn.hits("quantities.me_and_one"):
        yield _Candidate(hit.start, hit.end, 2, 0.75 if asked else 0.5, "users", False)
    for hit in turn.hits("quantities.me_and_more"):
        number = next(iter(turn.numbers_in(hit.start, hit.end)), None)
        if number and number.value < 50 and _noun_of(turn, number) in ("user", ""):
            end = max(hit.end, number.end)
            yield _Candidate(hit.start, end, int(number.value) + 1, 0.75 if asked else 0.6, "users", number.approximate)


def _counted(turn: Turn, number: Number, asked: bool) -> _Candidate | None:
    """Return a number that counts people, or the bare reply to a question for them."""
    if not 1 <= number.value <= _LARGEST_TEAM or _rejected(turn, number):
        return None
    kind, score, end = _reading(turn, number, asked)
    if not kind:
        return None
    if kind == "users" and _within(turn, number, "quantities.headcount"):
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
    return bool(turn.hits_in(number.end, number.end + 12, "quantities.money_after"))


def _reading(turn: Turn, number: Number, asked: bool) -> tuple[str, float, int]:
    """Return the kind of count, its confidence, and where its words end."""
    if _within(turn, number, "quantities.volunteers") or (asked and turn.asked("prompts.signers")):
        return "volunteers_or_signers", 0.7, number.end
    if _within(turn, number, "quantities.headcount"):
        return "headcount", 0.7, number.end
    whole = _covering(turn, number, "quantities.users_of")
    if whole and not (_others(turn, whole) and not asked):
        return "users", 0.9, max(whole.end, number.end)
    noun = _noun_of(turn, number)
    if noun == "user":
        end = _noun_end(turn, number)
        if asked or not _vague(turn, number, end):
            return "users", 0.88 if asked else 0.68, end
        return "", 0.0, end
    if noun == "outsider" or _periodic(turn, number) or _documents_follow(turn, number):
        return "", 0.0, number.end
    if _within(turn, number, "quantities.team_of") and _bare(turn, number):
        team = any(w in ("team", "crew", "group", "staff", "department", "office") for w in turn.before(number.start, 5))
        return ("users", 0.85, number.end) if team or asked else ("", 0.0, number.end)
    if asked:
        return "users", 0.75, number.end
    if _priced_for(turn, number):
        return "users", 0.6, number.end
    return "", 0.0, number.end


def _others(turn: Turn, whole: Hit) -> bool:
    """Return whether 'four of them' or 'two of my agreements' is meant, which are not the caller's people unless asked for.

    They count when people were asked for.
    """
    said = turn.low[whole.start : whole.end]
    things = turn.hits_in(whole.end, whole.end + _FOLLOWS, "quantities.documents", "quantities.outsiders")
    return said.endswith("them") or (said.endswith(("my", "our", "the")) and bool(things))


def _within(turn: Turn, number: Number, label: str) -> bool:
    return _covering(turn, number, label) is not None


def _covering(turn: Turn, number: Number, label: str) -> Hit | None:
    """Return the hit of this cue that contains the number."""
    return next((h for h in turn.hits_in(number.start - 60, number.start + 1, label) if number.start < h.end), None)


def _noun_of(turn: Turn, number: Number) -> str:
    """Return who is counted: up to two words may stand between ('four full-time estimators')."""
    users = turn.hits_in(number.end, number.end + _FOLLOWS, "quantities.users")
    others = turn.hits_in(number.end, number.end + _FOLLOWS, "quantities.outsiders")
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


def _vague(turn: Turn, number: Number, end: int) -> bool:
    """Return whether the people may be guests: 'thirty people' are users only with 'we have', 'of us' or a team beside them."""
    sentence = turn.sentence_at(number.start)
    ours = turn.hits_in(max(sentence.start, number.start - 60), number.start + 1, "quantities.team_of", "quantities.ours")
    return turn.low[number.end : end].split()[-1:] in _VAGUE and not ours


def _noun_end(turn: Turn, number: Number) -> int:
    return min((h.end for h in turn.hits_in(number.end, number.end + _FOLLOWS, "quantities.users")), default=number.end)


def _periodic(turn: Turn, number: Number) -> bool:
    return bool(turn.hits_in(number.end, number.end + _FOLLOWS, *_PERIODS))


def _documents_follow(turn: Turn, number: Number) -> bool:
    return bool(turn.hits_in(number.end, number.end + 16, "quantities.documents", "quantities.not_volume"))


def _bare(turn: Turn, number: Number) -> bool:
    """Return whether nothing is counted after the number: 'there are five, all told'."""
    return turn.low[number.end : number.end + 1] in ("", ".", ",", "!", "?") or turn.after(number.end, 1)[:1] in (
        [],
        ["and"],
        ["in"],
        ["on"],
        ["altogether"],
        ["so"],
    )


def _priced_for(turn: Turn, number: Number) -> bool:
    """Return whether a price is asked for this number: 'What's it run me for six'."""
    return turn.before(number.start, 1) == ["for"] and turn.in_question(number.start) and _bare(turn, number)
