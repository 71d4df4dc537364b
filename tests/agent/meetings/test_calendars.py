import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp.test_utils import TestServer

from agent.meetings.booking import Booking, MeetingRequest
from agent.meetings.embedded import EmbeddedCalendar
from agent.meetings.google_calendar import GoogleCalendar
from agent.meetings.google_token import ServiceAccount
from agent.meetings.wording import UnclearTime
from agent.outbound import TimeBounds
from contract.platform.failures import PermanentFailure, TransientFailure
from tests.fakes.google_calendar import FakeGoogle

NOW = datetime(2026, 11, 20, 15, 4, tzinfo=UTC)
WISH = MeetingRequest("Dana Ortiz", "dana@northlight.example", "next Tuesday", "2pm")
HALF_HOUR = timedelta(minutes=30)


def google(fake: FakeGoogle, folder: Path, *keys: str, bounds: TimeBounds | None = None) -> list[Booking]:
    async def run() -> list[Booking]:
        server = TestServer(fake.app())
        await server.start_server(shutdown_timeout=0.01)
        base = str(server.make_url("")).rstrip("/")
        file = folder / "key.json"
        file.write_text(json.dumps(fake.credentials(base)))
        account = ServiceAccount.of_file(file, "sales@us.example")
        calendar = GoogleCalendar("sales@us.example", account, HALF_HOUR, bounds or TimeBounds(1.0, first_wait=0.01), base)
        try:
            return [await calendar.book(WISH, now=NOW, zone=UTC, key=key) for key in keys]
        finally:
            await server.close()

    return asyncio.run(run())


def test_google_books_with_a_link_and_one_token(tmp_path: Path):
    fake = FakeGoogle()
    first, second = google(fake, tmp_path, "a", "b")
    assert first.meeting_time.isoformat() == "2026-11-24T14:00:00+00:00"
    assert second.meeting_time == first.meeting_time + HALF_HOUR
    assert first.meeting_link == "https://meet.google.com/abc"
    assert (fake.tokens, fake.subjects) == (1, ["sales@us.example"])


def test_a_retry_after_a_lost_answer_books_once(tmp_path: Path):
    fake = FakeGoogle()
    fake.faults = ["lost_answer"]
    (booked,) = google(fake, tmp_path, "a", bounds=TimeBounds(0.3, first_wait=0.01))
    assert list(fake.events) == [booked.calendar_event_id]


def test_the_same_key_is_the_same_meeting(tmp_path: Path):
    fake = FakeGoogle()
    first, again = google(fake, tmp_path, "a", "a")
    assert first == again


def test_a_busy_day_is_refused(tmp_path: Path):
    fake = FakeGoogle()
    fake.busy = [{"start": "2026-11-24T08:00:00Z", "end": "2026-11-24T18:00:00Z"}]
    with pytest.raises(PermanentFailure, match="no free slot"):
        google(fake, tmp_path, "a")


@pytest.mark.parametrize(("fault", "failure"), [(500, TransientFailure), (403, PermanentFailure)])
def test_a_booking_that_fails_says_whether_it_may_be_tried_again(tmp_path: Path, fault: int, failure: type[Exception]):
    fake = FakeGoogle()
    fake.faults = [fault] * 4
    with pytest.raises(failure):
        google(fake, tmp_path, "a")
    assert not fake.events


def test_files_are_booked_once_and_slots_respected(tmp_path: Path):
    async def run() -> list[Booking]:
        calendar = EmbeddedCalendar(tmp_path / "meetings", HALF_HOUR, "http://localhost:8080")
        return [await calendar.book(WISH, now=NOW, zone=UTC, key=key) for key in ("a", "a", "b")]

    first, again, other = asyncio.run(run())
    assert first == again
    assert other.meeting_time == first.meeting_time + HALF_HOUR
    assert first.meeting_link == f"http://localhost:8080/meetings/{first.calendar_event_id}"
    assert {file.stem for file in (tmp_path / "meetings").iterdir()} == {first.calendar_event_id, other.calendar_event_id}


def test_an_unusable_address_is_refused_before_anything_is_booked(tmp_path: Path):
    wish = MeetingRequest("Dana", "dana at example", None, None)
    with pytest.raises(PermanentFailure, match="e-mail"):
        asyncio.run(EmbeddedCalendar(tmp_path, HALF_HOUR).book(wish, now=NOW, zone=UTC, key="a"))


def test_a_booking_cut_off_by_the_total_bound_is_found_by_the_next(tmp_path: Path):
    fake = FakeGoogle()
    fake.faults = ["lost_answer"]
    with pytest.raises(TransientFailure):
        google(fake, tmp_path, "a", bounds=TimeBounds(5.0, total=0.3))
    (booked,) = google(fake, tmp_path, "a")
    assert list(fake.events) == [booked.calendar_event_id]


def wish(day: str, time: str | None) -> MeetingRequest:
    return MeetingRequest("Dana Ortiz", "dana@northlight.example", day, time)


def test_a_taken_hour_is_moved_and_the_booking_says_so(tmp_path: Path):
    async def run() -> list[Booking]:
        calendar = EmbeddedCalendar(tmp_path, HALF_HOUR)
        return [await calendar.book(WISH, now=NOW, zone=UTC, key=key) for key in ("a", "b")]

    first, other = asyncio.run(run())
    assert (first.wanted, other.wanted) == (None, first.meeting_time)


def test_google_says_too_when_the_hour_was_taken(tmp_path: Path):
    first, second = google(FakeGoogle(), tmp_path, "a", "b")
    assert (first.wanted, second.wanted) == (None, first.meeting_time)


def test_a_range_without_a_free_slot_is_asked_and_never_booked_outside_it(tmp_path: Path):
    async def run() -> list[datetime]:
        calendar = EmbeddedCalendar(tmp_path, HALF_HOUR)
        asked = wish("Tuesday", "between two and three")
        booked = [(await calendar.book(asked, now=NOW, zone=UTC, key=key)).meeting_time for key in ("a", "b")]
        with pytest.raises(UnclearTime, match="no free slot"):
            await calendar.book(asked, now=NOW, zone=UTC, key="c")
        return booked

    assert [f"{start:%H:%M}" for start in asyncio.run(run())] == ["14:00", "14:30"]
    assert len(list(tmp_path.glob("*.ics"))) == 2


def test_an_unclear_day_books_nothing(tmp_path: Path):
    with pytest.raises(UnclearTime):
        asyncio.run(EmbeddedCalendar(tmp_path, HALF_HOUR).book(wish("Friday the 5th", "2pm"), now=NOW, zone=UTC, key="a"))
    assert not list(tmp_path.iterdir())
