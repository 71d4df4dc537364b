"""The pictures of the README show what the code makes now."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pictures import FOLDER, PICTURES, recorded

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_not_older_than_what_it_shows(name: str):
    assert recorded().get(name) == PICTURES[name].digest, "run 'make pictures' and look at the result"


def test_every_picture_of_the_pages_is_made_by_the_command():
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    shown = {Path(name).name for page in pages for name in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", page.read_text(encoding="utf-8"))}
    assert shown == set(PICTURES) == {path.name for path in FOLDER.glob("*.png")}


def test_without_a_browser_the_command_says_what_to_install(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.pictures"], cwd=ROOT, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "apt-get install chromium" in done.stderr
