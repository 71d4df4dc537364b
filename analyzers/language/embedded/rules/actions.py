"""Find the caller's promises: commitments, follow-ups, booked calls, documents to send (LABELS: action_items)."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.rules.deadlines import deadline_in
from analyzers.language.embedded.text.conversation import Conversation, Turn
from analyzers.language.embedded.text.cues import Hit
from analyzers.language.embedded.text.spans import sentence_hits, span
from analyzers.language.embedded.text.words import word_set

_NEVER = word_set("not never don't won't can't cannot wouldn't didn't nobody no")
_NOW = frozenset({"now", "right now", "immediately"})


def actions(conversation: Conversation) -> Iterator[Span]:
    for turn in conversation.turns:
        if turn.is_user:
            yield from _commitments(turn)
            yield from _demos(turn)


def _commitments(turn: Turn) -> Iterator[Span]:
    """Yield what the caller will do after the call; what is done on the spot or merely considered is not included."""
    seen: set[int] = set()
    for hit in turn.hits("actions.user_commits"):
        quote = turn.quote_at(hit)
        excluded = any(h.start == hit.start for h in turn.hits_in(hit.start, hit.start + 1, "actions.user_excluded"))
        if quote.start in seen or excluded or turn.in_question(hit.start) or _denied(turn, hit):
            continue
        seen.add(quote.start)
        whole = Hit(hit.start, quote.end)
        due = _deadline(turn, quote, hit)
        if due is None and sentence_hits(turn, hit, "actions.right_away"):
            continue
        yield _action(turn, whole, turn.text[whole.start : whole.end], "user", "commitment", 0.75 if due else 0.6, due)


def commitment(turn: Turn, quote: Hit, confidence: float) -> Span:
    """Build the span of a caller's promise whose words the cues do not know."""
    return _action(turn, quote, turn.text[quote.start : quote.end], "user", "commitment", confidence, _deadline(turn, quote, quote))


def _denied(turn: Turn, hit: Hit) -> bool:
    """Return whether a 'not' denies the hit in the same clause; a 'no bother' before a comma does not."""
    clause = turn.low[turn.sentence_at(hit.start).start : hit.start].rpartition(",")[2]
    return turn.negated(hit.start) and any(word in _NEVER for word in clause.split())


def _demos(turn: Turn) -> Iterator[Span]:
    for hit in turn.hits("actions.demo_asked", "actions.demo_wanted")[:1]:
        quote = turn.quote_at(hit)
        if "demo" in turn.low[quote.start : quote.end] or "walkthrough" in turn.low[quote.start : quote.end]:
            yield _action(
                turn, quote, turn.text[quote.start : quote.end], "sales", "demo_request", 0.5, _deadline(turn, quote, quote)
            )


def _deadline(turn: Turn, quote: Hit, hit: Hit) -> str | None:
    """Return the words of time after the promise begins, else those before it in the sentence."""
    after, before = turn.text[hit.start : quote.end], turn.text[quote.start : hit.start]
    said = deadline_in([after]) or (None if turn.hits_in(quote.start, hit.start, "actions.conditional") else deadline_in([before]))
    return None if said and said.lower() in _NOW else said


def _action(turn: Turn, hit: Hit, text: str, owner: str, kind: str, confidence: float, deadline: str | None) -> Span:
    """Build an action span; a condition voids only a promise that has no day of its own."""
    before = turn.hits_in(turn.sentence_at(hit.start).start, hit.start, "actions.conditional")
    conditional = deadline is None and bool(before)
    return span(
        turn,
        SpanType.ACTION,
        hit,
        text.strip().rstrip(".,!"),
        confidence,
        modality="hypothetical" if conditional else "asserted",
        tense="future",
        owner=owner,
        kind=kind,
        deadline=deadline,
        conditional=conditional,
    )
