"""Answer as a language model from a script, so that a whole call runs without a network and the same way every time.

It is keyed by the stimulus (what the caller last said and which tools have run since), not by how often it is asked: LiveKit asks
speculatively and throws answers away. Its token counts are words; ``models.llm`` of the document says that it was scripted.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Sequence
from typing import Any

from livekit.agents import APIError, llm, utils
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, APIConnectOptions
from rapidfuzz import fuzz, process

from agent.offline.script import Script, ScriptStep

SCRIPTED = "scripted"

_NOT_UNDERSTOOD = ScriptStep(text="I'm sorry, I did not get that. Could you say it again?")
_DONE = ScriptStep(text="All right.")
_ALIKE = 75
"""Likeness (rapidfuzz ratio, 0-100) from which what was recognised counts as a sentence of the script."""
_WORDS = re.compile(r"[a-z0-9']+")


def words(text: str) -> str:
    """Normalise a sentence for comparison: lower case, without punctuation."""
    return " ".join(_WORDS.findall(text.lower()))


def step_for(script: Script, items: Sequence[llm.ChatItem]) -> ScriptStep:
    """Return the scripted answer to a conversation so far; to what the script does not know, ask the caller to repeat it."""
    said = [index for index, item in enumerate(items) if item.type == "message" and item.role == "user"]
    if not said:
        return _NOT_UNDERSTOOD
    recognised = [words(_text(items[index])) for index in said]
    answers = [turn.replies for turn in script.turns if words(turn.say) == _closest(script, recognised[-1])]
    if not answers:
        return _NOT_UNDERSTOOD
    steps = answers[min(recognised.count(recognised[-1]), len(answers)) - 1]
    done = sum(item.type == "function_call" for item in items[said[-1] :])
    for step in steps:
        if not step.tools or done < len(step.tools):
            return step
        done -= len(step.tools)
    return _DONE


def _closest(script: Script, recognised: str) -> str | None:
    """Return the script's sentence that was most likely said: recognisers drop and join words."""
    found = process.extractOne(recognised, [words(turn.say) for turn in script.turns], scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return found[0] if found else None


def _text(item: llm.ChatItem) -> str:
    return (item.text_content or "") if item.type == "message" else ""


class ScriptedLLM(llm.LLM[Any]):
    """Stream scripted answers. ``thinks_seconds`` pass before the first word: a model's time to first token, simulated."""

    def __init__(self, script: Script, thinks_seconds: float = 0.0) -> None:
        super().__init__()
        self.script = script
        self.thinks_seconds = thinks_seconds

    @property
    def model(self) -> str:
        return SCRIPTED

    @property
    def provider(self) -> str:
        return "offline"

    def chat(
        self,
        *,
        chat_ctx: llm.ChatContext,
        tools: list[llm.Tool] | None = None,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
        **_: Any,
    ) -> llm.LLMStream:
        return _ScriptedStream(self, chat_ctx=chat_ctx, tools=tools or [], conn_options=conn_options)


class _ScriptedStream(llm.LLMStream):
    async def _run(self) -> None:
        model = self._llm
        assert isinstance(model, ScriptedLLM)  # noqa: S101
        step = step_for(model.script, self._chat_ctx.items)
        if model.thinks_seconds:
            await asyncio.sleep(model.thinks_seconds)
        if step.fails:
            raise APIError("the script says that the model fails here", retryable=False)
        request = utils.shortuuid("scripted_")
        for word in re.findall(r"\S+\s*", step.text):
            self._event_ch.send_nowait(llm.ChatChunk(id=request, delta=llm.ChoiceDelta(role="assistant", content=word)))
        if step.tools:
            calls = [
                llm.FunctionToolCall(name=tool.name, arguments=json.dumps(tool.arguments), call_id=utils.shortuuid("call_"))
                for tool in step.tools
            ]
            self._event_ch.send_nowait(llm.ChatChunk(id=request, delta=llm.ChoiceDelta(role="assistant", tool_calls=calls)))
        self._event_ch.send_nowait(llm.ChatChunk(id=request, usage=_usage(self._chat_ctx.items, step)))


def _usage(items: Sequence[llm.ChatItem], step: ScriptStep) -> llm.CompletionUsage:
    prompt = sum(len(_text(item).split()) for item in items)
    completion = len(step.text.split()) + sum(1 + len(tool.arguments) for tool in step.tools)
    return llm.CompletionUsage(prompt_tokens=prompt, completion_tokens=completion, total_tokens=prompt + completion)
