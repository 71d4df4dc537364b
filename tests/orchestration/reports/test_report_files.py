"""The report as files, read through the manifest of a published warehouse."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import Settings
from orchestration.reports.files import report, write_report
from orchestration.reports.kinds import DAILY, WEEKLY
from orchestration.warehouse.manifest import Manifest, replace_manifest
from tests.orchestration.reports.busy_day import AFTER, DAY, busy_day


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, now=AFTER, business_tz="America/New_York", base_url="https://voice.example")  # pyright: ignore[reportCallIssue]


@pytest.fixture
def published(settings: Settings) -> Settings:
    folder = settings.published_dir
    folder.mkdir(parents=True)
    with busy_day() as connection:
        connection.execute(f"attach '{folder / 'warehouse.duckdb'}' as published")
        connection.execute("copy from database memory to published")
        connection.execute("detach published")
    manifest = Manifest(
        version=1, published_at=AFTER, root=str(folder), database="warehouse.duckdb", small_fingerprint="", tables={}
    )
    replace_manifest(folder, manifest)
    return settings


def test_the_report_of_a_day_lies_under_its_date_in_both_forms(published: Settings):
    path = write_report(published, DAILY, DAY)
    assert path == published.home / "reports" / "daily" / "2026-11-25.html"
    assert "Northlight Legal" in path.read_text(encoding="utf-8")
    assert path.with_suffix(".txt").read_text(encoding="utf-8") == report(published, DAILY, DAY).text
    assert sorted(each.name for each in path.parent.iterdir()) == ["2026-11-25.html", "2026-11-25.txt"]


def test_writing_it_again_writes_the_same_bytes(published: Settings):
    first = write_report(published, DAILY, DAY).read_bytes()
    assert write_report(published, DAILY, DAY).read_bytes() == first


def test_links_and_the_time_of_publishing_come_from_the_settings_and_the_manifest(published: Settings):
    text = report(published, DAILY, DAY).text
    assert "https://voice.example/calls/trial_1" in text
    assert "Warehouse published November 26, 2026, 07:00 EST." in text


def test_an_output_of_another_kind_keeps_its_name_and_has_the_text_beside_it(published: Settings, tmp_path: Path):
    out = tmp_path / "new" / "summary.txt"
    email = report(published, DAILY, DAY, out)
    assert out.read_text(encoding="utf-8") == email.page
    assert (tmp_path / "new" / "summary.txt.txt").read_text(encoding="utf-8") == email.text


def test_without_a_published_warehouse_the_failure_says_what_to_run(settings: Settings):
    with pytest.raises(ConfigurationFailure, match="voice run"):
        report(settings, DAILY, date(2026, 11, 25))


def test_making_a_report_never_changes_the_published_warehouse(published: Settings):
    database = published.published_dir / "warehouse.duckdb"
    before = database.read_bytes()
    report(published, DAILY, DAY)
    report(published, WEEKLY, WEEKLY.first_day(DAY))
    assert database.read_bytes() == before
    with duckdb.connect(str(database), read_only=True) as connection:
        assert connection.execute("select count(*) from sessions").fetchall() == [(57,)]
