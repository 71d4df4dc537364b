"""Evaluate the watched rules and digests now, and record every change: episode, alert and outbox entry in one transaction.

``alerts`` is the outbox: a channel takes up each row in the version that its changes give it. A process killed before the
transaction leaves nothing, and two at once write one after the other, so that an episode is entered once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, String, cast, func, select

from orchestration.alerts.digests import Digest, digest_of
from orchestration.alerts.episodes import Episode, Transition, alert_of, evaluate
from orchestration.alerts.history import record_alerts
from orchestration.alerts.rules import SLOW_MINUTES, AlertRule, AlertRules
from orchestration.alerts.timeline import HOUR, HourTotals, Sample, Timeline, hour_of
from orchestration.resources import Platform
from orchestration.rules.business_hours import BusinessHours
from orchestration.rules.goals import Goals
from orchestration.state.alerting import release, resolve, silences, store_episodes, stored_episodes
from orchestration.state.recent_calls import KEPT, calls_ended_since
from orchestration.state.tables import RECENT_CALLS, STARTS

_LATE_DIGESTS = 4  # hours that are made up for when the schedules stood still: what is older is no news


@dataclass(frozen=True)
class Watched:
    """What one evaluation recorded."""

    fired: int = 0
    silenced: int = 0
    resolved: int = 0
    digests: int = 0


def watch(platform: Platform, sample: Sample | None, now: datetime, *, slow: bool = True) -> Watched:
    """Evaluate the rules and the digests that are due; ``slow`` ones, those of operations, only when asked for."""
    rules, business = platform.reference.table(AlertRules), platform.reference.table(BusinessHours)
    with platform.state.writing() as connection:
        timeline = timeline_of(connection, rules, platform, now)
        timeline.sample = sample
        before = {(row["rule"], row["subject"]): Episode(**row) for row in stored_episodes(connection)}
        evaluated = evaluate(rules, business, timeline, before, now, lambda rule: slow or rule.every < SLOW_MINUTES)
        if evaluated.episodes != before:
            store_episodes(connection, [asdict(episode) for episode in evaluated.episodes.values()])
        silenced = silences(connection, now)
        for transition in evaluated.transitions:
            _record(connection, transition, silenced)
        digests = list(_digests(timeline, rules, now))
        new = sum(record_alerts(connection, [one.alert], _by(silenced, one.rule)) for one in digests)
    counts = [sum(one.change == change for one in evaluated.transitions) for change in ("fired", "silenced", "resolved")]
    return Watched(*counts, digests=new)


def timeline_of(connection: Connection, rules: AlertRules, platform: Platform, now: datetime) -> Timeline:
    """Return what is known now: the calls of the last hours one by one, those before them by the hour."""
    late_after = timedelta(minutes=rules.late_after)
    longest = max([rule.memory for rule in rules.watched] + [_LATE_DIGESTS * HOUR])
    timeline = Timeline(platform.settings.business_zone, late_after, platform.reference.table(Goals).budgets)
    single = hour_of(now - longest - late_after)
    _add_hours(connection, timeline, now - KEPT, single)
    for call in calls_ended_since(connection, single):
        if call.ended_at > single:
            timeline.add_call(call)
    markers = select(STARTS.c.session_id, STARTS.c.started_at).where(
        STARTS.c.started_at > single, STARTS.c.store_key >= _key(single)
    )
    for session_id, started_at in connection.execute(markers).tuples():
        timeline.add_start(session_id, started_at)
    return timeline


def _key(moment: datetime) -> str:
    """Return where the keys of the markers of the day before begin, so that the key's order finds them."""
    day = moment - timedelta(days=1)
    return f"starts/year={day:%Y}/month={day:%m}/day={day:%d}/"


_HOUR = "{:%Y-%m-%d %H}"
"""How a time as text, in either database, begins: its parts one by one would take three times as long over 35 days."""


def _add_hours(connection: Connection, timeline: Timeline, start: datetime, end: datetime) -> None:
    c = RECENT_CALLS.c
    for column, is_start in ((c.started_at, True), (c.ended_at, False)):
        hour = func.substr(cast(column, String), 1, len(_HOUR.format(start)))
        query = select(hour, func.count(), func.sum(c.tokens), func.sum(c.minutes)).where(c.ended_at > start, c.ended_at <= end)
        query = query.where(column.is_not(None)) if is_start else query.where(c.tokens.is_not(None), c.minutes > 0)
        for said, calls, tokens, minutes in connection.execute(query.group_by(hour)).tuples():
            moment = datetime.fromisoformat(f"{said}:00").replace(tzinfo=UTC)
            if is_start:
                timeline.starts_by_hour[moment] += calls
            else:
                timeline.hours[moment] = HourTotals(calls, tokens, minutes)
    first, last = connection.execute(select(func.min(c.started_at), func.max(c.started_at)).where(c.ended_at > start)).one()
    timeline.first_start, timeline.last_start = first, last


def _record(connection: Connection, transition: Transition, silenced: dict[str, str]) -> None:
    episode, rule = transition.episode, transition.rule
    if transition.change == "resolved":
        resolve(connection, episode.id, transition.at)
        return
    why = f"explained by {episode.silenced_by}" if transition.change == "silenced" else _by(silenced, rule)
    alert = alert_of(rule, episode, transition.at)
    if why is None and release(connection, alert.id, alert.message, alert.context, alert.triggered_at):
        return
    record_alerts(connection, [alert], why)


def _by(silenced: dict[str, str], rule: AlertRule) -> str | None:
    return f"silenced by {silenced[rule.name]}" if rule.name in silenced else None


def _digests(timeline: Timeline, rules: AlertRules, now: datetime) -> Iterator[Digest]:
    """Give the digests of the last full hours: one that was recorded before changes nothing."""
    last = hour_of(now)
    for hour in (last - back * HOUR for back in range(_LATE_DIGESTS - 1, -1, -1)):
        yield from (digest for rule in rules.digests if (digest := digest_of(rule, timeline, hour)))
