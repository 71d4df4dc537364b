"""Every field of spec 1.1 to 1.6: where it comes from (``docs/agent.md``), and that a call fills it."""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from agent.offline.entrypoint import hold_offline
from agent.offline.script import read_script
from agent.settings import AgentSettings
from contract.document.session import SessionDocument
from contract.platform.settings import PROJECT_ROOT, Settings
from tests.support.agent_fields import documented, values

SPECIFIED = {
    "": "session_id start_time end_time duration_seconds participant_id user_email user_name transcript interruptions",
    "transcript": "text started_at ended_at final speaker_id source interrupted",
    "interruptions": "timestamp",
    "turn_taking": "turn_count average_turn_duration_seconds turn_balance",
    "metrics": "eou_delay llm_ttft tts_ttfb stt_duration total_latency e2e_latency prompt_tokens completion_tokens total_tokens"
    " stt_audio_duration tts_characters_count tts_audio_duration",
    "discovered_signals": "team_size monthly_volume integration_needs industry location use_case current_tool pain_points"
    " decision_timeline budget_authority urgency qualification_tier",
    "unleash_search_knowledge": "query category results_found total_results timestamp",
    "book_sales_meeting": "customer_name customer_email preferred_date preferred_time success meeting_link calendar_event_id"
    " timestamp",
    "connection": "bandwidth_in bandwidth_out packet_loss jitter",
    "connection.device_info": "browser os location",
}


def specified() -> set[str]:
    return {f"{group}.{name}".lstrip(".") for group, names in SPECIFIED.items() for name in names.split()}


@cache
def written_call() -> SessionDocument:
    script = read_script(PROJECT_ROOT / "data" / "scripts" / "sales_ready.yml")
    held = asyncio.run(hold_offline(script, Settings(home=Path(mkdtemp()), base_url="https://voice.example"), AgentSettings()))
    assert held is not None
    assert held.stored
    return held.document


def test_the_table_names_exactly_the_specified_fields():
    assert set(documented()) == specified()


@pytest.mark.parametrize("field", sorted(field for field, how in documented().items() if how == "written"))
def test_a_written_call_fills(field: str):
    assert values(written_call(), field)


@pytest.mark.parametrize("field", sorted(field for field, how in documented().items() if how != "written"))
def test_a_written_call_leaves_what_it_cannot_know_null_and_never_zero(field: str):
    assert not [value for value in values(written_call(), field) if value is not False]
