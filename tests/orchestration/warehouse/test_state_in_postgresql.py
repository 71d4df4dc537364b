"""A home whose state is in PostgreSQL: its warehouse is that of any home, and its password is in no file and no message."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from contract.platform.settings import Settings
from orchestration.alerts.business import Alert
from orchestration.alerts.history import record_alerts
from orchestration.cli import commands
from orchestration.delivery.items import Change
from orchestration.delivery.log import record_decisions
from orchestration.warehouse import build as building
from tests.support.builds import build, content, rows
from tests.support.lake_samples import NOW, Lake, changed, sample_documents

PASSWORD = "s3cret p'ss"
ENCODED = "s3cret%20p%27ss"


@pytest.fixture
def served(postgresql_state: SecretStr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lake]:
    """The server lets everybody in, so the password opens nothing; it is there to be looked for."""
    url = postgresql_state.get_secret_value().replace("postgres:@", f"postgres:{ENCODED}@")
    assert ENCODED in url
    monkeypatch.setenv("VOICE_HOME", str(tmp_path / "served"))
    monkeypatch.setenv("VOICE_STATE_URL", url)
    lake = Lake(Settings(now=NOW))  # pyright: ignore[reportCallIssue]
    yield lake
    lake.state.close()


def two_builds(lake: Lake) -> dict[str, list[str]]:
    """A new warehouse, and a batch into it with a correction; what it then holds."""
    first, second, third = sample_documents()[:3]
    lake.analyse([first, second])
    lake.reject("broken")
    with lake.state.writing() as connection:
        record_alerts(connection, [Alert(1, "Name", "message", {"calls": [1]}, first.session_id, NOW)])
        changes = [Change("lead", "lead", first.session_id, "suppress", reason="none", human_edited=("Title",))]
        record_decisions(connection, "salesforce", "person", changes, NOW)
    assert build(lake).full_refresh
    lake.analyse([changed(second, revision=2, end_time=second.start_time + timedelta(minutes=3)), third])
    assert not build(lake).full_refresh
    return content(lake.settings)


def test_the_warehouse_of_postgresql_is_that_of_sqlite(served: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    found = two_builds(served)
    monkeypatch.delenv("VOICE_STATE_URL")
    lake = Lake(Settings(home=tmp_path / "file", now=NOW))  # pyright: ignore[reportCallIssue]
    assert found == two_builds(lake)
    lake.state.close()
    assert rows(served.settings, "select state, count(*) from session_ledger group by all order by all") == [
        ("analysed", 3),
        ("rejected", 1),
    ]
    assert rows(served.settings, "select human_edited from delivery_log") == [(["Title"],)]


def test_dbt_and_the_script_it_leaves_read_postgresql_and_write_no_password(
    served: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(building, "script_path", lambda _, selection: tmp_path / "scripts" / f"{len(selection)}.json")
    (tmp_path / "scripts").mkdir()
    served.analyse(sample_documents()[:2])
    build(served)
    served.analyse(sample_documents()[2:3])
    build(served)
    served.analyse(sample_documents()[3:4])
    monkeypatch.setattr(building, "_run_dbt", None)
    build(served)
    assert rows(served.settings, "select count(*) from sessions") == [(4,)]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.parent.name == "scripts" for path in files)
    assert [path for path in files if b"s3cret" in path.read_bytes()] == []
    assert "s3cret" not in caplog.text


@pytest.mark.parametrize("wrong", ["no_such_user", "no_such_database"])
def test_commands_say_which_setting_is_wrong_and_not_its_value(
    served: Lake, wrong: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    url = served.settings.state
    assert isinstance(url, SecretStr)
    right = "postgres:" if wrong == "no_such_user" else "state_"
    monkeypatch.setenv("VOICE_STATE_URL", url.get_secret_value().replace(right, f"{wrong}:" if right[-1] == ":" else wrong))
    for command in (["status"], ["doctor"]):
        answer = CliRunner().invoke(commands, command, env={"COLUMNS": "300"})
        said = answer.output + repr(answer.exception)
        assert "VOICE_STATE_URL" in said
        assert not any(word in said for word in ("s3cret", "no_such"))


def test_status_and_doctor_of_a_home_in_postgresql_show_no_password(served: Lake):
    served.analyse(sample_documents()[:1])
    for command in (["status"], ["doctor"], ["status", "--json"]):
        answer = CliRunner().invoke(commands, command, env={"COLUMNS": "300"})
        assert "1" in answer.stdout
        assert "s3cret" not in answer.output + repr(answer.exception)
    assert "PostgreSQL: 1 received" in CliRunner().invoke(commands, ["doctor"], env={"COLUMNS": "300"}).stdout
