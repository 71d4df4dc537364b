"""Calls made for a search. ``index`` takes them the whole way; ``Spoken`` puts their words into a warehouse that dbt built once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import duckdb

from contract.document.session import SessionDocument
from contract.platform.settings import Settings
from orchestration.search.index import build_index
from orchestration.search.manifest import SearchManifest
from orchestration.search.search import FoundCall, search
from orchestration.warehouse.publish import publish
from tests.support.documents import START, session
from tests.support.kept_builds import built
from tests.support.lake_samples import Lake

PATTERN_CALL = "pattern"


def utterances(texts: Sequence[str], start: datetime) -> list[dict[str, Any]]:
    """The caller's and the agent's in turn, ten seconds apart."""
    return [
        {
            "id": f"item_{index:03d}",
            "role": "agent" if index % 2 else "user",
            "text": text,
            "started_at": (start + timedelta(seconds=10 * index)).isoformat(),
            "ended_at": (start + timedelta(seconds=10 * index + 8)).isoformat(),
        }
        for index, text in enumerate(texts)
    ]


def said(session_id: str, *texts: str, start: datetime = START, **fields: Any) -> SessionDocument:
    """A document in which these words are said."""
    given = {"metrics": [], **fields, "transcript": utterances(texts, start)}
    return SessionDocument.model_validate(session(session_id, start, **given))


def index(lake: Lake, *documents: SessionDocument) -> SearchManifest:
    """Analyse, build, publish and index, as a run does."""
    lake.analyse(documents)
    built(lake)
    publish(lake.settings)
    return indexed(lake.settings)


def indexed(settings: Settings) -> SearchManifest:
    manifest = build_index(settings)
    assert manifest is not None
    return manifest


class Spoken:
    """A home whose warehouse dbt built of one silent call; what else was said is written into its tables, then published."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def say(self, session_id: str, *texts: str, start: datetime = START) -> Spoken:
        """One more call, or other words of the same."""
        return self.have(session_id, utterances(texts, start), start)

    def have(self, session_id: str, transcript: Sequence[dict[str, Any]], start: datetime = START) -> Spoken:
        moment = start.replace(tzinfo=None)
        changed: dict[str, tuple[str, tuple[object, ...]]] = {
            "main.sessions": ("?::timestamp as start_time", (moment,)),
            "main.transcripts": ("?::json as transcript_json", (json.dumps(transcript),)),
            "staging.int_session_measures": (
                "?::timestamp as hour, ?::bigint as analysis_seq",
                (moment.replace(minute=0), abs(hash(json.dumps(transcript))) >> 8),
            ),
        }
        with duckdb.connect(str(self.settings.warehouse_path)) as warehouse:
            for table, (columns, values) in changed.items():
                warehouse.execute(f"delete from {table} where session_id = ?", [session_id])
                row = f"select * replace (? as session_id, {columns}) from {table} where session_id = ?"
                warehouse.execute(f"insert into {table} {row}", [session_id, *values, PATTERN_CALL])
        return self

    def index(self) -> SearchManifest:
        publish(self.settings)
        return indexed(self.settings)

    def found(self, text: str, **limits: Any) -> list[str]:
        return names(search(self.settings, text, **limits))


def names(found: Sequence[FoundCall]) -> list[str]:
    return [session.session_id for session in found]
