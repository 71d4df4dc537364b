"""Choose which promises of either side are agreed actions, and whose the agent's are (LABELS: action_items).

Rules find what sounds like a promise; most are none that anybody has to keep: an answer in the call, an offer nobody takes up, a
figure of speech. What the reader hears in the promise, in what it answers and in the reply to it decides
(``data/fitted_facts.yml``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.fitted import FittedFact
from analyzers.language.embedded.fusion import said_at
from analyzers.language.embedded.piece_numbers import odds
from analyzers.language.embedded.rules.actions import commitment
from analyzers.language.embedded.rules.agent_commitments import (
    Commitment,
    Terms,
    agent_commitments,
    commitment_spans,
    terms_of,
)
from analyzers.language.embedded.text.conversation import Conversation, Prediction, Turn
from analyzers.likelihoods import Likelihoods

AGENTS, CALLERS = "agents_promise", "callers_promise"
"""Names of the fits: whose the agent's promise is, or ``none``; whether a promise of the caller is one."""
LEAST_OF_AGENT = 0.45
"""Probability from which a promise of the agent is reported, chosen by the F1 of writers left out."""
LEAST_OF_CALLER = 0.3
"""Probability from which one of the caller is reported, chosen likewise."""
_LEAST_HEARD = 0.1
"""Probability of the reader from which a line without a rule's promise is a candidate."""
_MOST_CLAUSES = 3
"""Clauses beyond which one more about the same promise says nothing."""
_ASKED_HEADS = ("question", "complaint", "link", "money", "pain", "declines")
_REPLY_HEADS = ("promise", "declines", "goodbye", "question")
_CALLER_HEADS = ("condition", "declines", "question", "goodbye", "others", "money")
"""Heads of the lines before, after and of a promise that are asked for a yes."""


class AgentPromise(NamedTuple):
    """Hold a commitment of the agent, what the rules make of it, and its numbers."""

    commitment: Commitment
    terms: Terms
    numbers: dict[str, float]

    @property
    def text(self) -> str:
        return " ".join(turn.text[clause.start : clause.end] for turn, clause in self.commitment.clauses)


def agent_promises(conversation: Conversation) -> list[AgentPromise]:
    """Return what the agent commits to or offers, in order."""
    return [_promise(conversation, one) for one in agent_commitments(conversation)]


def _promise(conversation: Conversation, one: Commitment) -> AgentPromise:
    terms, turns = terms_of(conversation, one), conversation.turns
    first = one.clauses[0][0]
    asked = first if first.is_user else first.prompt
    reply = next((turn for turn in turns[one.last + 1 : one.last + 3] if turn.is_user), None)
    numbers = {
        "firm": float(one.firm),
        "asked": float(one.asked),
        "accepted": float(terms.accepted),
        "clauses": min(len(one.clauses), _MOST_CLAUSES) / _MOST_CLAUSES,
        "caller_asks": float(first.is_user),
        "place": first.position / max(1, len(turns) - 1),
        "due": float(terms.deadline is not None),
        "sales": float(terms.owner == "sales"),
        "names_sales": float(terms.names_sales),
        "names_support": float(terms.names_support),
        "document": float(terms.kind == "document_share"),
        **{f"sort_{sort}": float(one.sort == sort) for sort in ("contact", "answer", "paper")},
        **{f"asked_{head}": value for head, value in _likely_in(asked, _ASKED_HEADS).items()},
        "asked_feature": _any(asked, "feature"),
        "asked_buying": _any(asked, "buying"),
        "asked_in_question": float(asked is not None and bool(asked.questions)),
        **{f"reply_{head}": value for head, value in _likely_in(reply, _REPLY_HEADS).items()},
        "reply_yes": float(reply is not None and reply.affirms),
        "reply_no": float(reply is not None and reply.denies),
    }
    return AgentPromise(one, terms, numbers)


def _likely_in(turn: Turn | None, heads: Sequence[str]) -> dict[str, float]:
    """Return the highest probability of a yes to each head in a turn; 0 where nothing was read."""
    read = turn.predictions if turn else ()
    return {head: max((piece.reading.scores(head)["yes"] for piece in read), default=0.0) for head in heads}


def _any(turn: Turn | None, head: str) -> float:
    return max((piece.reading.likeliest(head)[1] for piece in turn.predictions), default=0.0) if turn else 0.0


class CallerPromise(NamedTuple):
    """Hold a line of the caller that may promise something: the rules' span, if any, its place, and its numbers."""

    turn: Turn
    prediction: Prediction
    ruled: tuple[Span, ...]
    numbers: dict[str, float]

    @property
    def spans(self) -> tuple[Span, ...]:
        """The rules' spans, the surest first; without any one of the words that most sound like a promise."""
        if self.ruled:
            return tuple(sorted(self.ruled, key=lambda one: -one.confidence))
        hit = said_at(self.turn, self.prediction, "promise", "yes")
        return (commitment(self.turn, self.turn.quote_at(hit), 0.0),)


def caller_promises(conversation: Conversation, spans: Iterable[Span]) -> list[CallerPromise]:
    """Return the caller's lines in which rules or reader find a promise, in order."""
    ruled = [one for one in spans if _is_callers(one)]
    found: list[CallerPromise] = []
    for turn, prediction in conversation.read_lines:
        here = tuple(one for one in ruled if one.item_id == turn.item.id and prediction.start <= one.start < prediction.end)
        if here or prediction.reading.scores("promise")["yes"] >= _LEAST_HEARD:
            found.append(CallerPromise(turn, prediction, here, _caller_numbers(conversation, turn, prediction, here)))
    return found


def _is_callers(one: Span) -> bool:
    return one.type == SpanType.ACTION and one.attributes.get("owner") == "user"


def _caller_numbers(conversation: Conversation, turn: Turn, prediction: Prediction, ruled: Sequence[Span]) -> dict[str, float]:
    reply = next((one for one in conversation.turns[turn.position + 1 :] if not one.is_user), None)
    reading = prediction.reading
    return {
        "ruled": float(bool(ruled)),
        "rule_confidence": max((one.confidence for one in ruled), default=0.0),
        "heard": odds(reading.scores("promise")["yes"]),
        "due": float(any(one.attributes.get("deadline") for one in ruled)),
        "conditional": float(any(one.attributes.get("conditional") for one in ruled)),
        "place": turn.position / max(1, len(conversation.turns) - 1),
        "buying": reading.likeliest("buying")[1],
        "strong": reading.scores("buying")["strong"],
        **{f"line_{head}": reading.scores(head)["yes"] for head in _CALLER_HEADS},
        "asked": float(turn.prompt is not None and bool(turn.prompt.questions)),
        "in_question": float(turn.in_question(prediction.start)),
        "taken_up": float(reply is not None and not reply.questions),
    }


def chosen_promises(conversation: Conversation, spans: Iterable[Span], fitted: Mapping[str, FittedFact]) -> Iterator[Span]:
    """Yield the spans, of the promises only those that are likely agreed, those that no rule knows too."""
    kept = list(spans)
    candidates = caller_promises(conversation, kept)
    judged = [one for promise in candidates for one in promise.ruled]
    yield from (one for one in kept if one not in judged)
    for promise in candidates:
        likely = fitted[CALLERS].likelihoods(promise.numbers)["yes"]
        if likely >= LEAST_OF_CALLER:
            yield from (one.model_copy(update={"confidence": round(likely, 2)}) for one in promise.spans)
    for promise in agent_promises(conversation):
        yield from _agents(promise, fitted[AGENTS].likelihoods(promise.numbers))


def _agents(promise: AgentPromise, chances: Likelihoods) -> Iterator[Span]:
    likely, terms = 1 - chances["none"], promise.terms
    if _is_declined(promise) or (likely < LEAST_OF_AGENT and not _is_plain(promise)):
        return
    owner = max(("sales", "support"), key=lambda side: chances[side])
    yield from commitment_spans(promise.commitment, terms, owner, likely)


def _is_declined(promise: AgentPromise) -> bool:
    """Return whether it is no more than an offer, and the caller's reply begins with a no."""
    return promise.commitment.asked and not promise.commitment.firm and promise.numbers["reply_no"] > 0


def _is_plain(promise: AgentPromise) -> bool:
    """Return whether plain words settle it: a firm promise that names who keeps it, or a call back the caller asks for."""
    one, terms = promise.commitment, promise.terms
    return one.firm and (terms.names_sales or terms.names_support or one.turn.is_user)
