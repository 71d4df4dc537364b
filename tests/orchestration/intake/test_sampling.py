"""Each minute: calls under way, depth and age of the queue; null where a source tells nothing, never 0."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
import orjson
import pytest
from livekit import api
from livekit.api import TokenVerifier
from sqlalchemy import select

from contract.document.delivery import mark_start
from orchestration.defs.announced import take_in_announced
from orchestration.intake.active_calls import active_calls
from orchestration.intake.discovery import discover
from orchestration.intake.sampling import sample_minute
from orchestration.resources import Platform
from orchestration.state.builds import build_due, latest_change
from orchestration.state.live_samples import ACTIVE_CALLS, KEPT, QUEUE_AGE, QUEUE_DEPTH, Sampled, raise_age, record_samples
from orchestration.state.tables import LIVE_SAMPLES
from tests.support.documents import NOW, put, session
from tests.support.queues import Queues

KEY, SECRET = "key", "secret-of-no-account-with-32-characters"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def without_livekit(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LIVEKIT_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"):
        monkeypatch.delenv(name, raising=False)


def samples(platform: Platform) -> dict[str, tuple[str, float | None]]:
    """The samples of one minute, by measure."""
    c = LIVE_SAMPLES.c
    with platform.state.reading() as connection:
        rows = connection.execute(select(c.measure, c.source, c.value)).tuples().all()
    assert len({measure for measure, *_ in rows}) == len(rows)
    return {measure: (source, value) for measure, source, value in rows}


def with_queue(platform: Platform, queues: Queues, *, cloudwatch: bool = False) -> Platform:
    settings = platform.settings.model_copy(update={"queue_url": queues.url, "queue_cloudwatch": cloudwatch})
    found = Platform(settings)
    found.__dict__["state"] = platform.state
    return found


def sampled(platform: Platform, now: datetime = NOW) -> int:
    return sample_minute(platform.state, platform.queue, platform.settings, now)


def started(platform: Platform, session_id: str, start: datetime) -> None:
    mark_start(platform.store, session_id, start, None, None, session_id)


def test_without_a_queue_only_calls_are_sampled(platform: Platform):
    assert sampled(platform) == 1
    assert samples(platform) == {ACTIVE_CALLS: ("start_markers", 0.0)}


def test_starts_without_a_document_are_calls_under_way(platform: Platform):
    for session_id, minutes in (("now", 3), ("before", 50), ("ended", 40), ("lost", 200), ("not_yet", -10)):
        started(platform, session_id, NOW - minutes * MINUTE)
    put(platform, session("ended", NOW - 40 * MINUTE))
    discover(platform.store, platform.state, NOW)
    assert active_calls(platform.state, NOW) == ("start_markers", 2.0)


def test_the_depth_of_the_queue_is_sampled_once_a_minute(platform: Platform, queues: Queues):
    own = with_queue(platform, queues)
    queues.send("poison")
    queues.announce(session("one"))
    assert sampled(own) == 3
    assert samples(own)[QUEUE_DEPTH] == ("sqs", 2.0)
    queues.announce(session("two"))
    assert sampled(own, NOW + timedelta(seconds=20)) == 0
    assert samples(own)[QUEUE_DEPTH] == ("sqs", 2.0)


def test_nothing_received_is_no_age_and_the_oldest_received_message_is_one(
    platform: Platform, queues: Queues, monkeypatch: pytest.MonkeyPatch
):
    own = with_queue(platform, queues)
    sampled(own)
    assert samples(own)[QUEUE_AGE] == ("sqs", None)
    queues.announce(session("one"))
    sent = datetime.fromtimestamp(own_message_time(queues), NOW.tzinfo)
    monkeypatch.setattr(Platform, "now", lambda self: sent + timedelta(seconds=90))
    assert take_in_announced(own) == 1
    with own.state.reading() as connection:
        values = connection.execute(select(LIVE_SAMPLES.c.value).where(LIVE_SAMPLES.c.measure == QUEUE_AGE)).scalars().all()
    assert sorted(round(value) for value in values if value is not None) == [90]


def own_message_time(queues: Queues) -> float:
    """When the only message was sent, in seconds since 1970; it can be received again at once."""
    answer = queues.client.receive_message(QueueUrl=queues.url, VisibilityTimeout=0, AttributeNames=["SentTimestamp"])
    return int(answer["Messages"][0]["Attributes"]["SentTimestamp"]) / 1000


def test_the_highest_age_of_a_minute_stays(platform: Platform):
    with platform.state.writing() as connection:
        for seconds in (5.0, 70.0, 12.0):
            raise_age(connection, "sqs", seconds, NOW)
    assert samples(platform) == {QUEUE_AGE: ("sqs", 70.0)}


def test_an_age_that_was_seen_takes_the_place_of_none(platform: Platform):
    with platform.state.writing() as connection:
        record_samples(connection, {QUEUE_AGE: ("sqs", None)}, NOW)
        raise_age(connection, "sqs", 0.0, NOW + timedelta(seconds=30))
    assert samples(platform) == {QUEUE_AGE: ("sqs", 0.0)}


def test_cloudwatch_tells_the_age_when_it_is_configured(platform: Platform, queues: Queues):
    own = with_queue(platform, queues, cloudwatch=True)
    cloudwatch = boto3.client("cloudwatch")
    dimensions = [{"Name": "QueueName", "Value": queues.url.rsplit("/", 1)[-1]}]
    for minutes, age in ((3, 40.0), (1, 95.0), (30, 900.0)):
        metric = {"MetricName": "ApproximateAgeOfOldestMessage", "Dimensions": dimensions, "Value": age}
        cloudwatch.put_metric_data(Namespace="AWS/SQS", MetricData=[{**metric, "Timestamp": NOW - minutes * MINUTE}])
    sampled(own)
    assert samples(own)[QUEUE_AGE] == ("cloudwatch", 95.0)


def test_a_queue_that_cannot_be_asked_gives_no_figures(platform: Platform, queues: Queues, monkeypatch: pytest.MonkeyPatch):
    own = with_queue(platform, queues)
    queues.client.delete_queue(QueueUrl=queues.url)
    assert take_in_announced(own) == 0
    sampled(own)
    assert samples(own) == {ACTIVE_CALLS: ("start_markers", 0.0), QUEUE_DEPTH: ("sqs", None), QUEUE_AGE: ("sqs", None)}


def test_samples_stay_seven_days(platform: Platform):
    sampled(platform, NOW - KEPT - MINUTE)
    sampled(platform, NOW - KEPT + MINUTE)
    sampled(platform, NOW)
    with platform.state.reading() as connection:
        kept = connection.execute(select(LIVE_SAMPLES.c.sampled_at).order_by(LIVE_SAMPLES.c.sampled_at)).scalars().all()
    assert kept == [NOW - KEPT + MINUTE, NOW]


def test_a_change_makes_a_build_due_every_five_minutes_and_an_unchanged_figure_none(platform: Platform):
    """The minutes 12:00 to 12:14: a call begins at 12:02 and ends at 12:08."""
    changes: list[int] = []
    for minute in range(15):
        figures: Sampled = {ACTIVE_CALLS: ("livekit_api", 1.0 if 2 <= minute < 8 else 0.0), QUEUE_AGE: ("sqs", None)}
        with platform.state.writing() as connection:
            before = latest_change(connection)
            record_samples(connection, figures, NOW + minute * MINUTE)
            if latest_change(connection) != before:
                changes.append(minute)
    assert changes == [5, 10]
    with platform.state.reading() as connection:
        assert build_due(connection)


class Rooms(BaseHTTPRequestHandler):
    """LiveKit's RoomService/ListRooms (docs.livekit.io, 'Room management'): Twirp, in protobuf."""

    refuses = False

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        claims = TokenVerifier(KEY, SECRET).verify(self.headers["Authorization"].removeprefix("Bearer "))
        right = self.path == "/twirp/livekit.RoomService/ListRooms" and bool(claims.video and claims.video.room_list)
        rooms = [
            api.Room(name="call", num_participants=1),
            api.Room(name="two", num_participants=2),
            api.Room(name="agent only"),
        ]
        body = api.ListRoomsResponse(rooms=rooms).SerializeToString()
        if self.refuses or not right:
            body = orjson.dumps({"code": "unauthenticated", "msg": "permissions denied"})
        self.send_response(200 if right and not self.refuses else 401)
        self.send_header("Content-Type", "application/protobuf" if right and not self.refuses else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def livekit(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Rooms]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Rooms)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    for name, value in (
        ("LIVEKIT_URL", f"ws://127.0.0.1:{server.server_port}"),
        ("LIVEKIT_API_KEY", KEY),
        ("LIVEKIT_API_SECRET", SECRET),
    ):
        monkeypatch.setenv(name, value)
    yield Rooms
    server.shutdown()
    thread.join()
    server.server_close()


def test_livekit_tells_the_calls_under_way_when_it_is_configured(platform: Platform, livekit: type[Rooms]):
    assert active_calls(platform.state, NOW) == ("livekit_api", 2.0)


def test_a_livekit_that_refuses_gives_no_figure(platform: Platform, livekit: type[Rooms], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(livekit, "refuses", True)
    assert active_calls(platform.state, NOW) == ("livekit_api", None)


def test_a_livekit_that_is_not_there_gives_no_figure(platform: Platform, livekit: type[Rooms], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LIVEKIT_URL", "ws://127.0.0.1:9")
    assert active_calls(platform.state, NOW) == ("livekit_api", None)
