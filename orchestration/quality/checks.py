"""Declare and evaluate all checks of data quality, with their names and the assets they are about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import timedelta
from functools import partial

import duckdb

from contract.platform.failures import VoiceError
from contract.platform.times import naive_utc
from orchestration.quality.drift import drift
from orchestration.quality.freshness import freshness
from orchestration.quality.no_future_timestamps import no_future_timestamps
from orchestration.quality.outcome import Check, CheckOutcome
from orchestration.quality.references import references
from orchestration.quality.rules import QualityRules, StandingRules, SuiteName
from orchestration.quality.volume import volume
from orchestration.resources import Platform
from orchestration.rules.business_hours import BusinessHours
from orchestration.rules.finding import Finding, not_evaluated
from orchestration.rules.rule import Rule
from orchestration.warehouse.reader import open_published

Group = str
STANDING: Group = "standing"
GROUPS: tuple[Group, ...] = (STANDING, "ingested", "marts")
_DRIFTING = {"lead_score": "lead_score_drift", "engagement_score": "engagement_drift"}

Evaluation = Callable[[duckdb.DuckDBPyConnection], Finding]


def checks_of(rules: QualityRules, group: Group) -> tuple[Check, ...]:
    """Return the declared checks of one group, in the order of the file."""
    if group == STANDING:
        return tuple(_standing(rules.standing))
    return tuple(
        Check(rule.name, _asset(group, table), rule.severity, _said(rule.expect, table), rule.what_to_do)
        for table, expectations in rules.suites[_suite(group)].tables.items()
        for rule in expectations
    )


def evaluate_group(platform: Platform, group: Group) -> Iterator[CheckOutcome]:
    """Every check of a group has an outcome; what keeps one from being made is told by its type alone and stops no other."""
    rules = platform.reference.table(QualityRules)
    checks = checks_of(rules, group)
    try:
        with closing(open_published(platform.settings)) as connection:
            if group == STANDING:
                found = _standing_findings(platform, rules.standing, connection)
            else:
                found = _suite_findings(platform, rules, _suite(group), connection)
    except (VoiceError, duckdb.Error, OSError) as error:
        found = dict.fromkeys((check.name for check in checks), not_evaluated(_why(error)))
    missing = not_evaluated("it gave no result")
    yield from (CheckOutcome(check, found.get(check.name, missing)) for check in checks)


def evaluate_all(platform: Platform) -> list[CheckOutcome]:
    """Return the outcomes of every check; ``ConfigurationFailure`` when nothing has been published that could be checked."""
    open_published(platform.settings).close()
    return [outcome for group in GROUPS for outcome in evaluate_group(platform, group)]


def _standing(rules: StandingRules) -> Iterator[Check]:
    def check(name: str, asset: str, rule: Rule, description: str) -> Check:
        path = (asset,) if asset == "published_warehouse" else ("warehouse", asset)
        return Check(name, path, rule.severity, description, rule.what_to_do)

    yield check("volume", "sessions", rules.volume, "About as many calls as on the same weekday of the weeks before.")
    yield check("freshness", "published_warehouse", rules.freshness, "The newest call reaches readers while there is business.")
    for score, name in _DRIFTING.items():
        yield check(name, "sessions", rules.drift, f"{score} is distributed as in the weeks before.")
    yield check("references", "published_warehouse", rules.references, "Every key of the six tables leads somewhere.")
    yield check("no_future_timestamps", "published_warehouse", rules.no_future_timestamps, "No moment is later than the clock.")


def _standing_findings(platform: Platform, rules: StandingRules, connection: duckdb.DuckDBPyConnection) -> dict[str, Finding]:
    now, zone = platform.now(), platform.settings.business_zone
    evaluations: dict[str, Evaluation] = {
        "volume": partial(volume, rule=rules.volume, now=now, zone=zone),
        "freshness": partial(freshness, rule=rules.freshness, business=platform.reference.table(BusinessHours), now=now, zone=zone),
        **{name: partial(drift, rule=rules.drift, score=score, now=now) for score, name in _DRIFTING.items()},
        "references": references,
        "no_future_timestamps": partial(no_future_timestamps, rule=rules.no_future_timestamps, now=now),
    }
    return {name: _guarded(evaluation, connection) for name, evaluation in evaluations.items()}


def _guarded(evaluation: Evaluation, connection: duckdb.DuckDBPyConnection) -> Finding:
    try:
        return evaluation(connection)
    except duckdb.Error as error:
        return not_evaluated(_why(error))


def _suite_findings(
    platform: Platform, rules: QualityRules, name: SuiteName, connection: duckdb.DuckDBPyConnection
) -> Mapping[str, Finding]:
    from orchestration.quality.expectations import evaluate
    from orchestration.quality.ingested import frames_of_documents, ingested_documents
    from orchestration.quality.marts import frames_of_marts

    suite, now = rules.suites[name], platform.now()
    since = naive_utc(now - timedelta(hours=suite.hours))
    if name == "ingested":
        tables = frames_of_documents(ingested_documents(connection, platform.store, since, suite.sessions_at_most))
    else:
        tables = frames_of_marts(connection, since, suite.sessions_at_most, now)
    return evaluate(tables, suite.tables)


def _suite(group: Group) -> SuiteName:
    return "ingested" if group == "ingested" else "marts"


def _asset(group: Group, table: str) -> tuple[str, ...]:
    return ("session_documents",) if group == "ingested" else ("warehouse", table)


def _said(expect: str, table: str) -> str:
    """``ExpectColumnValuesToBeUnique`` of calls: 'calls: column values to be unique'."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in expect.removeprefix("Expect"))
    return f"{table.replace('_', ' ')}:{words}"


def _why(error: Exception) -> str:
    """Give the message of an own failure, of others only the type: their messages may quote values."""
    return str(error) if isinstance(error, VoiceError) else f"{type(error).__name__}; see that the published warehouse is whole"
