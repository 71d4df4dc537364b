"""What LiveKit's reports of a connection say, in LiveKit's own messages."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from livekit import rtc
from livekit.rtc._proto.stats_pb2 import RtcStats

from agent.recording.recorder import Recorder
from agent.room.connection_watch import figures, watch_connection
from agent.spool import Spool


def inbound(received: int, packets: int, lost: int, jitter: float) -> RtcStats:
    stats = RtcStats()
    stats.inbound_rtp.inbound.bytes_received = received
    stats.inbound_rtp.received.packets_received = packets
    stats.inbound_rtp.received.packets_lost = lost
    stats.inbound_rtp.received.jitter = jitter
    return stats


def outbound(sent: int) -> RtcStats:
    stats = RtcStats()
    stats.outbound_rtp.sent.bytes_sent = sent
    return stats


def other() -> RtcStats:
    stats = RtcStats()
    stats.candidate_pair.candidate_pair.bytes_received = 7
    return stats


def test_streams_of_one_report_are_summed_and_jitter_is_the_worst_in_milliseconds():
    assert figures([inbound(1000, 99, 1, 0.014), inbound(500, 49, 0, 0.002), outbound(2000), other()]) == {
        "bytes_received": 1500,
        "bytes_sent": 2000,
        "packets_received": 148,
        "packets_lost": 1,
        "jitter": 14.0,
    }


def test_what_no_stream_reports_is_null_and_never_zero():
    assert set(figures([other()]).values()) == {None}
    assert figures([outbound(5)])["bytes_received"] is None


class Room(rtc.EventEmitter[Any]):
    """A room whose first report never comes and whose second fails."""

    def __init__(self) -> None:
        super().__init__()
        self.remote_participants = {"caller": object()}
        self.asked = 0

    async def get_rtc_stats(self) -> Any:
        self.asked += 1
        if self.asked == 1:
            await asyncio.Event().wait()
        if self.asked == 2:
            raise RuntimeError("the room is closing")

        return SimpleNamespace(publisher_stats=[outbound(20)], subscriber_stats=[inbound(10, 1, 0, 0.0)])


class Someone:
    def __init__(self, identity: str) -> None:
        self.identity = identity


def test_reports_that_hang_or_fail_are_only_missing_and_quality_is_the_callers(tmp_path: Path, monkeypatch: Any):
    monkeypatch.setattr("agent.room.connection_watch.EVERY_SECONDS", 0.01)
    monkeypatch.setattr("agent.room.connection_watch.TIMEOUT_SECONDS", 0.01)
    spool = Spool.open(tmp_path, "room")
    room: Any = Room()

    async def watched() -> None:
        watching = asyncio.create_task(watch_connection(room, Recorder(spool)))
        while not any(row["kind"] == "connection" for row in spool.rows()):
            await asyncio.sleep(0.005)
        for who in (None, Someone("agent"), Someone("caller")):
            room.emit("connection_quality_changed", who, rtc.ConnectionQuality.QUALITY_POOR)
        watching.cancel()
        await asyncio.wait([watching])
        room.emit("connection_quality_changed", Someone("caller"), rtc.ConnectionQuality.QUALITY_LOST)

    asyncio.run(watched())
    assert room.asked >= 3
    assert [row["quality"] for row in spool.rows() if row["kind"] == "quality"] == ["poor"]
