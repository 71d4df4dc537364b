"""Every check has an outcome whatever becomes of the others, and says what to do without saying who called."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import PROJECT_ROOT, Settings
from contract.reference import Reference
from orchestration.quality.checks import GROUPS, checks_of, evaluate_all, evaluate_group
from orchestration.quality.rules import QualityRules
from orchestration.resources import Platform
from tests.support.lake_samples import NOW

Damaged = Callable[[str], Platform]


def test_the_sample_calls_pass_every_check_from_the_store_to_the_marts(sound: Platform, rules: QualityRules):
    outcomes = evaluate_all(sound)
    assert [outcome for outcome in outcomes if not outcome.finding.passed] == []
    assert [outcome.check for outcome in outcomes] == [check for group in GROUPS for check in checks_of(rules, group)]
    examined = {outcome.check.name: outcome.finding.examined for outcome in outcomes}
    assert (examined["call_duration_in_range"], examined["session_is_there_once"]) == (24, 24)


def test_names_of_checks_are_unique_and_each_says_what_to_do(rules: QualityRules):
    checks = [check for group in GROUPS for check in checks_of(rules, group)]
    assert len({check.name for check in checks}) == len(checks)
    assert all(check.what_to_do.endswith(".") for check in checks)


def test_before_anything_is_published_nobody_can_tell(tmp_path: Path):
    platform = Platform(Settings(home=tmp_path, now=NOW))  # pyright: ignore[reportCallIssue]
    with pytest.raises(ConfigurationFailure, match="voice run"):
        evaluate_all(platform)
    outcomes = [outcome for group in GROUPS for outcome in evaluate_group(platform, group)]
    assert outcomes
    assert all(not outcome.finding.passed and "voice run" in (outcome.finding.problem or "") for outcome in outcomes)


def test_a_check_that_cannot_be_made_is_red_and_stops_no_other(damaged: Damaged):
    outcomes = {outcome.check.name: outcome.finding for outcome in evaluate_group(damaged("drop table tool_calls"), "standing")}
    assert [name for name, finding in outcomes.items() if not finding.passed] == ["no_future_timestamps"]
    assert outcomes["no_future_timestamps"].problem == "CatalogException; see that the published warehouse is whole"


def test_a_store_that_is_away_leaves_the_checks_of_the_marts(damaged: Damaged, tmp_path: Path):
    platform = damaged("select 1")
    away = Settings(home=tmp_path, store=(tmp_path / "nowhere").as_uri(), now=NOW)  # pyright: ignore[reportCallIssue]
    platform = Platform(away)
    assert all(outcome.finding.passed for outcome in evaluate_group(platform, "marts"))


def test_a_rule_that_is_written_wrongly_is_red_and_stops_no_other(sound: Platform, tmp_path: Path):
    shutil.copy(PROJECT_ROOT / "data" / "quality.yml", tmp_path)
    path = tmp_path / "quality.yml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    wrong = {
        "no_such_column": {"expect": "ExpectColumnValuesToBeUnique", "with": {"column": "nothing"}},
        "no_such_class": {"expect": "ExpectMiracles", "with": {"column": "session_id"}},
        "no_such_argument": {"expect": "ExpectColumnValuesToBeBetween", "with": {"columns": ["session_id"]}},
        "another_type": {
            "expect": "ExpectColumnValuesToBeBetween",
            "with": {"column": "sentiment", "min_value": 1, "max_value": 2},
        },
    }
    about = {"severity": "WARN", "what_to_do": "Correct it."}
    content["suites"]["marts"]["tables"]["sessions"] += [{"name": name, **rule, **about} for name, rule in wrong.items()]
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    platform = Platform(sound.settings)
    platform.reference = Reference(tmp_path)
    outcomes = {outcome.check.name: outcome.finding for outcome in evaluate_group(platform, "marts")}
    assert {name for name, finding in outcomes.items() if not finding.passed} == wrong.keys()
    assert all("data/quality.yml" in (outcomes[name].problem or "") for name in wrong)


def test_the_same_name_twice_is_refused():
    content = yaml.safe_load((PROJECT_ROOT / "data" / "quality.yml").read_text(encoding="utf-8"))
    leads = content["suites"]["marts"]["tables"]["leads"]
    leads.append(leads[0])
    with pytest.raises(ValueError, match="lead_is_there_once stands there more than once"):
        QualityRules.model_validate(content)
