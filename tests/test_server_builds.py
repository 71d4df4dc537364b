"""Servers for tests are built once for each version, whole, or the build fails with what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import server_builds
from tests.support.server_builds import ALL, ELASTICMQ, LIVEKIT, GoServer, ServerMissing, built


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "voice-servers"


@pytest.mark.parametrize(("server", "program"), [(LIVEKIT, "go"), (ELASTICMQ, "java")])
def test_a_machine_without_the_tool_is_told_what_to_install(
    server: server_builds.Server, program: str, cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ServerMissing, match=f"The program {program} is missing.*Install"):
        built(server)
    assert [path for path in cache.iterdir() if path.is_dir()] == []


def a_go_that(script: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a program ``go`` in front of the path, which runs ``script`` as a shell does."""
    folder.mkdir()
    program = folder / "go"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def test_a_build_that_fails_says_why_and_leaves_nothing(cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    a_go_that("echo 'go.mod requires go >= 1.99' >&2; exit 1", tmp_path / "bin", monkeypatch)
    with pytest.raises(ServerMissing, match=r"requires go >= 1\.99"):
        built(LIVEKIT)
    assert [path for path in cache.iterdir() if path.is_dir()] == []


def test_a_version_is_built_once_and_another_version_elsewhere(cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    servers = tmp_path / "servers" / "toy"
    servers.mkdir(parents=True)
    (servers / "go.sum").write_text("one\n")
    monkeypatch.setattr(server_builds, "SERVERS", tmp_path / "servers")
    ran = tmp_path / "ran"
    a_go_that(f'echo run >> {ran}; while [ "$1" != -o ]; do shift; done; echo binary > "$2"', tmp_path / "bin", monkeypatch)
    toy = GoServer("toy", "example.org/toy")
    first = built(toy)
    assert (built(toy), (first / "toy").read_text()) == (first, "binary\n")
    (servers / "go.sum").write_text("two\n")
    assert built(toy) != first
    assert ran.read_text().splitlines() == ["run", "run"]
    assert sorted(path for path in cache.iterdir() if path.is_dir()) == sorted([first, built(toy)])


@pytest.mark.parametrize("server", ALL, ids=lambda server: server.name)
def test_every_server_names_its_versions(server: server_builds.Server):
    assert server.lock.is_file()
