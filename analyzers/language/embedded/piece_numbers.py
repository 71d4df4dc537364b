"""Describe each piece of what the caller says by numbers, for the weights that fuse rules and reader (``fusion``).

Whether words are an objection, a wish, a signal or a pain also shows in what else the reader makes of them, in the rest of the
call, in what they answer and in the reply: a line that wants a system connected is rarely a wish beside it, and the agent notes
what is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from math import log, log1p

from analyzers.language.annotations import Span, SpanType
from analyzers.language.embedded.text.conversation import Conversation, Prediction, Turn
from analyzers.language.reader.heads import HEADS

PieceKey = tuple[str, int]
"""Item id of the turn, and where the piece begins in it."""
PieceNumbers = Mapping[str, float]
FUSED: Mapping[SpanType, str] = {
    SpanType.OBJECTION: "objection",
    SpanType.FEATURE_REQUEST: "feature",
    SpanType.BUYING_SIGNAL: "buying",
    SpanType.PAIN_POINT: "pain",
}
"""Kinds of fact that labels quote words for, and the head that hears each."""
_CLASSES = {"positive": "mood", "negative": "mood", "accepts": "reply", "rejects": "reply", "blocker": "severity"}
"""Single classes that count beside a head's 'anything but none'."""
_PROMPTS = (
    "integration",
    "systems",
    "authority",
    "timeline",
    "pain",
    "use_case",
    "competitors",
    "budget",
    "tool",
    "team",
    "meeting",
    "volume",
    "contact",
)
_REPLIES = {
    name: re.compile(rf"\b(?:{words})\b")
    for name, words in {
        "regrets": "sorry",
        "grants": "you can|it does|yes|it can",
        "denies": "can't|cannot|not yet|doesn't|isn't|there is no|there's no|not something|don't see",
        "notes": "note|request|pass it|pass that|file",
        "understands": "understood|i see|fair|hear",
        "prices": "dollars?|price|plan|seats?",
        "refers": "specialist|colleague|confirm",
        "sends": "send|mail",
    }.items()
}
"""What the agent's reply does with the words."""
_MOST_CERTAIN = 0.999
"""Bound of a probability before its log-odds, which would be infinite at 0 and 1."""


def odds(probability: float) -> float:
    """Return the log-odds, finite for what is certain."""
    bounded = min(max(probability, 1 - _MOST_CERTAIN), _MOST_CERTAIN)
    return log(bounded / (1 - bounded))


def numbers_of_pieces(conversation: Conversation, spans: Iterable[Span]) -> dict[PieceKey, PieceNumbers]:
    """Return the numbers of every piece of the caller's that the reader has read; ``spans`` are the rules'."""
    lines = conversation.read_lines
    by_head = {head: [odds(piece.reading.likeliest(head)[1]) for _, piece in lines] for head in HEADS}
    ruled: dict[str, list[Span]] = {}
    for one in spans:
        if one.type in FUSED:
            ruled.setdefault(one.item_id, []).append(one)
    return {
        (turn.item.id, piece.start): {
            **_in_the_call(by_head, at),
            **_in_the_piece(turn, piece),
            **_by_rules(ruled.get(turn.item.id, ()), piece),
            **_around(conversation, turn),
        }
        for at, (turn, piece) in enumerate(lines)
    }


def _in_the_call(by_head: Mapping[str, Sequence[float]], at: int) -> dict[str, float]:
    return {
        **{f"heard_{head}": values[at] for head, values in by_head.items()},
        **{f"highest_{head}": max(by_head[head]) for head in FUSED.values()},
        **{f"above_{head}": float(sum(other > by_head[head][at] for other in by_head[head])) for head in FUSED.values()},
    }


def _in_the_piece(turn: Turn, piece: Prediction) -> dict[str, float]:
    names = turn.names_in(piece.start, piece.end)
    return {
        **{label: odds(piece.reading.scores(head)[label]) for label, head in _CLASSES.items()},
        "words": log1p(len(turn.text[piece.start : piece.end].split())),
        "pieces": float(len(turn.predictions)),
        "first": float(piece is turn.predictions[0]),
        "asks": float(turn.in_question(piece.start) or any(piece.start <= asked.start < piece.end for asked in turn.questions)),
        "names_system": float(any(name.kind == "integration" for name in names)),
        "names_rival": float(any(name.kind == "competitor" for name in names)),
    }


def _by_rules(spans: Sequence[Span], piece: Prediction) -> dict[str, float]:
    inside = [one for one in spans if piece.start <= one.start < piece.end]
    return {
        f"rules_{head}": max((one.confidence for one in inside if one.type == kind), default=0.0) for kind, head in FUSED.items()
    }


def _around(conversation: Conversation, turn: Turn) -> dict[str, float]:
    following = conversation.turns[turn.position + 1 : turn.position + 2]
    reply = following[0].low if following and not following[0].is_user else ""
    return {
        "place": turn.position / max(1, len(conversation.turns) - 1),
        "answers": float(turn.prompt is not None and bool(turn.prompt.questions)),
        **{f"asked_{name}": float(turn.asked(f"prompts.{name}")) for name in _PROMPTS},
        **{f"reply_{name}": float(bool(words.search(reply))) for name, words in _REPLIES.items()},
    }
