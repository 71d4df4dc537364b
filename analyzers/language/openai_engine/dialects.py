"""The two ways of asking: OpenAI's Responses API, and Chat Completions for servers that have only that (vLLM, llama.cpp, Ollama).

What does not change between two requests comes first in both (schema, instructions), so that the service can cache it; the part
of a transcript that is asked for comes last.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from openai import AsyncOpenAI
from openai.types.chat import ChatCompletion
from openai.types.responses import Response

from analyzers.language.openai_engine.reply import ModelReply, of_completion, of_response
from contract.platform.settings import ReasoningEffort

Body = dict[str, Any]
Received = TypeVar("Received", Response, ChatCompletion)
_REASONING = re.compile(r"(?:gpt-(?:[5-9]|\d\d)|o\d)(?!.*-chat)")
"""Names of OpenAI's reasoning models: gpt-5 and later without the chat variants, and the o series (its models page)."""
LONGEST_CACHE_KEY = 64  # characters of a prompt_cache_key that the service takes


@dataclass(frozen=True)
class Asked:
    """``most`` is the most tokens of the answer, reasoning included; ``note`` says which lines to answer for, or is None."""

    model: str
    instructions: str
    schema: Body
    rule: str
    transcript: str
    note: str | None
    most: int
    effort: ReasoningEffort
    version: str


class Dialect(Protocol):
    """One way of asking, in the order fixed part, transcript, part asked for."""

    name: str

    def body(self, asked: Asked) -> Body: ...

    def most(self, body: Body) -> int:
        """Return the most tokens that the answer may have."""
        ...

    def repairing(self, body: Body, answered: str, problems: str) -> Body:
        """Return the same request with the malformed answer and what is wrong with it."""
        ...

    async def send(self, client: AsyncOpenAI, body: Body) -> ModelReply | None:
        """Return the reply; None for what cannot be read: a page that is no JSON, or JSON of another shape."""
        ...


class Responses:
    """``POST /responses``. ``store`` is false in each body, so that the service keeps no answer for later retrieval."""

    name = "responses"

    def body(self, asked: Asked) -> Body:
        turns = [("developer", asked.rule), ("user", asked.transcript), ("developer", asked.note)]
        return {
            "model": asked.model,
            "instructions": asked.instructions,
            "input": [{"role": role, "content": text} for role, text in turns if text],
            "text": {"format": {"type": "json_schema", "name": "annotations", "strict": True, "schema": asked.schema}},
            "max_output_tokens": asked.most,
            "store": False,
            "prompt_cache_key": asked.version[:LONGEST_CACHE_KEY],
            **({"reasoning": {"effort": asked.effort}} if reasons(asked.model) else {}),
            **_temperature(asked),
        }

    def most(self, body: Body) -> int:
        return body["max_output_tokens"]

    def repairing(self, body: Body, answered: str, problems: str) -> Body:
        turns = [{"role": "assistant", "content": answered}, {"role": "developer", "content": _not_valid(problems)}]
        return {**body, "input": [*body["input"], *turns]}

    async def send(self, client: AsyncOpenAI, body: Body) -> ModelReply | None:
        response: object = await client.responses.create(**body)
        return _read(of_response, response) if isinstance(response, Response) else None


class ChatCompletions:
    """``POST /chat/completions``: system and user alone, as many chat templates know no other roles.

    The schema stands in the instructions too: a server may hold the model to it without showing it, or ignore it.
    """

    name = "chat"

    def body(self, asked: Asked) -> Body:
        schema = json.dumps(asked.schema, ensure_ascii=False)
        system = f"{asked.instructions}\n\n# schema\n\nThe answer is one JSON object of this schema, without fences:\n{schema}"
        user = "\n".join(text for text in (asked.rule, asked.transcript, asked.note) if text)
        form = {"name": "annotations", "strict": True, "schema": asked.schema}
        thinking = reasons(asked.model)
        return {
            "model": asked.model,
            "messages": [{"role": "system", "content": system}, {"role": "user", "content": user}],
            "response_format": {"type": "json_schema", "json_schema": form},
            "max_completion_tokens" if thinking else "max_tokens": asked.most,
            **({"reasoning_effort": asked.effort} if thinking else {}),
            **_temperature(asked),
        }

    def most(self, body: Body) -> int:
        return body.get("max_completion_tokens") or body["max_tokens"]

    def repairing(self, body: Body, answered: str, problems: str) -> Body:
        turns = [{"role": "assistant", "content": answered}, {"role": "user", "content": _not_valid(problems)}]
        return {**body, "messages": [*body["messages"], *turns]}

    async def send(self, client: AsyncOpenAI, body: Body) -> ModelReply | None:
        completion: object = await client.chat.completions.create(**body)
        return _read(of_completion, completion) if isinstance(completion, ChatCompletion) else None


RESPONSES: Dialect = Responses()
DIALECTS: dict[str, Dialect] = {dialect.name: dialect for dialect in (RESPONSES, ChatCompletions())}


def reasons(model: str) -> bool:
    """Return whether it is one of OpenAI's reasoning models, which take an effort and, while they reason, no temperature."""
    return _REASONING.match(model.rpartition("/")[2]) is not None


def _temperature(asked: Asked) -> Body:
    """Temperature 0 makes answers repeat best; OpenAI refuses any while a model reasons (its latest-model guide)."""
    return {} if reasons(asked.model) and asked.effort != "none" else {"temperature": 0}


def _read(read: Callable[[Received], ModelReply], received: Received) -> ModelReply | None:
    """Return the reply, or None where a server left out or renamed what the SDK's types promise: the SDK validates nothing."""
    try:
        return read(received)
    except (AttributeError, TypeError, LookupError):
        return None


def _not_valid(problems: str) -> str:
    return f"That was not valid: {problems}. Return the whole object once more, valid this time."
