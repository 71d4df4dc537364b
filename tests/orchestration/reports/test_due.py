"""When a report is due for whom: at 8:00 on the recipient's own clock, each period once."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from contract.reference import Reference
from orchestration.reports.kinds import DAILY, WEEKLY
from orchestration.reports.recipients import ListedRecipient, Recipient, RecipientList, recipient_key, recipients_of

NEW_YORK = ZoneInfo("America/New_York")


def somebody_in(zone: str) -> Recipient:
    return Recipient("key", "a@b.example", "VP", ZoneInfo(zone), time(8), frozenset({"daily", "weekly"}))


@pytest.mark.parametrize(
    ("zone", "daily", "weekly"),
    [
        ("America/New_York", "2026-11-26 08:00", "2026-11-30 08:00"),
        ("America/Los_Angeles", "2026-11-26 08:00", "2026-11-30 08:00"),
        ("Europe/London", "2026-11-26 08:00", "2026-11-30 08:00"),
        ("Asia/Tokyo", "2026-11-27 08:00", "2026-11-30 14:00"),
        ("Pacific/Auckland", "2026-11-27 08:00", "2026-11-30 18:00"),
    ],
)
def test_a_report_leaves_at_eight_where_the_recipient_is_once_the_business_day_is_over(zone: str, daily: str, weekly: str):
    """At 8:00 in Tokyo it is 18:00 the day before in New York; its Monday is where the business week ends at 14:00."""
    recipient = somebody_in(zone)
    local = [
        recipient.due_at(kind, first, NEW_YORK).astimezone(ZoneInfo(zone))
        for kind, first in ((DAILY, date(2026, 11, 25)), (WEEKLY, date(2026, 11, 23)))
    ]
    assert [f"{at:%Y-%m-%d %H:%M}" for at in local] == [daily, weekly]


@pytest.mark.parametrize(
    "zone", ["America/New_York", "America/Los_Angeles", "Europe/London", "Asia/Tehran", "Asia/Tokyo", "Australia/Sydney"]
)
def test_every_day_of_a_year_is_due_once_at_eight_and_in_order(zone: str):
    """In Tehran 8:00 is before midnight in New York in winter and after it in summer."""
    recipient = somebody_in(zone)
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    due = [recipient.due_at(DAILY, day, NEW_YORK) for day in days]
    assert due == sorted(due)
    assert {at.astimezone(ZoneInfo(zone)).time() for at in due} == {time(8)}
    assert all(timedelta(0) <= at - DAILY.span(day, NEW_YORK).end < timedelta(hours=25) for day, at in zip(days, due, strict=True))


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo", "Pacific/Auckland", "Pacific/Honolulu"])
def test_every_week_of_a_year_is_due_on_a_monday(zone: str):
    recipient = somebody_in(zone)
    for n in range(52):
        monday = date(2026, 1, 5) + timedelta(weeks=n)
        at = recipient.due_at(WEEKLY, monday, NEW_YORK)
        assert at.astimezone(ZoneInfo(zone)).date() == monday + timedelta(weeks=1)
        assert at >= WEEKLY.span(monday, NEW_YORK).end


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 3, 7), datetime(2026, 3, 8, 12, tzinfo=UTC)),
        (date(2026, 3, 6), datetime(2026, 3, 7, 13, tzinfo=UTC)),
        (date(2026, 10, 31), datetime(2026, 11, 1, 13, tzinfo=UTC)),
        (date(2026, 10, 30), datetime(2026, 10, 31, 12, tzinfo=UTC)),
    ],
    ids=["clocks go forward that night", "the day before", "clocks go back that night", "the day before that"],
)
def test_eight_stays_eight_on_the_morning_after_a_change_of_the_clocks(day: date, due: datetime):
    assert somebody_in("America/New_York").due_at(DAILY, day, NEW_YORK) == due


def test_the_last_complete_week_is_the_one_before_this_monday():
    monday_morning = datetime(2026, 11, 23, 6, tzinfo=UTC)
    assert WEEKLY.last_complete(monday_morning, NEW_YORK) == date(2026, 11, 16)
    assert WEEKLY.last_complete(monday_morning - timedelta(hours=2), NEW_YORK) == date(2026, 11, 9)
    assert DAILY.last_complete(monday_morning, NEW_YORK) == date(2026, 11, 22)


def test_the_recipients_of_this_checkout_can_be_read():
    listed = Reference().table(RecipientList).recipients
    assert {report for recipient in listed for report in recipient.reports} == {"daily", "weekly"}


def entry(name: str, **more: object) -> ListedRecipient:
    return ListedRecipient.model_validate({"name": name, "role": "VP", "zone": "UTC", "reports": ["daily"], **more})


def test_only_who_has_an_address_is_a_recipient_and_each_person_is_one():
    listed = RecipientList(recipients=(entry("one"), entry("two"), entry("three")))
    found = recipients_of(listed, {"one": "a@b.example", "three": "A@B.example"}, b"secret")
    assert [(each.address, each.key) for each in found] == [("a@b.example", recipient_key("a@b.example", b"secret"))]


def test_a_recipients_key_does_not_reveal_the_address_and_belongs_to_one_secret():
    key = recipient_key("dana@readers.example", b"secret")
    assert "dana" not in key
    assert key != recipient_key("dana@readers.example", b"another")


@pytest.mark.parametrize("wrong", [{"zone": "America/Gotham"}, {"reports": []}, {"reports": ["monthly"]}, {"name": "Dana Ortiz"}])
def test_an_entry_that_cannot_be_sent_to_is_refused(wrong: dict[str, object]):
    with pytest.raises(ValueError, match="validation error"):
        entry(**{"name": "one", **wrong})  # pyright: ignore[reportArgumentType]
