"""What a service replied, the same for the Responses API and for Chat Completions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from openai.types.chat import ChatCompletion
from openai.types.responses import Response, ResponseUsage

Ended = Literal["completed", "incomplete", "failed", "other"]
CUT_OFF = "max_output_tokens"
"""Why an answer that ran out of tokens is incomplete, in the words of the Responses API."""
_FINISHES = {"length": CUT_OFF, "content_filter": "content_filter"}


@dataclass(frozen=True)
class Usage:
    """Tokens of one request. ``cached`` and ``cache_writes`` are parts of ``input``; a server that reports none has 0."""

    input: int
    output: int
    cached: int = 0
    cache_writes: int = 0

    @property
    def total(self) -> int:
        return self.input + self.output


@dataclass(frozen=True)
class ModelReply:
    """``reason`` is the service's own word for why the reply is not complete; ``usage`` is None where it reported none."""

    text: str
    usage: Usage | None
    ended: Ended = "completed"
    reason: str | None = None
    refused: bool = False


def of_response(response: Response) -> ModelReply:
    """Read a response object; one built without validation, as from a batch's file, may lack any field."""
    parts = [part for output in response.output or () if output.type == "message" for part in output.content or ()]
    details = response.incomplete_details
    reason = (response.error.code if response.error else None) or (details.reason if details else None)
    ended: Ended = "completed"
    if response.status == "failed" or response.error is not None:
        ended = "failed"
    elif response.status == "incomplete":
        ended = "incomplete"
    elif response.status not in ("completed", None):
        ended, reason = "other", str(response.status)
    return ModelReply(
        text="".join(part.text for part in parts if part.type == "output_text"),
        usage=_usage(response.usage) if response.usage else None,
        ended=ended,
        reason=reason,
        refused=any(part.type == "refusal" for part in parts),
    )


def of_completion(completion: ChatCompletion) -> ModelReply:
    """Read a chat completion; servers in the house leave out whatever they do not know."""
    used, choice = completion.usage, completion.choices[0] if completion.choices else None
    cached = getattr(getattr(used, "prompt_tokens_details", None), "cached_tokens", None) or 0
    usage = Usage(used.prompt_tokens or 0, used.completion_tokens or 0, cached) if used else None
    if choice is None:
        return ModelReply("", usage, "failed", "no_choices")
    finish = _FINISHES.get(choice.finish_reason or "")
    refused = bool(choice.message.refusal)
    return ModelReply(choice.message.content or "", usage, "incomplete" if finish else "completed", finish, refused)


def _usage(said: ResponseUsage) -> Usage:
    details = said.input_tokens_details
    cached, written = (getattr(details, name, 0) or 0 for name in ("cached_tokens", "cache_write_tokens"))
    return Usage(said.input_tokens, said.output_tokens, cached, written)
