"""``voice sample-history`` writes a folder that ``voice deliver`` keeps whole, however often either is run."""

import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner

from contract.document.history import HISTORY_FILES, KNOWN_AT, SAMPLES, STARTS, history_entries
from contract.platform.failures import ConfigurationFailure, PermanentFailure
from contract.platform.store import Store
from orchestration.cli.commands import commands
from orchestration.sample_history.writing import write_history
from tests.support.sample_histories import NOW, incident, plan_of

RUNNER = CliRunner()


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("VOICE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("VOICE_NOW", NOW.isoformat())
    return Store((tmp_path / "home" / "store").as_uri())


@pytest.fixture
def incidents(tmp_path: Path) -> Path:
    path = tmp_path / "incidents.yml"
    path.write_text(
        "first_day: 2026-06-01\n"
        "incidents: [{name: burst, kind: error_burst, start: 2026-06-01T10:00, end: 2026-06-01T12:00, share: 0.5}]\n"
    )
    return path


def voice(*arguments: object) -> str:
    result = RUNNER.invoke(commands, list(map(str, arguments)), catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def sample_history(incidents: Path, out: Path) -> dict[str, int]:
    command = ("sample-history", "--days", 2, "--per-day", 20, "--incidents", incidents, "--out", out, "--json")
    return json.loads(voice(*command))


def content(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}


def test_writing_twice_gives_the_same_bytes(tmp_path: Path, incidents: Path):
    counts = sample_history(incidents, tmp_path / "one")
    assert counts["calls"] == 52
    assert sample_history(incidents, tmp_path / "other") == counts
    assert sample_history(incidents, tmp_path / "one") == counts
    assert content(tmp_path / "one") == content(tmp_path / "other")
    assert {name for name in content(tmp_path / "one") if not name.startswith("sessions/")} == {*HISTORY_FILES, "history.yml"}


def test_delivery_keeps_documents_and_history_once(tmp_path: Path, incidents: Path, store: Store):
    counts = sample_history(incidents, tmp_path / "out")
    voice("deliver", tmp_path / "out")
    kept = content(tmp_path / "home" / "store")
    assert "unchanged" in voice("deliver", tmp_path / "out")
    assert content(tmp_path / "home" / "store") == kept
    documents = [path for path in kept if path.startswith("sessions/")]
    known = {entry["session_id"]: entry["known_at"] for entry in history_entries(store, KNOWN_AT)}
    assert {Path(path).name.removesuffix(".json.gz") for path in documents} == known.keys()
    assert {entry["session_id"] for entry in history_entries(store, STARTS)} == known.keys()
    assert sum(1 for _ in history_entries(store, SAMPLES)) == counts["samples"]
    assert len([path for path in kept if path.startswith("starts/")]) == counts["calls"]


def test_a_folder_without_history_keeps_none(tmp_path: Path, store: Store):
    (tmp_path / "plain").mkdir()
    voice("deliver", tmp_path / "plain")
    assert not list(history_entries(store, SAMPLES))


def test_a_damaged_history_is_named(tmp_path: Path, incidents: Path, store: Store):
    sample_history(incidents, tmp_path / "out")
    voice("deliver", tmp_path / "out")
    (kept,) = store.list("history/samples.jsonl/")
    store.put(kept.key, store.get(kept.key)[:50])
    with pytest.raises(PermanentFailure, match="history/samples"):
        list(history_entries(store, SAMPLES))


def test_a_folder_with_something_else_is_left_as_it_is(tmp_path: Path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(ConfigurationFailure, match="something else"):
        write_history(plan_of(), folder, lambda _: None)
    assert content(folder).keys() == {"notes.txt"}


def test_a_history_that_was_cut_short_is_finished_by_writing_again(tmp_path: Path):
    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_history(plan_of(days=3), tmp_path / "cut", stop)
    assert not (tmp_path / "cut" / SAMPLES).exists()
    write_history(plan_of(days=3), tmp_path / "cut", lambda _: None)
    write_history(plan_of(days=3), tmp_path / "whole", lambda _: None)
    assert content(tmp_path / "cut") == content(tmp_path / "whole")


def test_a_killed_writer_and_two_at_once_leave_what_one_would(tmp_path: Path, incidents: Path):
    command = [str(Path(sys.executable).with_name("voice")), "sample-history", "--days", "5", "--per-day", "300"]
    command += ["--incidents", str(incidents), "--out"]
    killed = subprocess.Popen([*command, str(tmp_path / "killed")])
    while not list((tmp_path / "killed").rglob("*.json.gz")):
        assert killed.poll() is None
    killed.kill()
    killed.wait()
    assert not (tmp_path / "killed" / SAMPLES).exists()
    both = [subprocess.Popen([*command, str(tmp_path / "killed")]) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    assert subprocess.run([*command, str(tmp_path / "whole")], check=True).returncode == 0
    drafts = {name for name in content(tmp_path / "killed") if Path(name).name.startswith(".")}
    assert content(tmp_path / "killed").keys() - drafts == content(tmp_path / "whole").keys()
    assert content(tmp_path / "whole").items() <= content(tmp_path / "killed").items()


def test_an_impossible_incident_leaves_no_list(tmp_path: Path):
    with pytest.raises(ConfigurationFailure):
        write_history(plan_of(incident("booking", "10:00", "10:10", count=40)), tmp_path / "out", lambda _: None)
    assert not [name for name in HISTORY_FILES if (tmp_path / "out" / name).exists()]
