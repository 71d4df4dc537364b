"""A backfill by the openai engine, against the API on loopback: its plan, its cache and the daily ceiling."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from contract.platform.failures import TransientFailure
from orchestration.backfill import runner
from orchestration.backfill.plan import plan_backfill
from orchestration.backfill.runner import begin_backfill, run_backfill
from orchestration.backfill.work import redone_by
from orchestration.resources import Platform
from orchestration.state.backfills import BackfillArguments
from orchestration.warehouse.lake import read_parts
from tests.analyzers.language.openai_engine.model import attentive
from tests.fakes.openai_api import FakeOpenAI
from tests.support.documents import START

FIRST = START.date()
ASKED = BackfillArguments(FIRST, FIRST.replace(day=FIRST.day + 1), "", "openai", deliver=False)
ALL = redone_by(None)


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeOpenAI]:
    monkeypatch.setattr(runner, "publish_due", lambda platform: 0.0)
    with FakeOpenAI(attentive) as fake:
        for name, value in {"OPENAI_BASE_URL": fake.url, "OPENAI_API_KEY": fake.key, "NO_PROXY": "127.0.0.1"}.items():
            monkeypatch.setenv(name, value)
        yield fake


def asking(platform: Platform, **settings: object) -> Platform:
    """The same home with the openai engine; settings are read again, for the key."""
    fresh = type(platform.settings)(engine="openai", **{"home": platform.settings.home, "now": platform.settings.now, **settings})  # type: ignore[arg-type]
    return Platform(fresh)


def engines(platform: Platform) -> list[str]:
    days = (ASKED.first_day, ASKED.last_day)
    return [row["engine"] for day in days for row in read_parts(platform.store, "transcript_annotations", day)]


def test_the_plan_counts_tokens_and_dollars_and_asks_nothing(days_of_calls: Platform, api: FakeOpenAI):
    plan = plan_backfill(asking(days_of_calls), ASKED, ALL)
    assert plan.spending is not None
    assert plan.spending.requests == 6
    assert plan.spending.tokens > 6 * 2000
    assert plan.spending.usd is not None
    assert plan.spending.usd > 0
    dear = plan_backfill(asking(days_of_calls, openai_daily_usd=plan.spending.usd / 3), ASKED, ALL)
    assert dear.days_of_ceiling == 3
    slow = plan_backfill(asking(days_of_calls, openai_requests_per_minute=1), ASKED, ALL)
    assert slow.seconds >= 6 * 60
    assert api.asked == []


def test_the_ceiling_stops_it_before_a_fallback_and_it_goes_on_another_day(days_of_calls: Platform, api: FakeOpenAI):
    poor = asking(days_of_calls, openai_daily_usd=1e-9)
    number = begin_backfill(poor, plan_backfill(poor, ASKED, ALL))
    with pytest.raises(TransientFailure, match="daily ceiling"):
        run_backfill(poor, number, ASKED, ALL, lambda stage, done: None)
    assert (set(engines(poor)), api.asked) == ({"embedded"}, [])
    rich = asking(days_of_calls)
    assert run_backfill(rich, number, ASKED, ALL, lambda stage, done: None).redone == 6
    assert set(engines(rich)) == {"openai"}
    asked = len(api.asked)
    again = plan_backfill(rich, ASKED, ALL)
    assert again.spending == replace(again.spending, requests=0, tokens=0, usd=0.0)  # type: ignore[type-var]
    run_backfill(rich, begin_backfill(rich, again), ASKED, ALL, lambda stage, done: None)
    assert len(api.asked) == asked
