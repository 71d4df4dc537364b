"""Count the tokens that the replies of a call used (spec 3.6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from analyzers.availability import Availability
from contract.document.session import ReplyMetrics


class Tokens(Availability):
    """Sums tokens over measured replies.

    Totals that an older document reports come without their prompt and completion parts.
    """

    prompt: int | None = None
    completion: int | None = None
    total: int | None = None
    per_turn: float | None = None
    completion_per_turn: float | None = None
    prompt_share: float | None = None
    completion_share: float | None = None
    max_per_turn: int | None = None
    measured_replies: int = 0
    source: Literal["measured", "reported"] | None = None


def reply_tokens(reply: ReplyMetrics) -> int | None:
    """Return the document's total, else prompt + completion, else None."""
    if reply.total_tokens is not None:
        return reply.total_tokens
    if reply.prompt_tokens is None or reply.completion_tokens is None:
        return None
    return reply.prompt_tokens + reply.completion_tokens


def tokens(metrics: Sequence[ReplyMetrics], reported_total: float | None) -> Tokens:
    """Sum the tokens of a call; ``reported_total`` is an older document's own sum, used when no reply was measured."""
    totals = [total for total in map(reply_tokens, metrics) if total is not None]
    if not totals:
        return _reported(reported_total)
    split = [(reply.prompt_tokens, reply.completion_tokens) for reply in metrics]
    known = [(prompt, completion) for prompt, completion in split if prompt is not None and completion is not None]
    prompt, completion = sum(pair[0] for pair in known), sum(pair[1] for pair in known)
    whole = bool(known) and prompt + completion > 0
    return Tokens(
        prompt=prompt if known else None,
        completion=completion if known else None,
        total=sum(totals),
        per_turn=round(sum(totals) / len(totals), 4),
        completion_per_turn=round(completion / len(known), 4) if known else None,
        prompt_share=round(prompt / (prompt + completion), 4) if whole else None,
        completion_share=round(completion / (prompt + completion), 4) if whole else None,
        max_per_turn=max(totals),
        measured_replies=len(totals),
        source="measured",
    )


def _reported(total: float | None) -> Tokens:
    if total is None:
        return Tokens(status="unavailable", reason="not_measured")
    return Tokens(total=round(total), source="reported")
