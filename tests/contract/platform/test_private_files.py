"""What is made under ``VOICE_HOME`` is its owner's alone, also in a home that was made open."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract.platform.private_files import keep_private
from contract.platform.settings import Settings
from contract.platform.store import Store


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(home: Path) -> set[str]:
    return {f"{'folder' if path.is_dir() else 'file'} {path.stat().st_mode & 0o777:o}" for path in home.rglob("*")}


def made_by_the_platform(home: Path) -> Settings:
    settings = Settings(home=home)  # pyright: ignore[reportCallIssue]
    Store(settings.store_uri).put("sessions/day/one.json.gz", b"x")
    settings.published_dir.mkdir()
    (settings.published_dir / "warehouse-00000001.duckdb").write_bytes(b"x")
    settings.state_path.write_bytes(b"x")
    return settings


def test_new_files_are_readable_by_their_owner_only(tmp_path: Path):
    keep_private(Settings(home=tmp_path / "home"))  # pyright: ignore[reportCallIssue]
    made_by_the_platform(tmp_path / "home")
    assert modes(tmp_path) == {"folder 700", "file 600"}


def test_an_existing_home_is_tightened_and_nothing_else_in_it(tmp_path: Path):
    settings = made_by_the_platform(tmp_path)
    own = tmp_path / "notes.txt"
    own.write_text("not the platform's")
    assert modes(tmp_path) == {"folder 755", "file 644"}
    keep_private(settings)
    assert own.stat().st_mode & 0o777 == 0o644
    own.unlink()
    assert modes(tmp_path) == {"folder 700", "file 600"}


def test_a_link_out_of_the_home_is_not_followed(tmp_path: Path):
    outside = tmp_path / "outside"
    outside.write_text("x")
    settings = made_by_the_platform(tmp_path / "home")
    (settings.published_dir / "link").symlink_to(outside)
    keep_private(settings)
    assert outside.stat().st_mode & 0o777 == 0o644


def test_the_group_may_read_when_the_setting_says_so(tmp_path: Path):
    settings = Settings(home=tmp_path, group_may_read=True)  # pyright: ignore[reportCallIssue]
    keep_private(settings)
    made_by_the_platform(tmp_path)
    assert modes(tmp_path) == {"folder 750", "file 640"}
