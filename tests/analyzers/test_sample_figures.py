"""Over every sample call the measured figures equal what DuckDB computes from the same JSON, by plain SQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from analyzers.call import AnnotatedCall
from analyzers.language.annotations import TranscriptAnnotations
from analyzers.performance import performance
from contract.document.session import SessionDocument
from contract.platform.settings import PROJECT_ROOT
from tests.analyzers.conversation_quality.reports import quality_of_call
from tests.analyzers.recorded_calls import REFERENCE

SAMPLES = sorted((PROJECT_ROOT / "data" / "samples" / "calls").glob("*.json"))

MEASURED = """
with calls as (from read_json($file, columns = {session_id: 'varchar', duration_seconds: 'bigint', transcript:
    'struct(role varchar, started_at timestamptz, ended_at timestamptz)[]', interruptions: 'json[]', metrics:
    'struct(total_latency bigint, llm_ttft bigint, total_tokens bigint, prompt_tokens bigint, completion_tokens bigint,
    stt_audio_duration double, tts_characters_count bigint)[]'})),
replies as (select m.* from (select unnest(metrics) as m from calls)),
turns as (select t.role, t.started_at,
    max(t.ended_at) over (order by t.started_at rows between unbounded preceding and 1 preceding) as heard
    from (select unnest(transcript) as t from calls)),
gaps as (select epoch_ms(started_at - heard) / 1000 as gap from turns)
select
    (select avg(total_latency) from replies) as average,
    (select quantile_cont(total_latency, 0.95) from replies) as p95,
    (select quantile_cont(total_latency, 0.99) from replies) as p99,
    (select count(total_latency) from replies) as measured,
    (select avg(llm_ttft) from replies) as llm_ttft,
    (select sum(total_tokens) from replies) as tokens,
    (select sum(prompt_tokens) * 0.4e-6 + sum(completion_tokens) * 1.6e-6 from replies) as llm,
    (select sum(stt_audio_duration) / 60 * 0.0048 from replies) as stt,
    (select sum(tts_characters_count) * 0.05e-3 from replies) as tts,
    (select duration_seconds / 60 * 0.01 from calls) as livekit,
    (select count(*) filter (where role = 'user') / nullif(count(*) filter (where role = 'agent'), 0) from turns) as turn_balance,
    (select len(interruptions) from calls) as interruptions,
    (select 100 * coalesce(sum(gap) filter (where gap > 3), 0) / (select duration_seconds from calls) from gaps) as dead_air
"""


def measured(path: Path) -> dict[str, Any]:
    relation = duckdb.sql(MEASURED, params={"file": str(path)})
    row = relation.fetchone()
    assert row is not None
    return dict(zip(relation.columns, row, strict=True))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_measured_figures_equal_plain_sql_over_the_document(path: Path) -> None:
    call = AnnotatedCall(
        SessionDocument.model_validate_json(path.read_bytes()),
        TranscriptAnnotations(engine="none", version="1", unavailable="no_transcript"),
    )
    report, quality, expected = performance(call, REFERENCE), quality_of_call(call).metrics, measured(path)
    ours = {
        "average": report.latency.average,
        "p95": report.latency.p95,
        "p99": report.latency.p99,
        "measured": report.latency.measured_replies,
        "llm_ttft": report.components.llm_ttft.average,
        "tokens": report.tokens.total,
        "llm": report.cost.llm,
        "stt": report.cost.stt,
        "tts": report.cost.tts,
        "livekit": report.cost.livekit,
        "turn_balance": quality.turn_balance.value,
        "interruptions": quality.interruptions.value,
        "dead_air": quality.dead_air_percentage.value,
    }
    if not call.document.transcript:
        expected |= {"dead_air": None}
    assert {name: value for name, value in ours.items() if value is None} == {
        name: value for name, value in expected.items() if value is None
    }
    assert {n: v for n, v in ours.items() if v is not None} == pytest.approx(
        {n: float(v) for n, v in expected.items() if v is not None}, abs=1e-4
    )
