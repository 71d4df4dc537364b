"""Offline calls say what they lack before they begin."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agent.offline import entrypoint
from agent.offline.script import read_script
from agent.settings import AgentSettings
from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import PROJECT_ROOT, Settings


def test_a_call_with_sound_names_the_package_that_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        assert name == "pocketsphinx"

    monkeypatch.setattr(entrypoint, "find_spec", absent)
    script = read_script(PROJECT_ROOT / "data" / "scripts" / "sales_ready.yml")
    with pytest.raises(ConfigurationFailure, match="pocketsphinx") as failure:
        asyncio.run(entrypoint.hold_offline(script, Settings(home=tmp_path), AgentSettings(), audio=True))
    assert failure.value.remedy == "make audio-packages"
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
