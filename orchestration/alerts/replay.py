"""Replay rules over a history: what would have fired, as of when each call became known. Pure; sends and stores nothing.

Events are sorted once and added to a timeline, and each evaluation looks at slices of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from typing import Any

from orchestration.alerts.business import Alert
from orchestration.alerts.digests import digest_of
from orchestration.alerts.episodes import Episodes, Transition, alert_of, evaluate
from orchestration.alerts.rules import FAST_MINUTES, HOURLY, SLOW_MINUTES, AlertRule, AlertRules
from orchestration.alerts.timeline import Sample, Timeline
from orchestration.rules.business_hours import BusinessHours
from orchestration.rules.goals import Budgets
from orchestration.state.recent_calls import WatchedCall

_MINUTE = timedelta(minutes=1)  # schedules evaluate at full minutes


@dataclass(frozen=True)
class KnownStart:
    """The start of a call, known by its marker from ``known_at`` on."""

    known_at: datetime
    call_key: str
    started_at: datetime


@dataclass(frozen=True)
class KnownAlert:
    """A business alert, and when the call it is of became known."""

    known_at: datetime
    ended_at: datetime
    alert: Alert


@dataclass
class PastCalls:
    """A history in any order; ``known_by`` counts what told when a call became known."""

    calls: list[WatchedCall] = field(default_factory=list[WatchedCall])
    starts: list[KnownStart] = field(default_factory=list[KnownStart])
    samples: list[Sample] = field(default_factory=list[Sample])
    alerts: list[KnownAlert] = field(default_factory=list[KnownAlert])
    known_by: dict[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True)
class Fired:
    """One alert that would have fired; ``resolved_at`` is None when it fires to the end. What is told once resolves at once.

    ``alert`` is what channels would have got.
    """

    rule: str
    subject: str
    severity: str
    fired_at: datetime
    resolved_at: datetime | None
    n: int | None
    value: float | None
    detected_after: timedelta | None = None
    alert: Alert | None = field(default=None, compare=False)

    def line(self) -> dict[str, Any]:
        """Return the JSON object of this alert."""
        resolved = self.resolved_at.isoformat() if self.resolved_at else None
        times = {"fired_at": self.fired_at.isoformat(), "resolved_at": resolved}
        return {"rule": self.rule, "subject": self.subject, "severity": self.severity, **times, "n": self.n, "value": self.value}


def replay(
    rules: AlertRules, business: BusinessHours, budgets: Budgets, zone: tzinfo, past: PastCalls, first: datetime, last: datetime
) -> list[Fired]:
    """Return what would have fired after ``first`` and until ``last``, by time; what was known before tells what is normal."""
    timeline = Timeline(zone, timedelta(minutes=rules.late_after), budgets)
    feed = _Feed(timeline, past)
    fired: list[Fired] = []
    transitions: list[Transition] = []
    episodes: Episodes = {}
    for now in _ticks(first, last):
        feed.until(now)
        slow = now.minute % SLOW_MINUTES == 0
        evaluated = evaluate(rules, business, timeline, episodes, now, lambda rule, slow=slow: slow or rule.every == FAST_MINUTES)
        episodes = evaluated.episodes
        transitions += evaluated.transitions
        if now.minute % HOURLY == 0:
            fired += _digests(rules, timeline, now)
    fired += _watched(transitions)
    fired += _business(rules, past.alerts, first, last)
    return sorted(fired, key=lambda one: (one.fired_at, one.severity, one.rule, one.subject))


class _Feed:
    """Adds what became known to the timeline, in the order of time."""

    def __init__(self, timeline: Timeline, past: PastCalls) -> None:
        events: list[tuple[datetime, str, Callable[[], None]]] = []
        events += [(one.known_at, one.call_key, lambda one=one: timeline.add_call(one)) for one in past.calls]
        events += [
            (one.known_at, one.call_key, lambda one=one: timeline.add_start(one.call_key, one.started_at)) for one in past.starts
        ]
        events += [(one.known_at, "", lambda one=one: setattr(timeline, "sample", one)) for one in past.samples]
        self._events = sorted(events, key=lambda event: event[:2])
        self._next = 0

    def until(self, now: datetime) -> None:
        while self._next < len(self._events) and self._events[self._next][0] <= now:
            self._events[self._next][2]()
            self._next += 1


def _ticks(first: datetime, last: datetime) -> Iterator[datetime]:
    """Yield the minutes at which schedules would evaluate: every second and every fifth of each hour."""
    now = first.replace(second=0, microsecond=0)
    while (now := now + _MINUTE) <= last:
        if now.minute % FAST_MINUTES == 0 or now.minute % SLOW_MINUTES == 0:
            yield now


def _digests(rules: AlertRules, timeline: Timeline, now: datetime) -> Iterator[Fired]:
    for rule in rules.digests:
        if digest := digest_of(rule, timeline, now):
            yield Fired(rule.name, "", rule.severity, now, now, digest.n, digest.value, alert=digest.alert)


def _watched(transitions: Sequence[Transition]) -> list[Fired]:
    ends = {(t.episode.key, t.episode.first_window): t.at for t in transitions if t.change == "resolved"}
    return [
        Fired(
            t.rule.name,
            t.episode.subject,
            t.rule.severity,
            t.at,
            ends.get((t.episode.key, t.episode.first_window)),
            t.episode.n,
            t.episode.value,
            _detected_after(t),
            alert_of(t.rule, t.episode, t.at),
        )
        for t in transitions
        if t.change == "fired"
    ]


def _detected_after(transition: Transition) -> timedelta:
    """Return the time from the first sign, which the condition names where it knows it, to the alert."""
    began = transition.episode.facts.get("since")
    return transition.at - (datetime.fromisoformat(began) if began else transition.episode.first_window)


def _business(rules: AlertRules, alerts: Sequence[KnownAlert], first: datetime, last: datetime) -> Iterator[Fired]:
    known: dict[str, AlertRule] = {rule.name: rule for rule in rules.rules}
    late_after = timedelta(minutes=rules.late_after)
    for one in alerts:
        rule = known.get(one.alert.alert_name)
        if rule and first < one.known_at <= last and one.known_at - one.ended_at <= late_after:
            score = one.alert.context.get("lead_score")
            delay = one.known_at - one.ended_at
            alert = replace(one.alert, context={**one.alert.context, "action": rule.action})
            yield Fired(rule.name, _subject(alert), rule.severity, one.known_at, one.known_at, 1, score, delay, alert)


def _subject(alert: Alert) -> str:
    competitor = alert.context.get("competitor")
    return f"{alert.session_id} {competitor}" if competitor else alert.session_id or ""


def pages_a_week(fired: Sequence[Fired], first: datetime, last: datetime) -> float:
    """Return how many P1 alerts would have come in a week."""
    weeks = (last - first) / timedelta(weeks=1)
    return sum(one.severity == "P1" for one in fired) / weeks if weeks > 0 else 0.0


def difference(one: Sequence[Fired], other: Sequence[Fired]) -> Mapping[str, list[Fired]]:
    """Return what fires under the one rules only, and under the other only; another time or end is a difference too."""
    return {"removed": [fired for fired in one if fired not in other], "added": [fired for fired in other if fired not in one]}
