"""Backfills through the Batch API, at half the price and within a day: submit and collect, either of which may be killed.

A request is known by its transcript's hash and the annotation version, so nothing is submitted twice while it is under way or
cached. A batch is planned in the ledger before it is sent and carries our key in its metadata: one whose answer was lost is
found by it instead of being sent anew. Files hold transcripts; they are deleted after collection and expire in any case.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from openai import AsyncOpenAI, NotFoundError
from openai.types import Batch

from analyzers.language.cache import AnnotationCache
from analyzers.language.openai_engine.batch_ledger import ANNOTATED, RETRY, BatchLedger, BatchRecord, Planned
from analyzers.language.openai_engine.batch_lines import ENDPOINT, lines_in, outcome_of, request_line
from analyzers.language.openai_engine.budget import Need, Wait
from analyzers.language.openai_engine.calling import ModelClient, bounded
from analyzers.language.openai_engine.engine import OpenAIEngine, Transcript
from analyzers.language.openai_engine.failures import CeilingReached, EngineUnavailable, code
from contract.platform.batching import batches

T = TypeVar("T")
MOST_REQUESTS, MOST_BYTES = 10_000, 150_000_000  # the service takes 50,000 and 200 MB
KEPT_SECONDS = 3 * 86_400  # an uploaded file expires after this: a batch ends within 24 h, and a weekend may pass
BATCHES_LOOKED_AT = 1000  # batches of the account searched for one whose answer was lost; ten pages of the vendor's 100
OVER = frozenset({"completed", "expired", "cancelled", "failed"})

Transcripts = Mapping[str, Transcript]


@dataclass
class Submitted:
    """Requests sent now; those left for another day because the ceiling was reached."""

    requests: int = 0
    batches: int = 0
    held_back: int = 0


@dataclass
class Collected:
    """Transcripts annotated now, those that failed with their outcomes, and batches still under way."""

    annotated: int = 0
    failed: dict[str, str] = field(default_factory=dict[str, str])
    under_way: int = 0


@dataclass(frozen=True, slots=True)
class _Request:
    """``size`` is in bytes, as a line of the file that is uploaded."""

    transcript: str
    cost_usd: float
    size: int


class BatchJob:
    """Works for one engine; results go to the annotation cache, where the ordinary run finds them."""

    def __init__(self, engine: OpenAIEngine, ledger: BatchLedger, cache: AnnotationCache) -> None:
        self._engine, self._ledger, self._cache = engine, ledger, cache

    def submit(self, transcripts: Transcripts) -> Submitted:
        """Finish what a killed run had planned, then send those of ``transcripts`` (by hash) neither cached nor under way."""
        return asyncio.run(self._with_client(lambda wire: self._submit(wire, transcripts)))

    def collect(self, transcripts: Transcripts) -> Collected:
        """Take in every batch that is over. One whose transcripts are not all given keeps none of those (they may be erased)."""
        return asyncio.run(self._with_client(lambda wire: self._collect(wire, transcripts)))

    async def _with_client(self, work: Callable[[_Wire], Awaitable[T]]) -> T:
        async with self._engine.client() as client:
            return await work(_Wire(client, self._engine.caller(client)))

    async def _submit(self, wire: _Wire, transcripts: Transcripts) -> Submitted:
        done = Submitted()
        for record in self._ledger.under_way():
            if record.batch_id is None:
                await self._send(wire, record, transcripts, done)
        for items in self._batches(transcripts, done):
            key = secrets.token_hex(16)
            self._ledger.plan(key, self._engine.version, items)
            await self._send(wire, BatchRecord(key, self._engine.version, None, None, items), transcripts, done)
        return done

    def _batches(self, transcripts: Transcripts, done: Submitted) -> Iterator[list[Planned]]:
        """Requests that the day's money allows, in batches that the service takes."""
        engine, version = self._engine, self._engine.version
        known = self._ledger.not_to_submit(version, transcripts.keys())
        fresh = [h for h, items in transcripts.items() if items and h not in known and not self._cache.get(h, engine.name, version)]
        requests = (self._request(transcript, transcripts[transcript]) for transcript in fresh)
        reserved = 0
        for batch in batches(requests, MOST_REQUESTS, size=lambda request: request.size, max_size=MOST_BYTES):
            planned = self._within_the_ceiling(batch)
            if planned:
                yield planned
            reserved += len(planned)
            if len(planned) < len(batch):
                done.held_back = len(fresh) - reserved
                return

    def _request(self, transcript: str, items: Transcript) -> _Request:
        engine = self._engine
        body = engine.requests.body(items)
        need = engine.requests.need(body, len(items), engine.pricing, batch=True)
        return _Request(transcript, need.cost_usd, len(request_line(transcript, body)))

    def _within_the_ceiling(self, batch: Sequence[_Request]) -> list[Planned]:
        """The first of the requests that the day's money allows, each with its reservation."""
        planned: list[Planned] = []
        for request in batch:
            try:
                planned.append(Planned(request.transcript, self._reserve(request.cost_usd)))
            except CeilingReached:
                break
        return planned

    def _reserve(self, cost_usd: float) -> int:
        """Money only: batches have limits of their own and take nothing from the minute's."""
        reservation = self._engine.budget.reserve(Need(0, cost_usd, requests=0))
        if isinstance(reservation, Wait):
            raise AssertionError("a reservation of no requests does not wait")
        return reservation

    async def _send(self, wire: _Wire, record: BatchRecord, transcripts: Transcripts, done: Submitted) -> None:
        made = await wire.found(record.batch_key)
        if made is None:
            file_id = record.file_id
            if file_id is None:
                given = [item.transcript for item in record.items if transcripts.get(item.transcript)]
                if not given:
                    self._close(record, {})
                    return
                bodies = (request_line(h, self._engine.requests.body(transcripts[h])) for h in given)
                file_id = await wire.uploaded(b"\n".join(bodies))
                self._ledger.uploaded(record.batch_key, file_id)
            made = await wire.created(record.batch_key, file_id)
        self._ledger.submitted(record.batch_key, made.id)
        done.batches += 1
        done.requests += len(record.items)

    async def _collect(self, wire: _Wire, transcripts: Transcripts) -> Collected:
        done = Collected()
        for record in self._ledger.under_way():
            if record.batch_id is None:
                done.under_way += 1
                continue
            batch = await wire.looked_at(record.batch_id)
            if batch is None:
                self._close(record, {})
                continue
            if batch.status not in OVER:
                done.under_way += 1
                continue
            outcomes = await self._outcomes(wire, record, batch, transcripts)
            self._close(record, outcomes)
            done.annotated += sum(outcome == ANNOTATED for outcome in outcomes.values())
            done.failed |= {h: outcome for h, outcome in outcomes.items() if outcome != ANNOTATED}
            await wire.deleted(batch.input_file_id, batch.output_file_id, batch.error_file_id)
        return done

    async def _outcomes(self, wire: _Wire, record: BatchRecord, batch: Batch, transcripts: Transcripts) -> dict[str, str]:
        problems = batch.errors.data if batch.errors and batch.errors.data else []
        missing = f"{RETRY}{code(problems[0].code) if problems else batch.status}"
        outcomes = dict.fromkeys((item.transcript for item in record.items), missing)
        reservations = {item.transcript: item.reservation for item in record.items}
        for file_id in filter(None, (batch.output_file_id, batch.error_file_id)):
            for transcript, line in lines_in(await wire.content(file_id)):
                items = transcripts.get(transcript)
                if transcript not in outcomes or not items:
                    continue
                outcomes[transcript], made, cost = outcome_of(self._engine, record.version, line, items)
                if made is not None:
                    self._cache.put(transcript, made)
                if cost:
                    self._engine.budget.settle(reservations[transcript], 0, cost)
        return outcomes

    def _close(self, record: BatchRecord, outcomes: Mapping[str, str]) -> None:
        """Reservations of requests that brought no bill are given back; one already settled stays as it is."""
        for item in record.items:
            self._engine.budget.settle(item.reservation, 0, 0.0)
        self._ledger.finished(record.batch_key, outcomes)


async def _or_none(request: Awaitable[T]) -> T | None:
    try:
        return await request
    except NotFoundError:
        return None


class _Wire:
    """The few operations of files and batches, each with the engine's patience."""

    def __init__(self, client: AsyncOpenAI, caller: ModelClient) -> None:
        self._client, self._caller = client, caller

    async def found(self, batch_key: str) -> Batch | None:
        """The batch that carries our key, among the latest."""

        async def look() -> Batch | None:
            seen = 0
            async for batch in self._client.batches.list(limit=100):
                if (batch.metadata or {}).get("batch_key") == batch_key:
                    return batch
                seen += 1
                if seen >= BATCHES_LOOKED_AT:
                    break
            return None

        return await self._tried(look)

    async def uploaded(self, requests: bytes) -> str:
        expires = {"anchor": "created_at", "seconds": KEPT_SECONDS}
        file = ("requests.jsonl", requests, "application/jsonl")
        made = await self._tried(lambda: self._client.files.create(file=file, purpose="batch", expires_after=expires))  # pyright: ignore[reportArgumentType]
        return made.id

    async def created(self, batch_key: str, file_id: str) -> Batch:
        """Created once: every try looks first whether an earlier one came through though its answer did not."""
        first = True

        async def create() -> Batch:
            nonlocal first
            earlier = None if first else await self.found(batch_key)
            first = False
            return earlier or await self._client.batches.create(
                input_file_id=file_id,
                endpoint=ENDPOINT,
                completion_window="24h",
                metadata={"batch_key": batch_key},
                output_expires_after={"anchor": "created_at", "seconds": KEPT_SECONDS},
            )

        return await self._tried(create)

    async def looked_at(self, batch_id: str) -> Batch | None:
        """None for one that the service no longer knows."""
        return await self._tried(lambda: _or_none(self._client.batches.retrieve(batch_id)))

    async def content(self, file_id: str) -> bytes:
        """Empty for a file that has expired: its requests are then submitted again."""
        found = await self._tried(lambda: _or_none(self._client.files.content(file_id)))
        return found.content if found else b""

    async def deleted(self, *file_ids: str | None) -> None:
        """What will not go now expires."""
        for file_id in filter(None, file_ids):
            try:
                await self._tried(lambda name=file_id: _or_none(self._client.files.delete(name)))
            except EngineUnavailable:
                continue

    async def _tried(self, operation: Callable[[], Awaitable[T]]) -> T:
        return await self._caller.tried(lambda: bounded(operation(), self._caller.timeout_seconds))
