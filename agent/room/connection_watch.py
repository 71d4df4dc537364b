"""Record LiveKit's statistics of the agent's leg every ten seconds, and its rating of the caller's connection."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterable
from typing import Any

from livekit import rtc

from agent.recording.recorder import Recorder

log = logging.getLogger(__name__)

EVERY_SECONDS = 10.0
"""Seconds between two reports (spec 1.6 asks for figures of the call, so more would only fill the spool)."""
TIMEOUT_SECONDS = 5.0
"""Seconds to wait for a report: half the interval, so that reports never overlap."""


def figures(stats: Iterable[Any]) -> dict[str, float | int | None]:
    """Sum bytes and packets over the streams of one report, with the worst jitter (ms); None for what none reports (spec 1.6)."""
    entries = list(stats)
    inbound = [entry.inbound_rtp for entry in entries if entry.HasField("inbound_rtp")]
    outbound = [entry.outbound_rtp for entry in entries if entry.HasField("outbound_rtp")]
    jitters = [stream.received.jitter * 1000 for stream in inbound]
    return {
        "bytes_received": sum(stream.inbound.bytes_received for stream in inbound) if inbound else None,
        "bytes_sent": sum(stream.sent.bytes_sent for stream in outbound) if outbound else None,
        "packets_received": sum(stream.received.packets_received for stream in inbound) if inbound else None,
        "packets_lost": sum(stream.received.packets_lost for stream in inbound) if inbound else None,
        "jitter": max(jitters) if jitters else None,
    }


async def watch_connection(room: rtc.Room, recorder: Recorder) -> None:
    """Record figures until cancelled. A report that is late or fails is skipped."""

    def on_quality(participant: rtc.Participant | None, quality: int) -> None:
        if participant is not None and participant.identity in room.remote_participants:
            recorder.note("quality", quality=rtc.ConnectionQuality(quality).name.removeprefix("QUALITY_").lower())

    room.on("connection_quality_changed", on_quality)
    try:
        while True:
            await _report(room, recorder)
            await asyncio.sleep(EVERY_SECONDS)
    finally:
        with contextlib.suppress(KeyError, ValueError):
            room.off("connection_quality_changed", on_quality)


async def _report(room: rtc.Room, recorder: Recorder) -> None:
    try:
        report = await asyncio.wait_for(room.get_rtc_stats(), TIMEOUT_SECONDS)
    except Exception as error:  # the room may be closing; figures are never worth a call
        log.debug("no connection report: %s", type(error).__name__)
        return
    recorder.note("connection", **figures([*report.publisher_stats, *report.subscriber_stats]))
