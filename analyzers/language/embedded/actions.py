"""Promises of either side: commitments, follow-ups, booked calls, documents to send (LABELS: action_items)."""

from __future__ import annotations

from collections.abc import Iterator

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.conversation import Conversation, Turn
from analyzers.language.embedded.cues import Hit
from analyzers.language.embedded.spans import span

_NOW = frozenset({"now", "right now", "immediately"})


def actions(conversation: Conversation) -> Iterator[Span]:
    for turn in conversation.turns:
        if turn.is_user:
            yield from _commitments(turn)
            yield from _demos(turn)
        else:
            yield from _promises(turn)


def _commitments(turn: Turn) -> Iterator[Span]:
    """What the caller will do after the call; what is done on the spot or merely considered is none."""
    seen: set[int] = set()
    for hit in turn.hits("actions.user_commits"):
        quote = turn.quote_at(hit)
        excluded = any(abs(h.start - hit.start) < 2 for h in turn.hits_in(hit.start - 2, hit.start + 3, "actions.user_excluded"))
        if quote.start in seen or excluded or turn.in_question(hit.start) or turn.negated(hit.start):
            continue
        seen.add(quote.start)
        text = turn.text[hit.start : quote.end]
        yield _action(turn, Hit(hit.start, quote.end), text, "user", "commitment", 0.7 if _deadline(turn, quote) else 0.6)


def _demos(turn: Turn) -> Iterator[Span]:
    for hit in turn.hits("actions.demo_asked", "actions.demo_wanted")[:1]:
        quote = turn.quote_at(hit)
        if "demo" in turn.low[quote.start : quote.end] or "walkthrough" in turn.low[quote.start : quote.end]:
            yield _action(turn, quote, turn.text[quote.start : quote.end], "sales", "demo_request", 0.5)


def _promises(turn: Turn) -> Iterator[Span]:
    """What the agent or a colleague will do; an offer in a question is no promise."""
    seen: set[int] = set()
    for hit in turn.hits("actions.agent_commits"):
        quote = turn.quote_at(hit)
        if quote.start in seen or turn.in_question(hit.start) or turn.negated(hit.start):
            continue
        seen.add(quote.start)
        kind = _kind(turn, quote)
        yield _action(turn, quote, turn.text[quote.start : quote.end], _owner(turn, quote, kind), kind, 0.65)


def _kind(turn: Turn, quote: Hit) -> str:
    booked = turn.hits_in(quote.start, quote.end, "actions.demo")
    if any(
        w in turn.low[quote.start : quote.end] for w in ("booked", "locked in", "scheduled", "calendar", "invitation", "invite")
    ) or (booked and _deadline(turn, quote)):
        return "demo_request"
    sends = any(w in turn.low[quote.start : quote.end] for w in ("send", "e-mail", "email", "share", "text you", "forward"))
    return "document_share" if sends and turn.hits_in(quote.start, quote.end, "actions.document") else "follow_up"


def _owner(turn: Turn, quote: Hit, kind: str) -> str:
    """Sales for money, meetings and plans; support for technical matters and their papers."""
    if kind == "demo_request":
        return "sales"
    technical = len(turn.hits_in(quote.start, quote.end, "actions.support_topic"))
    commercial = len(turn.hits_in(quote.start, quote.end, "actions.sales_topic"))
    if technical == commercial == 0 and turn.prompt is not None:
        commercial = len(turn.prompt.hits("actions.sales_topic"))
        technical = len(turn.prompt.hits("actions.support_topic"))
    return "support" if technical > commercial or (kind == "document_share" and technical >= commercial) else "sales"


def _deadline(turn: Turn, quote: Hit) -> str | None:
    """The words of time in the promise."""
    hits = turn.hits_in(quote.start, quote.end, "actions.when")
    words = [turn.text[h.start : h.end] for h in hits if turn.low[h.start : h.end] not in _NOW]
    return max(words, key=len) if words else None


def _action(turn: Turn, hit: Hit, text: str, owner: str, kind: str, confidence: float) -> Span:
    conditional = any(
        h.start < hit.end
        for h in turn.hits_in(turn.sentence_at(hit.start).start, hit.end, "actions.conditional")
        if not turn.low.startswith(("i can", "i could"), h.start)
    )
    deadline = _deadline(turn, turn.quote_at(hit))
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
