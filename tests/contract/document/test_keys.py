"""Keys are safe, and name the UTC day of the start."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.document.keys import checkpoint_key, day_in_key, day_of, rejected_key, safe_session_id, session_key, start_key
from contract.rejections import Rejected, RejectionReason

START = datetime(2026, 11, 20, 15, 4, 5, tzinfo=UTC)


def test_keys_lie_where_the_contract_says() -> None:
    assert session_key("call_1", START) == "sessions/year=2026/month=11/day=20/call_1.json.gz"
    assert start_key("call_1", START) == "starts/year=2026/month=11/day=20/call_1.json"
    assert checkpoint_key("call_1") == "checkpoints/call_1.json.gz"
    assert rejected_key("ab12") == "rejected/ab12"


def test_a_call_belongs_to_the_utc_day_it_started_on() -> None:
    late_in_california = datetime(2026, 11, 20, 17, tzinfo=timezone(timedelta(hours=-8)))
    assert day_of(late_in_california) == date(2026, 11, 21)
    assert day_in_key(session_key("call_1", late_in_california)) == date(2026, 11, 21)


@pytest.mark.parametrize(
    "session_id", ["", ".", "..", "...", "../x", "a/b", "a\\b", "a b", "é", "a\n", "x" * 201, None, 7, ["a"], "%2e", "a\0"]
)
def test_an_id_that_is_no_name_is_refused(session_id: object) -> None:
    with pytest.raises(Rejected) as refusal:
        safe_session_id(session_id)
    assert refusal.value.reason is RejectionReason.BAD_SESSION_ID


@pytest.mark.parametrize("session_id", ["a", "x" * 200, "pandadoc_trial_1763820191468_rdc63e", "-", "a..b", ".hidden", "1.0"])
def test_an_id_of_the_contract_is_taken(session_id: str) -> None:
    assert safe_session_id(session_id) == session_id


@given(
    st.text(alphabet=st.characters(codec="ascii", categories=("Lu", "Ll", "Nd")), min_size=1, max_size=200),
    st.datetimes(timezones=st.just(UTC)),
)
def test_every_key_tells_its_day_and_id_again(session_id: str, start: datetime) -> None:
    key = session_key(session_id, start)
    assert day_in_key(key) == start.date()
    assert key.rsplit("/", 1)[-1] == f"{session_id}.json.gz"


@pytest.mark.parametrize(
    "key", ["sessions/call.json", "sessions/year=2026/month=13/day=01/x", "sessions/year=26/month=1/day=1/x", ""]
)
def test_a_key_without_a_real_day_has_none(key: str) -> None:
    assert day_in_key(key) is None
