"""A wrong incidents file is refused with what to correct, before anything is written."""

from datetime import timedelta
from pathlib import Path

import pytest

from contract.platform.failures import ConfigurationFailure
from orchestration.sample_history.history import plan_history
from orchestration.sample_history.incidents import read_incidents
from tests.support.sample_histories import NOW

RIGHT = "{name: calm-before, kind: outage, start: 2026-06-01T10:00, end: 2026-06-01T11:00}"
WRONG = {
    "kind": ("{name: a, kind: flood, start: 2026-06-01T10:00, end: 2026-06-01T11:00}", "flood"),
    "end": ("{name: a, kind: outage, start: 2026-06-01T10:00, end: 2026-06-01T10:00}", "a ends before it starts"),
    "missing": ("{name: a, kind: cost_spike, start: 2026-06-01T10:00, end: 2026-06-01T11:00}", "cost_spike.factor: Field required"),
    "unknown": ("{name: a, kind: outage, start: 2026-06-01T10:00, end: 2026-06-01T11:00, sahre: 1}", "outage.sahre"),
    "share": ("{name: a, kind: error_burst, start: 2026-06-01T10:00, end: 2026-06-01T11:00, share: 2}", "error_burst.share"),
    "days": ("{name: a, kind: booking, count: 2, start: 2026-06-01T10:00, end: 2026-06-03T11:00}", "a has a count, so it must"),
    "api": ("{name: a, kind: api_failure, api: fax, start: 2026-06-01T10:00, end: 2026-06-01T11:00}", "api_failure.api"),
    "twice": (f"{RIGHT}, {RIGHT}", "the name calm-before is there twice"),
}


def written(folder: Path, incidents: str, head: str = "first_day: 2026-06-01") -> Path:
    path = folder / "incidents.yml"
    path.write_text(f"{head}\nincidents: [{incidents}]\n")
    return path


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_entry_is_named(tmp_path: Path, wrong: str):
    entries, problem = WRONG[wrong]
    with pytest.raises(ConfigurationFailure) as caught:
        read_incidents(written(tmp_path, entries))
    assert problem in caught.value.problem


def test_a_file_that_is_none_is_refused(tmp_path: Path):
    for content in (b"incidents: [", b"\xff\xfe", b"- a list\n"):
        (tmp_path / "incidents.yml").write_bytes(content)
        with pytest.raises(ConfigurationFailure):
            read_incidents(tmp_path / "incidents.yml")
    with pytest.raises(ConfigurationFailure):
        read_incidents(tmp_path / "missing.yml")


def test_an_unknown_zone_is_refused(tmp_path: Path):
    with pytest.raises(ConfigurationFailure, match="is no time zone"):
        read_incidents(written(tmp_path, RIGHT, "zone: Mars/Olympus"))


def test_times_without_an_offset_are_in_the_files_zone(tmp_path: Path):
    (tokyo,) = read_incidents(written(tmp_path, RIGHT, "zone: Asia/Tokyo")).incidents
    assert tokyo.start.utcoffset() == timedelta(hours=9)
    in_utc = RIGHT.replace(":00,", ":00:00Z,").replace(":00}", ":00:00Z}")
    (aware,) = read_incidents(written(tmp_path, in_utc, "zone: Asia/Tokyo")).incidents
    assert aware.start.utcoffset() == timedelta()


def test_an_incident_outside_the_history_is_named(tmp_path: Path):
    file = read_incidents(written(tmp_path, RIGHT, "first_day: 2026-06-02"))
    with pytest.raises(ConfigurationFailure, match="calm-before lies outside"):
        plan_history(file, 3, 45, 1, NOW)


def test_a_history_ends_before_now(tmp_path: Path):
    file = read_incidents(written(tmp_path, ""))
    with pytest.raises(ConfigurationFailure, match="would end after now"):
        plan_history(file, 40, 45, 1, NOW)
    without_day = read_incidents(written(tmp_path, "", "zone: UTC"))
    assert plan_history(without_day, 3, 45, 1, NOW).first_day == NOW.date() - timedelta(days=3)
