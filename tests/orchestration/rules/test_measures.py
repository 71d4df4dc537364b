"""Measures are defined once: over columns that the rollups have, with targets that agree with those of single calls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
import yaml
from pydantic import ValidationError

from analyzers.targets import Targets
from contract.platform.settings import PROJECT_ROOT
from contract.reference import Reference
from orchestration.rules.measures import Measure, Measured, Measures, Target, measured, sums

DBT = PROJECT_ROOT / "dbt_project"
ROLLUPS = {
    model["name"]: {column["name"]: column["data_type"] for column in model["columns"]}
    for model in yaml.safe_load((DBT / "models" / "rollups" / "_rollups.yml").read_text(encoding="utf-8"))["models"]
}
DIMENSIONS = {"hour", "business_day", "week", "agent_version", "qualification_tier", "sentiment", "industry"}
MEASURES = Reference().table(Measures)


def of_rollup(rollup: str) -> list[Measure]:
    return [measure for measure in MEASURES.measures if measure.rollup == rollup]


@pytest.fixture
def rollups() -> Iterator[duckdb.DuckDBPyConnection]:
    """The documented rollups as empty tables."""
    with duckdb.connect() as connection:
        for table, columns in ROLLUPS.items():
            connection.execute(f"create table {table} ({', '.join(f'{name} {kind}' for name, kind in columns.items())})")
        yield connection


def row(connection: duckdb.DuckDBPyConnection, measures: list[Measure], table: str) -> dict[str, Any]:
    result = connection.execute(f"select {sums(measures)} from {table}")
    names = [column[0] for column in result.description or ()]
    return dict(zip(names, result.fetchall()[0], strict=True))


@pytest.mark.parametrize("period", ["hourly", "daily"])
@pytest.mark.parametrize("rollup", ["calls", "mentions"])
def test_every_measure_is_a_sum_over_columns_that_the_rollups_have(rollups: duckdb.DuckDBPyConnection, period: Any, rollup: str):
    measures = of_rollup(rollup)
    table = measures[0].table(period)
    found = measured(measures, row(rollups, measures, table))
    assert table in ROLLUPS
    assert len(found) == len(measures)
    assert all((each.value, each.count, each.n, each.is_target_met) == (None, 0, 0, None) for each in found.values())


def test_every_sum_that_dbt_makes_of_calls_is_documented_and_measured():
    macro = (DBT / "macros" / "rollups.sql").read_text(encoding="utf-8").split("macro call_measures")[1].split("endmacro")[0]
    additive = re.findall(r'^\s+\("(\w+)", "', macro, flags=re.MULTILINE)
    for table in ("hourly_calls", "daily_calls"):
        assert [name for name in ROLLUPS[table] if name not in DIMENSIONS] == additive
    used = {word for each in of_rollup("calls") for word in re.findall(r"\w+", f"{each.numerator} {each.denominator}")}
    assert set(additive) - used == set()


def test_a_rate_of_a_window_is_the_quotient_of_its_sums_and_not_the_mean_of_its_days(rollups: duckdb.DuckDBPyConnection):
    rollups.execute("insert into daily_calls (business_day, calls, failed) values ('2026-11-24', 1, 1), ('2026-11-25', 99, 0)")
    rate = measured([MEASURES.named("error_rate")], row(rollups, [MEASURES.named("error_rate")], "daily_calls"))["error_rate"]
    assert (rate.value, rate.count, rate.n) == (0.01, 1, 100)
    assert rate.is_target_met
    assert rate.is_enough


def test_shares_of_sentiment_leave_out_calls_of_which_it_is_unknown(rollups: duckdb.DuckDBPyConnection):
    rollups.execute("insert into daily_calls (sentiment, calls) values ('positive', 3), ('negative', 1), ('unknown', 6)")
    measures = [MEASURES.named(name) for name in ("positive_sentiment", "neutral_sentiment", "negative_sentiment")]
    found = measured(measures, row(rollups, measures, "daily_calls"))
    assert [each.value for each in found.values()] == [0.75, 0.0, 0.25]


def test_without_an_n_there_is_no_value_and_nothing_is_judged():
    nothing = Measured(MEASURES.named("latency"), None, 0)
    assert (nothing.value, nothing.is_target_met, nothing.is_enough) == (None, None, False)


def test_the_targets_of_averages_are_those_of_single_calls():
    targets = Reference().table(Targets)
    bands = {
        "latency": (targets.latency.average, 1),
        "eou_delay": (targets.components.eou_delay, 1),
        "llm_ttft": (targets.components.llm_ttft, 1),
        "tts_ttfb": (targets.components.tts_ttfb, 1),
        "dead_air": (targets.quality.dead_air_percentage, 100),
        "satisfaction": (targets.quality.user_satisfaction, 1),
    }
    for name, (band, scale) in bands.items():
        target = MEASURES.named(name).target
        assert target is not None
        bounds = [None if bound is None else bound * scale for bound in (target.below, target.at_least, target.at_most)]
        assert bounds == [band.below, band.at_least, band.at_most], name


def test_strict_and_inclusive_targets_differ_at_their_bound():
    assert not Target(below=1000).is_met(1000)
    assert Target(at_most=1000).is_met(1000)
    assert [Target(at_least=3, at_most=7).is_met(value) for value in (2.9, 3, 7, 7.1)] == [False, True, True, False]


@pytest.mark.parametrize(
    "entry", [{"target": {}}, {"unit": "furlongs"}, {"better": "sideways"}, {"minimum_n": 0}, {"name": "Error rate"}]
)
def test_a_measure_that_says_nonsense_is_refused(entry: dict[str, Any]):
    good = {"name": "calls", "label": "Calls", "numerator": "sum(calls)", "unit": "count", "better": "up"}
    Measure.model_validate(good)
    with pytest.raises(ValidationError):
        Measure.model_validate(good | entry)


def test_a_percent_is_a_share_of_something():
    assert [each.name for each in MEASURES.measures if each.unit in {"percent", "score"} and each.denominator is None] == []
