"""What the rules make of generated histories is what was expected of them before they were written (``data/alert_history``)."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from contract.platform.settings import PROJECT_ROOT
from orchestration.cli.commands import commands
from orchestration.sample_history.expected import AlertLine, compare, read_expected

HISTORIES = PROJECT_ROOT / "data" / "alert_history"
NAMES = os.environ.get("VOICE_ALERT_HISTORIES", "three_days_45 day_2000").split()


def said(*arguments: object) -> str:
    ended = CliRunner().invoke(commands, [str(argument) for argument in arguments], catch_exceptions=False)
    assert ended.exit_code == 0, ended.output
    return ended.stdout


@pytest.mark.parametrize("name", NAMES)
def test_every_incident_is_told_once_in_time_and_nothing_else(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Those of a month take minutes: ``make alert-histories``."""
    monkeypatch.setenv("VOICE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("VOICE_NOW", "2026-07-15T12:00:00+00:00")
    incidents, expected = HISTORIES / name / "incidents.yml", read_expected(HISTORIES / name / "expected.yml")
    first: date = yaml.safe_load(incidents.read_text(encoding="utf-8"))["first_day"]
    shape = ("--days", expected.days, "--per-day", expected.per_day, "--seed", expected.seed)
    said("sample-history", *shape, "--incidents", incidents, "--out", tmp_path / "history")
    days = ("--from", first, "--to", first + timedelta(days=expected.days - 1))
    given = ("--history", tmp_path / "history", "--monthly-budget", expected.monthly_budget_usd)
    lines = said("alerts", "replay", *days, *given, "--json").splitlines()
    assert compare(map(AlertLine.model_validate_json, lines), expected) == []
