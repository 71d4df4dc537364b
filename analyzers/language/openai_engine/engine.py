"""The engine: one call to the model for each transcript, several under way at a time, and a fallback that always says so.

A transcript that OpenAI cannot annotate is annotated by the embedded engine, with ``fallback_reason`` set and nothing cached,
so that a later job can find and redo it. Only a setting to correct stops the batch.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from openai import AsyncOpenAI

from analyzers.language.annotations import LanguageEngine, TranscriptAnnotations
from analyzers.language.openai_engine.answer import Answer
from analyzers.language.openai_engine.answering import CutOff, Malformed, answer_in
from analyzers.language.openai_engine.budget import Need, Sleep, SpendingBudget
from analyzers.language.openai_engine.calling import RETRY_POLICY, ModelClient
from analyzers.language.openai_engine.circuit import EngineCircuit
from analyzers.language.openai_engine.dialects import DIALECTS, Body
from analyzers.language.openai_engine.failures import CeilingReached, EngineUnavailable, Unusable
from analyzers.language.openai_engine.languages import ReadableLanguages
from analyzers.language.openai_engine.names import Names
from analyzers.language.openai_engine.parts import PartAnswer, merged, smaller_parts
from analyzers.language.openai_engine.pricing import Spent, pricing_of
from analyzers.language.openai_engine.prompt import load_prompt
from analyzers.language.openai_engine.reading import annotations_of
from analyzers.language.openai_engine.request import Requests
from contract.document.session import TranscriptItem
from contract.platform.failures import ConfigurationFailure
from contract.platform.price_book import PriceBook
from contract.platform.retry import RetryPolicy
from contract.platform.settings import Settings
from contract.reference import Reference

Transcript = Sequence[TranscriptItem]
NO_PRICE = "The model %s has no price in data/price_book.yml: its costs are unknown, and the daily ceiling cannot hold."
ENDING = "The vendor ends the model %s on %s: set VOICE_OPENAI_MODEL to another of data/price_book.yml before."
WITHOUT_A_KEY = "not-needed"
"""What is sent as the key to a server of one's own that asks for none."""
_LOG = logging.getLogger(__name__)


class OpenAIEngine:
    """``version`` names prompt, schema and model. One instance serves any number of batches, one at a time in a thread."""

    name = "openai"

    def __init__(
        self,
        reference: Reference,
        settings: Settings,
        budget: SpendingBudget,
        fallback: LanguageEngine,
        *,
        retry_policy: RetryPolicy = RETRY_POLICY,
        sleep: Sleep = asyncio.sleep,
        circuit: EngineCircuit | None = None,
    ) -> None:
        """``ConfigurationFailure`` without a key. A model without a price works; its costs are unknown, which is logged."""
        self._key = key_of(settings)
        self.settings, self.budget = settings, budget
        self.names, self.languages = Names(reference), ReadableLanguages.named(settings.openai_languages)
        self.pricing = pricing_of(reference.table(PriceBook), settings.openai_model)
        prompt = load_prompt(reference.folder, {**self.names.for_prompt, "other_languages": self.languages.for_prompt})
        self.requests = Requests(
            settings.openai_model,
            prompt,
            settings.openai_max_output_tokens,
            dialect=DIALECTS[settings.openai_dialect],
            effort=settings.openai_reasoning_effort,
        )
        if self.pricing.price is None:
            _LOG.warning(NO_PRICE, settings.openai_model)
        elif self.pricing.price.until:
            _LOG.warning(ENDING, settings.openai_model, self.pricing.price.until)
        self.version = self.requests.version
        self._fallback, self._retry_policy, self._sleep = fallback, retry_policy, sleep
        self._circuit = circuit or EngineCircuit(time.monotonic)

    def annotate(self, transcripts: Sequence[Transcript]) -> list[TranscriptAnnotations]:
        """One result for each, in order. ``ConfigurationFailure`` when key, model or request are refused."""
        return asyncio.run(self._annotate(transcripts)) if any(transcripts) else [self._empty() for _ in transcripts]

    def client(self) -> AsyncOpenAI:
        """Retries are ours; OPENAI_BASE_URL, organization and project are read by the SDK."""
        return AsyncOpenAI(api_key=self._key, max_retries=0, timeout=self.settings.openai_timeout_seconds)

    def caller(self, client: AsyncOpenAI) -> ModelClient:
        timeout, dialect = self.settings.openai_timeout_seconds, self.requests.dialect
        return ModelClient(client, dialect, self.budget, self.pricing, timeout, self._retry_policy, self._sleep)

    async def _annotate(self, transcripts: Sequence[Transcript]) -> list[TranscriptAnnotations]:
        turns = asyncio.Semaphore(self.settings.openai_concurrency)
        async with self.client() as client:
            caller = self.caller(client)

            async def one(items: Transcript) -> TranscriptAnnotations:
                async with turns:
                    return await self._one(caller, items)

            try:
                async with asyncio.TaskGroup() as group:
                    tasks = [group.create_task(one(items)) for items in transcripts]
            except* ConfigurationFailure as refused:
                raise _first(refused) from None
        return [task.result() for task in tasks]

    async def _one(self, caller: ModelClient, items: Transcript) -> TranscriptAnnotations:
        if not items:
            return self._empty()
        if why := self._circuit.why_open():
            return await self._instead(items, why, Spent())
        work = _Work(self, items)
        try:
            answer = await work.answer(caller)
        except EngineUnavailable as unavailable:
            self._circuit.failed(unavailable.reason)
            return await self._instead(items, unavailable.reason, work.spent)
        except (Unusable, CeilingReached) as failure:
            return await self._instead(items, failure.reason, work.spent)
        self._circuit.answered()
        made = annotations_of(answer, items, self.names, self.name, self.version, self.languages)
        return made.model_copy(update={"usage": self.pricing.usage(work.spent)})

    async def _instead(self, items: Transcript, reason: str, spent: Spent) -> TranscriptAnnotations:
        made = (await asyncio.to_thread(self._fallback.annotate, [items]))[0]
        return made.model_copy(update={"fallback_reason": f"{self.name}:{reason}", "usage": self.pricing.usage(spent)})

    def _empty(self) -> TranscriptAnnotations:
        return TranscriptAnnotations(engine=self.name, version=self.version, language=None, unavailable="no_transcript")


class _Work:
    """One transcript: what has been spent on it survives a failure, since a fallback's result must still report it."""

    def __init__(self, engine: OpenAIEngine, items: Transcript) -> None:
        self.spent = Spent()
        self._engine, self._requests = engine, engine.requests
        self._conversation = engine.requests.conversation(items)

    async def answer(self, caller: ModelClient) -> Answer:
        """The answer for all lines, in parts where it was cut off."""
        waiting, answers = deque([range(self._conversation.lines)]), list[PartAnswer]()
        while waiting:
            lines = waiting.popleft()
            try:
                answers.append((lines, await self._part(caller, lines)))
            except CutOff:
                smaller = smaller_parts(lines, self._requests.lines_a_part)
                if not smaller:
                    raise
                waiting.extendleft(reversed(smaller))
        return merged(answers)

    async def _part(self, caller: ModelClient, lines: range) -> Answer:
        """The answer for some lines, after one repair where the first was malformed."""
        body = self._requests.body_of(self._conversation, lines)
        need = self._requests.need(body, len(lines), self._engine.pricing)
        if need.tokens > self._engine.settings.openai_tokens_per_minute:
            raise Unusable("too_long")
        try:
            return await self._ask(caller, body, need)
        except Malformed as malformed:
            repair_request = self._requests.dialect.repairing(body, malformed.text, malformed.problems)
            longer = replace(need, tokens=need.tokens + len(malformed.text) // 3)
            return await self._ask(caller, repair_request, longer)

    async def _ask(self, caller: ModelClient, body: Body, need: Need) -> Answer:
        reply, self.spent = await caller.ask(body, need, self.spent)
        return answer_in(reply)


def key_of(settings: Settings) -> str:
    """``ConfigurationFailure`` that says what to set when there is no key; a server of one's own may need none."""
    key = settings.openai_api_key.get_secret_value().strip() if settings.openai_api_key else ""
    if not key and settings.openai_dialect == "chat" and os.environ.get("OPENAI_BASE_URL"):
        return WITHOUT_A_KEY
    if not key:
        raise ConfigurationFailure("The openai engine needs a key.", "Set OPENAI_API_KEY, or VOICE_ENGINE=embedded.")
    return key


def _first(group: BaseExceptionGroup[ConfigurationFailure]) -> ConfigurationFailure:
    found = group.exceptions[0]
    return _first(found) if isinstance(found, BaseExceptionGroup) else found
