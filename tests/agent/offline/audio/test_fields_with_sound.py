"""The shipped call with a barge-in, held with real sound by the real agent: it fills what only speech can tell."""

from __future__ import annotations

import asyncio
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import mkdtemp

import pytest

from agent.offline.entrypoint import hold_offline
from agent.offline.script import read_script
from agent.settings import AgentSettings
from contract.document.session import SessionDocument
from contract.platform.settings import PROJECT_ROOT, Settings
from tests.support.agent_fields import documented, values


@cache
def spoken_call() -> SessionDocument:
    script = read_script(PROJECT_ROOT / "data" / "scripts" / "sales_ready.yml")
    held = asyncio.run(
        hold_offline(script, Settings(home=Path(mkdtemp()), base_url="https://voice.example"), AgentSettings(), audio=True)
    )
    assert held is not None
    assert held.stored
    return held.document


@pytest.mark.parametrize("field", sorted(field for field, how in documented().items() if how != "server"))
def test_a_spoken_call_fills(field: str):
    assert values(spoken_call(), field)


def test_it_holds_six_turns_with_tools_and_one_real_barge_in():
    document = spoken_call()
    assert len(document.turns("user")) >= 6
    assert len(document.searches) == 2
    assert document.bookings[0].success
    (interruption,) = document.interruptions
    reply = next(item for item in document.transcript if item.id == interruption.item_id)
    assert reply.interrupted
    assert reply.text.startswith("You can create a proposal")
    assert not reply.text.endswith("from there?")
    assert interruption.timestamp is not None
    assert reply.started_at is not None
    assert reply.ended_at is not None
    assert reply.started_at < interruption.timestamp <= reply.ended_at


def test_utterances_follow_each_other_except_where_the_caller_barges_in():
    items = [item for item in spoken_call().transcript if item.started_at and item.ended_at]
    overlaps = [(a.id, b.id) for a, b in pairwise(items) if a.ended_at > b.started_at]
    assert len(overlaps) <= 1


def test_what_was_simulated_is_said_and_latencies_are_measured():
    document = spoken_call()
    assert document.models.llm == "scripted"
    assert "pocketsphinx" in (document.models.stt or "")
    assert "espeak" in (document.models.tts or "")
    answered = [reply for reply in document.metrics if reply.eou_delay]
    assert len(answered) >= 6
    assert all(reply.e2e_latency and reply.e2e_latency >= reply.llm_ttft for reply in answered)
