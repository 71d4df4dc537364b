"""Requests to the model: instructions, the delimited transcript, the strict schema of the answer, and the lines asked for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from openai import pydantic_function_tool

from analyzers.language.openai_engine.answer import Answer
from analyzers.language.openai_engine.budget import Need
from analyzers.language.openai_engine.dialects import RESPONSES, Asked, Body, Dialect, reasons
from analyzers.language.openai_engine.pricing import Pricing
from analyzers.language.openai_engine.prompt import Prompt, delimited, random_boundary
from analyzers.language.openai_engine.reply import Usage
from contract.document.session import TranscriptItem
from contract.platform.settings import ReasoningEffort

ENGINE_VERSION = "2"
BYTES_PER_TOKEN = 3  # English has more; other scripts about as many
ANSWER_TOKENS, ANSWER_TOKENS_PER_UTTERANCE = 2000, 120  # expected answer, for the reservation of budget before the request
# most the model may answer: several times the expected, so that no answer is cut
ROOM_TOKENS, ROOM_TOKENS_PER_UTTERANCE = 8000, 400
# room beside the answer for a model that reasons, which counts as output; OpenAI's reasoning guide advises 25,000 for both
REASONING_TOKENS = 16_000


@cache
def answer_schema() -> dict[str, Any]:
    """The strict JSON schema of ``Answer``, as the SDK derives it, without the titles, which are only paid for."""
    return _untitled(pydantic_function_tool(Answer)["function"].get("parameters", {}))


@dataclass(frozen=True)
class SentTranscript:
    """One transcript between its boundary lines, the same in every request for a part of it, so that it is cached."""

    rule: str
    transcript: str
    lines: int


@dataclass(frozen=True)
class Requests:
    """Makes the bodies of requests to one model in one dialect."""

    model: str
    prompt: Prompt
    max_output_tokens: int
    boundary: Callable[[], str] = random_boundary
    dialect: Dialect = RESPONSES
    effort: ReasoningEffort = "low"

    @property
    def version(self) -> str:
        """Engine, prompt, model, and a digest of prompt, schema and way of asking: whatever changes an answer changes this."""
        asked = self.prompt.digest + json.dumps(answer_schema(), sort_keys=True)
        if self.dialect is not RESPONSES or reasons(self.model):
            asked += f"{self.dialect.name} {self.effort}"
        model = "".join(c if c.isalnum() or c in ".-_" else "_" for c in self.model)
        return f"{ENGINE_VERSION}.{self.prompt.version}-{model}-{hashlib.sha256(asked.encode()).hexdigest()[:8]}"

    def conversation(self, items: Sequence[TranscriptItem]) -> SentTranscript:
        return SentTranscript(*delimited(items, self.boundary), len(items))

    @property
    def lines_a_part(self) -> int:
        """How many lines an answer has room for, expected as they are; asked for only when an answer was cut off."""
        room = self.max_output_tokens - ANSWER_TOKENS - (REASONING_TOKENS if reasons(self.model) else 0)
        return max(1, room // ANSWER_TOKENS_PER_UTTERANCE)

    def body(self, items: Sequence[TranscriptItem]) -> Body:
        """The request for a whole call."""
        return self.body_of(self.conversation(items), range(len(items)))

    def body_of(self, conversation: SentTranscript, lines: range) -> Body:
        """The request for some lines of a call; the whole of it goes with the request, so that nothing is read out of context."""
        room = ROOM_TOKENS + ROOM_TOKENS_PER_UTTERANCE * len(lines) + (REASONING_TOKENS if reasons(self.model) else 0)
        return self.dialect.body(
            Asked(
                model=self.model,
                instructions=self.prompt.instructions,
                schema=answer_schema(),
                rule=conversation.rule,
                transcript=conversation.transcript,
                note=None if len(lines) == conversation.lines else _only(lines),
                most=min(self.max_output_tokens, room),
                effort=self.effort,
                version=self.version,
            )
        )

    def need(self, body: Body, utterances: int, pricing: Pricing, *, batch: bool = False) -> Need:
        """Tokens as expected, for the rate; money at the most the body allows, for the ceiling, 0 where no price is known."""
        expected = self.expected(body, utterances)
        return Need(expected.input + expected.output, pricing.most(expected.input, self.dialect.most(body), batch=batch))

    def expected(self, body: Body, utterances: int) -> Usage:
        """Tokens that a request with this many utterances is expected to take, nothing of it cached."""
        asked = len(json.dumps(body, ensure_ascii=False).encode("utf-8")) // BYTES_PER_TOKEN
        return Usage(asked, min(self.dialect.most(body), ANSWER_TOKENS + ANSWER_TOKENS_PER_UTTERANCE * utterances))


def _only(lines: range) -> str:
    """Ask for some lines alone: the answer for all would not fit."""
    return (
        f"Answer for utterances {lines.start} to {lines.stop - 1} alone: no other has an entry in `utterances` or `facts`."
        " Judge `call` from the whole transcript."
    )


def _untitled(part: Any) -> Any:
    if isinstance(part, list):
        return [_untitled(entry) for entry in cast(list[Any], part)]
    if not isinstance(part, dict):
        return part
    entries = cast(dict[str, Any], part)
    return {key: _untitled(value) for key, value in entries.items() if key != "title" or not isinstance(value, str)}
