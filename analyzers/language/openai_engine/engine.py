"""The engine: one call to the model for each transcript, several under way at a time, and a fallback that always says so.

A transcript that OpenAI cannot annotate is annotated by the embedded engine, with ``fallback_reason`` set and nothing cached,
so that a later job can find and redo it. Only a setting to correct stops the batch.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace

from openai import AsyncOpenAI

from analyzers.language.annotations import LanguageEngine, TranscriptAnnotations
from analyzers.language.openai_engine.answer import Answer
from analyzers.language.openai_engine.answering import Malformed, answer_in
from analyzers.language.openai_engine.budget import Need, Sleep, SpendingBudget
from analyzers.language.openai_engine.calling import RETRY_POLICY, ModelClient
from analyzers.language.openai_engine.circuit import EngineCircuit
from analyzers.language.openai_engine.failures import CeilingReached, EngineUnavailable, Unusable
from analyzers.language.openai_engine.languages import ReadableLanguages
from analyzers.language.openai_engine.names import Names
from analyzers.language.openai_engine.pricing import Spent, pricing_of
from analyzers.language.openai_engine.prompt import load_prompt
from analyzers.language.openai_engine.reading import annotations_of
from analyzers.language.openai_engine.request import Body, Requests, repairing
from contract.document.session import TranscriptItem
from contract.platform.failures import ConfigurationFailure
from contract.platform.price_book import PriceBook
from contract.platform.retry import RetryPolicy
from contract.platform.settings import Settings
from contract.reference import Reference

Transcript = Sequence[TranscriptItem]


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
        """``ConfigurationFailure`` without a key, or for a model without a price."""
        self._key = key_of(settings)
        self.settings, self.budget = settings, budget
        self.names, self.languages = Names(reference), ReadableLanguages.named(settings.openai_languages)
        self.pricing = pricing_of(reference.table(PriceBook), settings.openai_model)
        prompt = load_prompt(reference.folder, {**self.names.for_prompt, "other_languages": self.languages.for_prompt})
        self.requests = Requests(settings.openai_model, prompt, settings.openai_max_output_tokens)
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
        return ModelClient(client, self.budget, self.pricing, self.settings.openai_timeout_seconds, self._retry_policy, self._sleep)

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
        self._body: Body = engine.requests.body(items)
        self._need: Need = engine.requests.need(self._body, len(items), engine.pricing)
        self._too_long = self._need.tokens > engine.settings.openai_tokens_per_minute

    async def answer(self, caller: ModelClient) -> Answer:
        """The answer, after one repair where the first was malformed."""
        if self._too_long:
            raise Unusable("too_long")
        try:
            return await self._ask(caller, self._body, self._need)
        except Malformed as malformed:
            repair_request = repairing(self._body, malformed.text, malformed.problems)
            longer = replace(self._need, tokens=self._need.tokens + len(malformed.text) // 3)
            return await self._ask(caller, repair_request, longer)

    async def _ask(self, caller: ModelClient, body: Body, need: Need) -> Answer:
        response, self.spent = await caller.ask(body, need, self.spent)
        return answer_in(response)


def key_of(settings: Settings) -> str:
    """``ConfigurationFailure`` that says what to set when there is no key."""
    key = settings.openai_api_key.get_secret_value().strip() if settings.openai_api_key else ""
    if not key:
        raise ConfigurationFailure("The openai engine needs a key.", "Set OPENAI_API_KEY, or VOICE_ENGINE=embedded.")
    return key


def _first(group: BaseExceptionGroup[ConfigurationFailure]) -> ConfigurationFailure:
    found = group.exceptions[0]
    return _first(found) if isinstance(found, BaseExceptionGroup) else found
