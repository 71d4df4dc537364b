"""Ctrl-C inside a step of ``voice run``: it ends at once, says what is left, and the next run does it."""

import signal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from contract.document.keys import session_key
from orchestration.cli.commands import commands
from orchestration.local_run import run_pending
from orchestration.resources import Platform
from tests.support.documents import NOW, START, packed, session


@pytest.mark.parametrize("stage", ["analyze", "build"])
def test_ctrl_c_inside_a_step_ends_the_run_and_the_next_one_goes_on(platform: Platform, stage: str):
    platform.store.put(session_key("call", START), packed(session("call")))
    reached: list[str] = []

    def interrupt(at: str, done: int) -> None:
        if at == stage and not reached:
            reached.append(at)
            signal.raise_signal(signal.SIGINT)

    platform.progress = interrupt
    with pytest.raises(KeyboardInterrupt):
        run_pending(platform)
    summary = run_pending(platform)
    assert (summary.received, summary.analysed, summary.pending, summary.warehouse_problem) == (1, 1, 0, None)


def test_an_interrupted_run_says_what_is_kept_and_what_is_left(monkeypatch: pytest.MonkeyPatch, platform: Platform):
    def interrupted(platform: Platform) -> None:
        platform.store.put(session_key("call", START), packed(session("call")))
        platform.state.reading().__enter__()
        raise KeyboardInterrupt

    monkeypatch.setenv("VOICE_HOME", str(platform.settings.home))
    monkeypatch.setenv("VOICE_NOW", NOW.isoformat())
    monkeypatch.setattr("orchestration.local_run.run_pending", interrupted)
    ended = CliRunner().invoke(commands, ["run"])
    assert ended.exit_code == 130
    assert "Kept: 0 analysed calls." in " ".join(ended.stderr.split())
    assert "goes on from here" in " ".join(ended.stderr.split())


def test_a_run_interrupted_before_it_read_anything_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    def interrupted(platform: Platform) -> None:
        raise KeyboardInterrupt

    monkeypatch.setenv("VOICE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("orchestration.local_run.run_pending", interrupted)
    ended = CliRunner().invoke(commands, ["run"])
    assert ended.exit_code == 130
    assert "before anything was read" in ended.stderr
