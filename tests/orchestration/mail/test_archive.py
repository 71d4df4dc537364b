"""Copies of e-mails, and their retention."""

from datetime import date
from pathlib import Path

from orchestration.mail.archive import MailArchive


def test_a_copy_is_read_back_as_it_was_and_nobody_else_may_read_it(tmp_path: Path):
    archive = MailArchive(tmp_path)
    kept = archive.keep("daily-2026-11-25-abc", date(2026, 11, 25), b"mail\r\n")
    assert kept == "2026-11/daily-2026-11-25-abc.eml"
    assert archive.read(kept) == b"mail\r\n"
    assert (tmp_path / kept).stat().st_mode & 0o077 == 0
    assert archive.read("2026-11/other.eml") is None


def test_only_months_that_ended_before_the_day_are_removed(tmp_path: Path):
    archive = MailArchive(tmp_path)
    for month in (1, 2, 3):
        archive.keep("daily", date(2026, month, 28), b"mail")
    assert archive.remove_before(date(2026, 3, 1)) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2026-03"]
    assert archive.remove_before(date(2026, 3, 1)) == 0
