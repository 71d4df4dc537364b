"""Moments are aware inside, naive UTC in the databases, and text with ``Z`` in documents."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from contract.platform.times import aware, moment_text, naive_utc, read_moment

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
BERLIN = timezone(timedelta(hours=1))


def test_a_naive_moment_is_utc_and_an_offset_is_kept():
    assert aware(datetime(2026, 11, 20, 12)) == NOON  # noqa: DTZ001 - as databases return it
    assert aware(NOON.astimezone(BERLIN)).utcoffset() == timedelta(hours=1)
    assert aware(None) is None


def test_a_moment_goes_into_a_database_as_naive_utc():
    assert naive_utc(datetime(2026, 11, 20, 13, tzinfo=BERLIN)) == datetime(2026, 11, 20, 12)  # noqa: DTZ001 - as databases hold it


@pytest.mark.parametrize("text", ["2026-11-20T12:00:00Z", "2026-11-20T13:00:00+01:00", "2026-11-20T12:00:00", "2026-11-20 12:00"])
def test_text_with_and_without_an_offset_is_read(text: str):
    assert read_moment(text) == NOON


@pytest.mark.parametrize(("value", "error"), [("tomorrow", ValueError), (None, TypeError), (12, TypeError)])
def test_what_is_no_moment_is_an_error(value: str, error: type[Exception]):
    with pytest.raises(error):
        read_moment(value)


def test_utc_is_written_as_z_and_another_offset_as_it_is():
    assert moment_text(NOON) == "2026-11-20T12:00:00Z"
    assert moment_text(NOON, "milliseconds") == "2026-11-20T12:00:00.000Z"
    assert moment_text(NOON.astimezone(BERLIN)) == "2026-11-20T13:00:00+01:00"
