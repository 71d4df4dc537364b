"""Lines of a batch's files: requests out, responses in (OpenAI's Batch API guide)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, cast

from openai.types.responses import Response

from analyzers.language.annotations import TranscriptAnnotations
from analyzers.language.openai_engine.answering import answer_in
from analyzers.language.openai_engine.batch_ledger import ANNOTATED, RETRY
from analyzers.language.openai_engine.dialects import Body
from analyzers.language.openai_engine.engine import OpenAIEngine, Transcript
from analyzers.language.openai_engine.failures import EngineUnavailable, Unusable, code
from analyzers.language.openai_engine.pricing import Spent
from analyzers.language.openai_engine.reading import annotations_of
from analyzers.language.openai_engine.reply import of_response

ENDPOINT = "/v1/responses"


def request_line(transcript: str, body: Body) -> bytes:
    line = {"custom_id": transcript, "method": "POST", "url": ENDPOINT, "body": body}
    return json.dumps(line, ensure_ascii=False).encode("utf-8")


def lines_in(content: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
    """(custom id, line) of each readable line; what is unreadable is missing from the outcomes and so tried again."""
    for raw in content.splitlines():
        try:
            line = json.loads(raw)
        except ValueError:
            continue
        if isinstance(line, dict) and isinstance(cast(dict[str, Any], line).get("custom_id"), str):
            yield line["custom_id"], cast(dict[str, Any], line)


def outcome_of(
    engine: OpenAIEngine, version: str, line: dict[str, Any], items: Transcript
) -> tuple[str, TranscriptAnnotations | None, float]:
    """(outcome, annotations, US dollars) of one line of an output or error file."""
    answered = cast(dict[str, Any], line.get("response") or {})
    body, status = answered.get("body"), answered.get("status_code")
    if status != 200 or not isinstance(body, dict):
        return _refused(line, status), None, 0.0
    response = Response.construct(**cast(dict[str, Any], body))
    reply = of_response(response)
    usage = reply.usage
    cost = engine.pricing.cost(usage, batch=True) if usage else 0.0
    try:
        answer = answer_in(reply)
    except EngineUnavailable as away:
        return f"{RETRY}{away.reason}", None, cost or 0.0
    except Unusable as unusable:
        return unusable.reason, None, cost or 0.0
    made = annotations_of(answer, items, engine.names, engine.name, version, engine.languages)
    paid = engine.pricing.usage(Spent().plus(usage, cost), batch=True)
    return ANNOTATED, made.model_copy(update={"usage": paid}), cost or 0.0


def _refused(line: dict[str, Any], status: object) -> str:
    """Errors of the request itself are final; expired and passing ones may come again."""
    if status in (400, 413):
        body = (line.get("response") or {}).get("body") or {}
        return f"request_refused:{code((body.get('error') or {}).get('code'))}"
    return f"{RETRY}{code((line.get('error') or {}).get('code')) if status is None else f'http_{status}'}"
