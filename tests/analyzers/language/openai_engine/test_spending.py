"""The ceiling holds at the worst a request could cost, and reaching it is recorded, not hidden."""

from __future__ import annotations

from datetime import timedelta

from tests.analyzers.language.openai_engine.engines import TEAM, Bench
from tests.fakes.openai_api import FakeOpenAI


def test_a_reached_ceiling_falls_back_and_says_so(bench: Bench, api: FakeOpenAI):
    made = bench.engine(openai_daily_usd=0.02, openai_concurrency=1).annotate([TEAM] * 40)
    reasons = [m.fallback_reason for m in made]
    assert reasons[0] is None
    assert reasons[-1] == "openai:cost_ceiling"
    assert len(api.asked) == reasons.count(None)
    assert bench.budget(bench.engine(openai_daily_usd=0.02).settings).spent_on(bench.now.date()) <= 0.02


def test_the_next_day_has_money_again(bench: Bench):
    engine = bench.engine(openai_daily_usd=0.0001)
    assert engine.annotate([TEAM])[0].fallback_reason == "openai:cost_ceiling"
    bench.now += timedelta(days=1)
    assert bench.annotated(openai_daily_usd=0.05).fallback_reason is None


def test_a_ceiling_of_nothing_asks_nothing(bench: Bench, api: FakeOpenAI):
    assert bench.annotated(openai_daily_usd=0).fallback_reason == "openai:cost_ceiling"
    assert api.asked == []


def test_a_transcript_longer_than_a_minutes_tokens_is_not_tried(bench: Bench, api: FakeOpenAI):
    assert bench.annotated(openai_tokens_per_minute=1000).fallback_reason == "openai:too_long"
    assert api.asked == []
