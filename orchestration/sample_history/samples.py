"""Sample the platform once a minute: queue, active calls, worker health, circuits, dead letters. Pure.

A line holds until the next one. One is written when something other than the number of calls changes; otherwise the calls and the
queue are sampled every five minutes, when they changed, and one is written every half hour, so that a missing sample can be told
from an unchanged one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from contract.platform.times import moment_text
from orchestration.sample_history.incidents import (
    CIRCUITS,
    AnyIncident,
    ApiFailure,
    DeadLetters,
    Outage,
    QueueBacklog,
)

MINUTE = timedelta(minutes=1)
"""The finest step of a sample: rules look at most every two minutes."""
COARSE_MINUTES = 5
"""Minutes between samples of what changes with every call: a month of 2,000 calls a day then has 9,000 lines, not 43,000."""
HEARTBEAT_MINUTES = 30
"""Minutes after which a line is written even when nothing changed."""
_SAMPLE_KNOWN_AFTER = timedelta(seconds=5)
"""From a sample to when it is known: one request to each source."""

Moments = Sequence[datetime]
Sample = dict[str, Any]


class CallTimes:
    """When calls started, ended and became known, each sorted, so that a minute's counts are three look-ups."""

    def __init__(self, starts: Moments, ends: Moments, delivered: Sequence[tuple[datetime, datetime]]) -> None:
        """``delivered`` are (end, known at) of the calls that went through the queue without a delay."""
        self._starts, self._ends = sorted(starts), sorted(ends)
        self._delivered = sorted(delivered)

    def active(self, moment: datetime) -> int:
        """Return how many calls are under way."""
        return bisect_right(self._starts, moment) - bisect_right(self._ends, moment)

    def waiting_since(self, moment: datetime) -> list[datetime]:
        """Return the ends of the calls that wait in the queue, the oldest first."""
        recent = self._delivered[
            bisect_right(self._delivered, (moment - MINUTE, moment)) : bisect_right(self._delivered, (moment, moment))
        ]
        return [end for end, known in recent if known > moment]


def samples(begin: datetime, end: datetime, calls: CallTimes, incidents: Sequence[AnyIncident]) -> Iterator[Sample]:
    """Yield the lines of the minutes in ``[begin, end)``; the first minute always has one."""
    written: Sample | None = None
    for number in range(int((end - begin) / MINUTE)):
        moment = begin + number * MINUTE
        state = _state(moment, calls, incidents)
        if written is None or _is_due(number, state, written):
            written = state
            yield {"at": moment_text(moment), "known_at": moment_text(moment + _SAMPLE_KNOWN_AFTER), **state}


def _is_due(number: int, state: Sample, written: Sample) -> bool:
    if number % HEARTBEAT_MINUTES == 0 or any(
        state[name] != written[name] for name in ("worker_health", "circuits", "dead_letters")
    ):
        return True
    jump = abs(state["queue_depth"] - written["queue_depth"]) > _QUEUE_STEP
    return jump or (number % COARSE_MINUTES == 0 and state != written)


_QUEUE_STEP = 20
"""Messages by which the queue must grow or shrink to be written at once: more than calls of one minute, less than a backlog."""


def _state(moment: datetime, calls: CallTimes, incidents: Sequence[AnyIncident]) -> Sample:
    now = [incident for incident in incidents if incident.contains(moment)]
    waiting = calls.waiting_since(moment)
    backlogs = [incident for incident in now if isinstance(incident, QueueBacklog)]
    oldest = min([*waiting, *(backlog.start for backlog in backlogs)], default=moment)
    failing = {incident.api for incident in now if isinstance(incident, ApiFailure)}
    return {
        "queue_depth": len(waiting) + sum(backlog.depth for backlog in backlogs),
        "queue_age_seconds": round((moment - oldest).total_seconds()),
        "active_calls": calls.active(moment),
        "worker_health": "gone" if any(isinstance(i, Outage) and i.worker_health == "gone" for i in now) else "up",
        "circuits": {api: "open" if api in failing else "closed" for api in CIRCUITS},
        "dead_letters": sum(incident.count for incident in now if isinstance(incident, DeadLetters)),
    }
