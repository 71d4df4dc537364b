"""Find who decides and pays, from what is said and from the caller's role (LABELS: budget_authority)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.rules.denials import denied
from analyzers.language.embedded.text.conversation import Conversation, Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.spans import modality_at, span
from analyzers.language.embedded.text.words import word_set

Authority = Literal["decision_maker", "influencer", "needs_approval"]
_STATEMENTS: tuple[tuple[str, Authority], ...] = (
    ("authority.needs_approval", "needs_approval"),
    ("authority.consults", "needs_approval"),
    ("authority.influences", "influencer"),
    ("authority.decides", "decision_maker"),
)
_OWNS = (
    "owner",
    "founder",
    "ceo",
    "president",
    "managing director",
    "freelanc",
    "photographer",
    "sole",
    "managing partner",
    "principal",
)
_RECOMMENDS = (
    "assistant",
    "coordinator",
    "intern",
    "temp",
    "analyst",
    "secretary",
    "specialist",
    "paralegal",
    "administrator",
    "engineer",
    "developer",
    "admin",
    "trainer",
)
_CONSULTING = 0.2
"""Confidence taken off when the caller only consults others: that says less of who decides than a plain statement."""
_WHENEVER = word_set("whatever when whenever once until till before after however")
_FIRST = word_set("i i'm i'd i'll i've me myself we we're we'll us mine both")
_THIRD = word_set("he she he's she's he'll she'll him her")
_IT_IS = (["it", "is"], ["it", "would"], ["that", "is"], ["i", "am"], ["i", "do"])


def authorities(conversation: Conversation) -> Iterator[Span]:
    for turn in conversation.user_turns:
        asked = turn.asked("prompts.authority")
        for label, value in _STATEMENTS:
            for hit in turn.hits(label):
                if value != "influencer" and (denied(turn, hit.start) or _open(turn, hit)):
                    continue
                yield span(
                    turn,
                    SpanType.BUDGET_AUTHORITY,
                    turn.quote_at(hit),
                    value,
                    (0.85 if asked else 0.7) - (_CONSULTING if label == "authority.consults" else 0),
                    modality=_modality(turn, hit),
                    basis="statement",
                )
        yield from _choices(turn, asked)
        yield from _answers(turn, asked)
        yield from _roles(turn)
    yield from _implied(conversation)


_IMPLIED = (
    ("authority.granted", 0.55),
    ("authority.owns", 0.55),
    ("authority.commits", 0.45),
    ("quantities.alone", 0.45),
)
_OTHERS_DECIDE = ("authority.needs_approval", "authority.influences")


def _implied(conversation: Conversation) -> Iterator[Span]:
    """Yield a decision maker who owns the business, has the money or simply buys, unless somebody else is said to decide."""
    if any(turn.has(*_OTHERS_DECIDE) for turn in conversation.user_turns):
        return
    for turn in conversation.user_turns:
        for label, confidence in _IMPLIED:
            for hit in turn.hits(label)[:2]:
                if not (turn.negated(hit.start) or turn.hypothetical(hit.start) or turn.in_question(hit.start)):
                    where = turn.quote_at(hit)
                    yield span(turn, SpanType.BUDGET_AUTHORITY, where, "decision_maker", confidence, basis="implied")


def _open(turn: Turn, hit: Hit) -> bool:
    """Return whether the words leave open who decides: 'whatever we decide', 'once we decide'."""
    return bool(_WHENEVER & set(turn.before(hit.start, 1)))


def _modality(turn: Turn, hit: Hit) -> Literal["asserted", "hypothetical", "question", "reported"]:
    found = modality_at(turn, hit.start)
    return "asserted" if found == "reported" else found


def _choices(turn: Turn, asked: bool) -> Iterator[Span]:
    """Yield ``needs_approval`` for 'I pick it, but she pays': the caller chooses and the sentence names who has to agree."""
    others = turn.hits(*turn.labelled("stakeholders.decision_maker"))
    for hit in turn.hits("authority.chooses"):
        limits = turn.has(*_OTHERS_DECIDE) or (others and any(other.start > hit.end for other in others))
        if limits and not (turn.negated(hit.start) or turn.in_question(hit.start)):
            yield span(
                turn, SpanType.BUDGET_AUTHORITY, turn.quote_at(hit), "needs_approval", 0.9 if asked else 0.75, basis="statement"
            )


def _answers(turn: Turn, asked: bool) -> Iterator[Span]:
    """Read replies to who decides: 'Is it your decision?' - 'yes'; 'does anyone else need to approve?' - 'no'."""
    if (
        not asked
        or not turn.words
        or turn.prompt is None
        or turn.has("authority.needs_approval", "authority.influences", "authority.decides")
    ):
        return
    opening = Hit(turn.words[0].start, turn.sentences[0].end)
    someone = any(w.text in ("anyone", "anybody", "someone", "else", "approve", "approval") for w in turn.prompt.words)
    yours = any(w.text in ("you", "your", "yours") for w in turn.prompt.words)
    first = [w.text for w in turn.words[:4]]
    alone = any(w in ("me", "myself", "mine") for w in first) or turn.has("quantities.alone")
    agrees = turn.affirms or first[:2] in _IT_IS
    if alone or (someone and turn.denies) or (yours and not someone and agrees):
        yield span(turn, SpanType.BUDGET_AUTHORITY, opening, "decision_maker", 0.75, basis="statement")
    elif someone and (turn.affirms or turn.hits(*turn.labelled("stakeholders.decision_maker"))):
        yield span(turn, SpanType.BUDGET_AUTHORITY, opening, "needs_approval", 0.55, basis="statement")
    elif turn.hits(*turn.labelled("stakeholders.decision_maker")) or _somebody_else(turn, opening):
        yield span(turn, SpanType.BUDGET_AUTHORITY, opening, "influencer", 0.55, basis="statement")


def _somebody_else(turn: Turn, opening: Hit) -> bool:
    """Return whether others are named at once and the caller is not among them: 'Who decides?' - 'Our CTO.'"""
    words = {w.text for w in turn.words if opening.start <= w.start < opening.end}
    named = turn.hits_in(opening.start, opening.end, *turn.labelled("stakeholders.gatekeeper"))
    return bool(named or words & _THIRD) and not words & _FIRST


def _roles(turn: Turn) -> Iterator[Span]:
    for hit in turn.hits("authority.role"):
        role = _role_named(turn, hit)
        if role is None or turn.negated(hit.start):
            continue
        yield span(turn, SpanType.CALLER_ROLE, hit, role, 0.75)
        authority = authority_of(role)
        if authority:
            yield span(turn, SpanType.BUDGET_AUTHORITY, hit, authority, 0.5, basis="role")
    if turn.asked("prompts.role"):
        for hit in turn.hits("authority.title")[:1]:
            yield span(turn, SpanType.CALLER_ROLE, hit, turn.text[hit.start : hit.end], 0.7)


def _role_named(turn: Turn, hit: Hit) -> str | None:
    """Return the title after 'I'm the …', with its object ('director of sales'); None when nothing is left."""
    words = turn.text[hit.start : hit.end].split()
    while words and words[0].lower().strip(",") in (
        "i'm",
        "i\u2019m",
        "im",
        "i",
        "am",
        "as",
        "this",
        "is",
        "the",
        "a",
        "an",
        "our",
        "your",
        "just",
        "actually",
        "their",
        "one",
        "of",
    ):
        words = words[1:]
    if not words:
        return None
    after = turn.after(hit.end, 2)
    return " ".join([*words, *after]) if after[:1] == ["of"] and len(after) == 2 else " ".join(words)


def authority_of(role: str) -> Authority | None:
    """Return what a title alone suggests; None for a manager, who may be anything."""
    low = role.lower()
    if low.startswith(("assistant", "deputy")) or any(word in low for word in _RECOMMENDS):
        return "influencer"
    if any(word in low for word in _OWNS):
        return "decision_maker"
    return None
