"""The body of one request of the Responses API: instructions, the delimited transcript and the strict schema of the answer."""

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
from analyzers.language.openai_engine.pricing import Pricing
from analyzers.language.openai_engine.prompt import Prompt, delimited, random_boundary
from contract.document.session import TranscriptItem

ENGINE_VERSION = "2"
BYTES_PER_TOKEN = 3  # English has more; other scripts about as many
ANSWER_TOKENS, ANSWER_TOKENS_PER_UTTERANCE = 1500, 120  # expected answer, for the reservation of budget before the request
# most the model may answer: several times the expected, so that no answer is cut
ROOM_TOKENS, ROOM_TOKENS_PER_UTTERANCE = 8000, 400
_REASONING = ("gpt-5", "o1", "o3", "o4")

Body = dict[str, Any]


@cache
def answer_schema() -> dict[str, Any]:
    """The strict JSON schema of ``Answer``, as the SDK derives it, without the titles, which are only paid for."""
    return _untitled(pydantic_function_tool(Answer)["function"].get("parameters", {}))


@dataclass(frozen=True)
class Requests:
    """Makes bodies; ``store`` is false in each, so that the service keeps no answer for later retrieval."""

    model: str
    prompt: Prompt
    max_output_tokens: int
    boundary: Callable[[], str] = random_boundary

    @property
    def version(self) -> str:
        """Engine, prompt, model, and a digest of prompt and schema: whatever changes an answer changes this. Fit for a key."""
        digest = hashlib.sha256((self.prompt.digest + json.dumps(answer_schema(), sort_keys=True)).encode()).hexdigest()[:8]
        model = "".join(c if c.isalnum() or c in ".-_" else "_" for c in self.model)
        return f"{ENGINE_VERSION}.{self.prompt.version}-{model}-{digest}"

    def body(self, items: Sequence[TranscriptItem]) -> Body:
        rule, transcript = delimited(items, self.boundary)
        return {
            "model": self.model,
            "instructions": self.prompt.instructions,
            "input": [{"role": "developer", "content": rule}, {"role": "user", "content": transcript}],
            "text": {"format": {"type": "json_schema", "name": "annotations", "strict": True, "schema": answer_schema()}},
            "max_output_tokens": min(self.max_output_tokens, ROOM_TOKENS + ROOM_TOKENS_PER_UTTERANCE * len(items)),
            "store": False,
            **_steadying(self.model),
        }

    def need(self, body: Body, utterances: int, pricing: Pricing, *, batch: bool = False) -> Need:
        """Tokens as expected, for the rate; money at the most the body allows, for the ceiling."""
        asked = len(json.dumps(body, ensure_ascii=False).encode("utf-8")) // BYTES_PER_TOKEN
        most = body["max_output_tokens"]
        answered = min(most, ANSWER_TOKENS + ANSWER_TOKENS_PER_UTTERANCE * utterances)
        return Need(asked + answered, pricing.cost(asked, most, batch=batch))


def repairing(body: Body, answered: str, problems: str) -> Body:
    """The same request, with the malformed answer and what is wrong with it."""
    note = f"That was not valid: {problems}. Return the whole object once more, valid this time."
    turns = [{"role": "assistant", "content": answered}, {"role": "developer", "content": note}]
    return {**body, "input": [*body["input"], *turns]}


def _untitled(part: Any) -> Any:
    if isinstance(part, list):
        return [_untitled(entry) for entry in cast(list[Any], part)]
    if not isinstance(part, dict):
        return part
    entries = cast(dict[str, Any], part)
    return {key: _untitled(value) for key, value in entries.items() if key != "title" or not isinstance(value, str)}


def _steadying(model: str) -> Body:
    """What makes answers repeat best: temperature 0, or for models that take none, little reasoning."""
    name = model.rpartition("/")[2]
    return {"reasoning": {"effort": "low"}} if name.startswith(_REASONING) else {"temperature": 0}
