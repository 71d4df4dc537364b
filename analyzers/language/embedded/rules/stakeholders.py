"""Find other people on the caller's side, as the caller names them, with influence and engagement (spec 3.1)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.text.conversation import Conversation, Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.spans import near, span
from analyzers.language.embedded.text.words import FILLERS, Word, word_set

_KINDS = ("top", "lead", "gate", "user", "unit", "kin")
_OURS = word_set("my our")
_SOME = word_set(
    "the his her their a an another other every each both two three four five six seven eight nine ten eleven twelve "
    "thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty hundred few some "
    "all these those your she's he's who's"
)
_CLOSED = word_set(
    "and or but so to of in on at for with from by as if that which who is are was were be been have has had do does did not no "
    "we i you he she they it me us him them this there then than when where will would can could should may might just only "
    "say says said tell told ask asked like about because i'm we're it's that's i've we've got get let "
    "whole same new old poor own actually really also still maybe whatever"
)
_ACRONYMS = word_set("ceo cfo coo cto cio cro cmo chro ciso gm md it hr vp svp pa dpo gc")
_OUTSIDE = word_set("client clients customer customers client's customer's vendor supplier")
_THROUGH = word_set("through by and with from past")
_SELF = word_set("i'm im am as")
_OTHER_NOUN = word_set(
    "meeting meetings software system systems agreement agreements contract contracts letter letters packet packets document "
    "documents form forms paperwork review reviews services service files file data number numbers fees fee name's"
)
_ACTS = word_set("will has have would needs need wants want stops takes won't must signs sign decides")
_ARE = word_set("is are were")
_PLACES = {"office": "office staff", "front": "front desk", "owners": "co-owner", "owner": "owner"}
_MODIFIERS = 3
"""Words before the head noun that may belong to its name ("our north region sales manager")."""
_REACH = 80
"""Characters between a person and the words that say what they do about the purchase."""
_MOST_ROLES = 60
"""Different roles of a call up to which short names are matched with full ones; bounds the quadratic comparison for endless
speech."""
_NUMERIC = re.compile(r"\d+")


class _Person(NamedTuple):
    """Describes a person or group; ``key`` is the head noun without its plural, by which the same person is found again."""

    hit: Hit
    role: str
    key: str
    kind: str
    ours: bool


def stakeholders(conversation: Conversation) -> Iterator[Span]:
    """Yield each person or group wherever it is named, under its fullest name in the call; the caller is not included."""
    named = [(turn, person) for turn in conversation.user_turns for person in _people(turn)]
    influences: dict[str, str] = {}
    for turn, person in named:
        influence = _influence(turn, person)
        if influence and person.key not in influences:
            influences[person.key] = influence
    fullest = _fullest({person.role for _, person in named})
    for turn, person in named:
        influence = influences.get(person.key)
        if influence:
            yield _stakeholder(turn, fullest[person.role], person, _influence(turn, person) or influence)


def _fullest(roles: set[str]) -> dict[str, str]:
    """Map 'the partner' to the 'business partner' named elsewhere in the call.

    With more than ``_MOST_ROLES`` roles each stays as it is.
    """
    if len(roles) > _MOST_ROLES:
        return {role: role for role in roles}
    words = {role: set(role.split()) for role in sorted(roles)}
    return {role: max((o for o in words if words[role] <= words[o]), key=lambda o: len(words[o])) for role in roles}


def _people(turn: Turn) -> Iterator[_Person]:
    taken = -1
    for label, role in _PLACES.items():
        for hit in turn.hits(f"people.{label}")[:1]:
            if not turn.in_question(hit.start) and not (label.startswith("own") and turn.hits("people.kin")):
                yield _Person(hit, role, _key(role), "user" if role.endswith(("staff", "desk")) else "top", True)
    for hit, kind in sorted(_heads(turn), key=lambda entry: (entry[0].start, -entry[0].end)):
        if hit.start < taken or (turn.in_question(hit.start) and not turn.hits("people.uses")):
            continue
        person = _person(turn, hit, kind)
        if person and not (person.kind == "top" and person.key in ("partner", "owner") and turn.hits("people.kin")):
            taken = hit.end
            yield person


def _heads(turn: Turn) -> Iterator[tuple[Hit, str]]:
    for kind in _KINDS:
        for hit in turn.hits(f"people.{kind}"):
            yield hit, kind


def _person(turn: Turn, hit: Hit, kind: str) -> _Person | None:
    """Return the head with its own modifiers, when a determiner or a title makes it somebody on the caller's side."""
    words = turn.words
    first, last = bisect_left(words, hit.start, key=_start_of), bisect_left(words, hit.end, key=_end_of)
    start = first
    while start > 0 and first - start < _MODIFIERS and _modifies(turn, words, start):
        start -= 1
    before = words[start - 1].text if start > 0 and _joined(turn, words, start) else ""
    after = [w.text for w in words[last + 1 : last + 3]] if last + 1 < len(words) and _joined(turn, words, last + 1) else []
    head = turn.low[hit.start : hit.end]
    ours = before in _OURS or (before == "of" and start > 1 and words[start - 2].text in _SOME)
    if not (ours or _belongs(kind, head, before, after)) or (kind == "unit" and start == first):
        return None
    stranger = before in ("your", "their") or (after[:1] and after[0] in _OTHER_NOUN) or _is_caller(words, start, before)
    if stranger or (head == "it" and before != "our") or any(w.text in _OUTSIDE for w in words[max(0, start - 2) : start]):
        return None
    whole = Hit(words[start].start, hit.end)
    return _Person(whole, _shown(turn.low[whole.start : whole.end]), _key(head), kind, ours)


def _belongs(kind: str, head: str, before: str, after: list[str]) -> bool:
    """Return whether a person belongs to the caller's side without 'my' or 'our'.

    Such are people who are counted or pointed at, titles of letters, legal in 'legal will ask', 'counsellors are nine'.
    """
    counted = before in _SOME or bool(_NUMERIC.fullmatch(before))
    titled = kind in ("top", "gate") and head in _ACRONYMS - {"it", "hr"}
    acting = kind == "gate" and (before in _THROUGH or any(word in _ACTS for word in after[:1]))
    listed = kind == "user" and len(after) == 2 and after[0] in _ARE and after[1] in _SOME
    return counted or titled or acting or listed


def _start_of(word: Word) -> int:
    return word.start


def _end_of(word: Word) -> int:
    return word.end


def _joined(turn: Turn, words: list[Word], at: int) -> bool:
    """Return whether nothing but a space or hyphen stands before this word."""
    return turn.low[words[at - 1].end : words[at].start] in (" ", "-")


def _modifies(turn: Turn, words: list[Word], at: int) -> bool:
    """Return whether the word before belongs to the name: not a function word, a verb of saying or another clause."""
    word = words[at - 1].text
    plain = word not in _CLOSED and word not in _SOME and word not in _OURS and word not in FILLERS
    return plain and _joined(turn, words, at) and not _NUMERIC.fullmatch(word) and not word.endswith(("ing", "n't", "'re", "'ll"))


def _is_caller(words: list[Word], start: int, before: str) -> bool:
    """Return whether the person is the caller: 'I'm the office manager'."""
    around = [w.text for w in words[max(0, start - 3) : start]]
    return any(w in _SELF for w in around) or (before in _SOME and "i'm" in around)


def _shown(text: str) -> str:
    """Write titles of letters in capitals, whether they are spelled out or not."""
    letters = text.replace(" ", "") if all(len(w) == 1 for w in text.split()) else text
    return " ".join(w.upper() if w in _ACRONYMS else w for w in letters.split())


def _key(head: str) -> str:
    last = head.split()[-1] if " of " not in f" {head} " else head
    return last.removesuffix("s") if len(last) > 4 else last


def _influence(turn: Turn, person: _Person) -> str | None:
    """Return what they do about the purchase: decide, approve, or use; None when the words do not involve them."""
    hit, ours = person.hit, person.ours
    said = near(turn, hit, "people.decides", "authority.needs_approval", "authority.influences", reach=_REACH)
    decides = said or turn.asked("prompts.authority")
    clears = near(turn, hit, "people.clears", reach=_REACH)
    uses = near(turn, hit, "people.uses", reach=_REACH) or turn.asked("prompts.team")
    if person.kind == "gate":
        return "gatekeeper" if ours or clears or decides else None
    if person.kind == "user" or person.kind == "unit":
        return "user" if uses or ours else None
    if person.kind == "lead" and uses and not said and not clears:
        return "user"
    if decides or near(turn, hit, "people.together", reach=_REACH) or (person.kind == "top" and ours):
        return "decision_maker"
    return "gatekeeper" if clears else "user" if person.kind != "top" and (uses or (ours and person.kind == "lead")) else None


def _stakeholder(turn: Turn, role: str, person: _Person, influence: str) -> Span:
    engagement = (
        "will_join"
        if near(turn, person.hit, "stakeholders.engaged")
        else "needs_convincing"
        if near(turn, person.hit, "stakeholders.persuade")
        else None
    )
    cued = near(turn, person.hit, "people.decides", "people.clears", "people.uses", reach=_REACH)
    confidence = 0.75 if cued and person.ours else 0.65 if cued or person.ours else 0.5
    return span(turn, SpanType.STAKEHOLDER, person.hit, role, confidence, influence=influence, engagement=engagement)
