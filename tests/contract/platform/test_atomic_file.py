"""Files appear whole or not at all, and nothing stays beside them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from contract.platform.atomic_file import create_file, replace_file


def test_a_file_is_replaced_whole_in_folders_made_as_needed(tmp_path: Path):
    path = tmp_path / "new" / "folder" / "file.json"
    replace_file(path, b"first")
    replace_file(path, "zweite – Zeile\r\n", sync=True)
    assert path.read_bytes() == "zweite – Zeile\r\n".encode()
    assert list(path.parent.iterdir()) == [path]


def test_a_file_may_be_for_its_owner_alone(tmp_path: Path):
    replace_file(tmp_path / "key", b"secret", mode=0o600)
    create_file(tmp_path / "other", b"secret", mode=0o600)
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("key", "other")] == [0o600, 0o600]


def test_a_write_that_fails_leaves_the_old_file_and_no_draft(tmp_path: Path):
    occupied = tmp_path / "occupied"
    (occupied / "inner").mkdir(parents=True)
    with pytest.raises(OSError, match="occupied"):
        replace_file(occupied, b"content")
    assert list(tmp_path.iterdir()) == [occupied]


def test_of_many_who_create_a_file_one_wins_whole(tmp_path: Path):
    path = tmp_path / "key"
    contents = [str(n).encode() * 1000 for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda content: create_file(path, content), contents))
    assert path.read_bytes() in contents
    assert list(tmp_path.iterdir()) == [path]
