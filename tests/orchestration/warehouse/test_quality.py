"""``analyzer_quality`` holds what the history of evaluations says, and a warehouse without evaluations has the table empty."""

from __future__ import annotations

from datetime import UTC, datetime

from evaluation.history import History, Result, result_of
from evaluation.names import Level
from evaluation.scores import CallScore, Claim, MatchCounts
from orchestration.warehouse.publish import publish
from orchestration.warehouse.reader import open_published
from tests.support.builds import rows
from tests.support.kept_builds import built
from tests.support.lake_samples import Lake

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def result(version: str) -> Result:
    score = CallScore("s", {"tier": MatchCounts(1, 1, 1), "competitors": MatchCounts(1, 2, 4)}, (Claim("tier", 0.9, True),), {}, ())
    levels = {"tier": Level(floor=0.9, goal=1.0)}
    return result_of([score], levels, engine="embedded", version=version, part="test", variant="plain", calls_hash="abc", now=NOON)


def test_without_evaluations_the_table_is_there_and_empty(lake: Lake):
    built(lake)
    assert rows(lake.settings, "select count(*) from analyzer_quality") == [(0,)]


def test_every_figure_of_the_history_is_a_row_with_its_floor_and_interval(lake: Lake):
    history = History(lake.settings.evaluations_dir)
    history.add(result("1"))
    history.add(result("2"))
    built(lake)
    figures = "score, labels, precision_rate, recall_rate, floor_rate, goal_rate, calls, round(brier, 4), evaluated_at"
    found = rows(
        lake.settings,
        f"select {figures} from analyzer_quality where version = '2' and fact in ('tier', 'competitors') order by fact",
    )
    noon = NOON.replace(tzinfo=None)
    assert found == [
        (0.3333, 4, 0.5, 0.25, None, None, 1, 0.01, noon),
        (1.0, 1, 1.0, 1.0, 0.9, 1.0, 1, 0.01, noon),
    ]
    grain = "engine, version, part, variant, calls_hash, fact"
    assert rows(lake.settings, f"select count(*) from (select {grain} from analyzer_quality group by all having count(*) > 1)") == [
        (0,)
    ]


def test_a_later_evaluation_shows_after_the_next_build_and_is_published(lake: Lake):
    built(lake)
    publish(lake.settings)
    History(lake.settings.evaluations_dir).add(result("1"))
    built(lake)
    publish(lake.settings)
    with open_published(lake.settings) as published:
        assert published.execute("select distinct version from analyzer_quality").fetchall() == [("1",)]
