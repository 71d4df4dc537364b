"""The conditions of the watched rules: what is measured now, of how many calls, and whether it is over the threshold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from orchestration.alerts import normal, silence
from orchestration.alerts.rules import AlertRule, AlertRules
from orchestration.alerts.timeline import Sample, Timeline, Usable
from orchestration.state.recent_calls import WatchedCall

_PERCENT = 100  # of a share of 1
_NAMED = 5  # sessions, errors or regions named in an alert: enough to begin with
CALL_APIS = ("knowledge base", "calendar", "LLM", "STT", "TTS", "OpenAI")


@dataclass(frozen=True)
class Observation:
    """What a rule found of one subject. ``is_true`` is None where too little is known. ``facts`` fill the message."""

    subject: str
    is_true: bool | None
    value: float | None = None
    n: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])


Observations = Sequence[Observation] | None
"""One for each subject there is something to say of; a subject that is missing is in order. None: nothing is known of any."""


def observe(rule: AlertRule, rules: AlertRules, timeline: Timeline, now: datetime) -> Observations:
    """Evaluate the condition of a watched rule; pure."""
    return _CONDITIONS[rule.measure](rule, rules, timeline, now)


def _in_windows(rule: AlertRule, timeline: Timeline, now: datetime, usable: Usable) -> tuple[list[WatchedCall], str]:
    """Return the calls of the clock window, else of the count window, with what the message calls it; fewer than ``minimum_n``
    where neither has enough."""
    calls = [call for call in timeline.ended_within(now, rule.clock) if usable(call)]
    if len(calls) >= rule.minimum_n or not rule.calls:
        return calls, f"last {rule.clock} min"
    last = timeline.last_ended(now, rule.calls, rule.within, usable)
    return last, f"last {len(last)} calls"


def _share(
    rule: AlertRule, timeline: Timeline, now: datetime, usable: Usable, counted: Usable, context: Callable[..., Mapping[str, Any]]
) -> Observations:
    calls, window = _in_windows(rule, timeline, now, usable)
    if len(calls) < rule.minimum_n:
        return [Observation("", None, n=len(calls))]
    found = [call for call in calls if counted(call)]
    share = len(found) / len(calls)
    facts = {
        "value": f"{share * _PERCENT:.0f}",
        "window": window,
        "of": f"{len(found)} of {len(calls)} calls",
        **_since(found),
        **context(found),
    }
    return [Observation("", share > rule.above and len(found) >= rule.minimum_count, round(share, 4), len(calls), facts)]


def _error_rate(rule: AlertRule, rules: AlertRules, timeline: Timeline, now: datetime) -> Observations:
    return _share(rule, timeline, now, lambda call: call.failed is not None, lambda call: bool(call.failed), _failures)


def _failures(calls: Sequence[WatchedCall]) -> dict[str, Any]:
    errors = Counter[str]()
    for call in calls:
        errors.update(call.errors or {call.reason: 1})
    versions = Counter(call.agent_version or "unknown" for call in calls)
    return {"errors": _most(errors), "affected_sessions": _sessions(calls), "agent_versions": _most(versions)}


def _poor_connections(rule: AlertRule, rules: AlertRules, timeline: Timeline, now: datetime) -> Observations:
    return _share(rule, timeline, now, lambda call: call.connection is not None, lambda call: call.connection == "Poor", _regions)


def _regions(calls: Sequence[WatchedCall]) -> dict[str, Any]:
    regions = Counter(call.region or "unknown" for call in calls)
    return {"regions": _most(regions), "internet_providers": "not in the documents", "affected_sessions": _sessions(calls)}


def _latency(rule: AlertRule, rules: AlertRules, timeline: Timeline, now: datetime) -> Observations:
    calls, window = _in_windows(rule, timeline, now, lambda call: call.replies > 0)
    if len(calls) < rule.minimum_n:
        return [Observation("", None, n=len(calls))]
    average = sum(call.latency_ms_sum for call in calls) / sum(call.replies for call in calls)
    slow = [call for call in calls if call.latency_ms_sum > rule.above * call.replies]
    facts = {"value": f"{average:.0f}", "window": window, **_since(slow), "components": _components(calls)}
    return [Observation("", average > rule.above, round(average, 1), len(calls), facts)]


def _components(calls: Sequence[WatchedCall]) -> dict[str, str]:
    replies, spent = Counter[str](), Counter[str]()
    for call in calls:
        for name, (n, total) in call.components.items():
            replies[name] += n
            spent[name] += total
    return {name: f"{spent[name] / replies[name]:.0f} ms" for name in sorted(replies)}


def _tokens(rule: AlertRule, rules: AlertRules, timeline: Timeline, now: datetime) -> Observations:
    calls, window = _in_windows(rule, timeline, now, lambda call: call.tokens is not None and bool(call.minutes))
    usual = normal.tokens_a_minute(timeline, now, rule.normal) if rule.normal else None
    if len(calls) < rule.minimum_n or usual is None:
        return [Observation("", None, n=len(calls))]
    rate = sum(call.tokens or 0 for call in calls) / sum(call.minutes or 0 for call in calls)
    costliest = sorted(calls, key=lambda call: call.tokens or 0, reverse=True)
    facts = {"value": f"{rate:,.0f}", "normal": f"{usual:,.0f}", "window": window, "affected_sessions": _sessions(costliest)}
    facts |= _since([call for call in calls if (call.tokens or 0) > rule.above * usual * (call.minutes or 0)])
    facts["cost"] = f"${sum(call.usd or 0 for call in calls):,.2f} in these calls"
    return [Observation("", rate > rule.above * usual, round(rate, 1), len(calls), facts)]


def _cost(rule: AlertRule, rules: AlertRules, timeline: Timeline, now: datetime) -> Observations:
    calls, window = _in_windows(rule, timeline, now, lambda call: call.usd is not None)
    if len(calls) < rule.minimum_n:
        return [Observation("", None, n=len(calls))]
    in_clock = window.endswith("min")
    minutes = rule.clock if in_clock else max((now - calls[-1].ended_at).total_seconds() / 60, 1)
    rate = sum(call.usd or 0 for call in calls) / minutes * 60
    budgets, day = timeline.budgets, rate * rules.projection.hours_a_day
    month = day * rules.projection.days_a_month
    providers = Counter[str]()
    for call in calls:
        providers.update(call.usd_by_component)
    shown = {name: f"${usd:,.2f}" for name, usd in providers.most_common()}
    facts = {"value": f"{rate:,.2f}", "month": f"{month:,.0f}", "window": window, "cost_by_component": shown}
    facts["budget"] = f"${budgets.daily:,.0f} a day, ${budgets.monthly:,.0f} a month"
    over = max(day / budgets.daily, month / budgets.monthly)
    return [Observation("", over > rule.above, round(rate, 4), len(calls), facts)]


def _silence(rule: AlertRule, rules: AlertRules, timeline: Timeline, now: datetime) -> Observations:
    since, sample, limits = timeline.last_start, timeline.valid_sample(now, rules.sample_valid_for), rule.silence
    if since is None or limits is None:
        return None
    minutes = (now - since).total_seconds() / 60
    chance = silence.probability(timeline, since, now, limits.weeks)
    gone = sample is not None and sample.worker_healthy is False and not sample.active_calls
    expected = silence.expected_starts(timeline, since, now, limits.weeks)
    facts: dict[str, Any] = {"value": f"{minutes:.0f}", "since": since.isoformat(), "calls_expected_meanwhile": round(expected, 1)}
    if sample:
        facts["worker"] = {True: "healthy", False: "no answer", None: "unknown"}[sample.worker_healthy]
        facts["active_calls"] = sample.active_calls
    is_true = gone or (minutes >= rule.above and chance < limits.improbable)
    return [Observation("", is_true, round(minutes, 1), round(expected), facts)]


def _api_errors(rule: AlertRule, rules: AlertRules, timeline: Timeline, now: datetime) -> Observations:
    found = [_api(rule, timeline, now, api) for api in CALL_APIS]
    sample = timeline.valid_sample(now, rules.sample_valid_for)
    circuits = sorted(sample.circuits or ()) if sample else []
    return [
        *found,
        *(Observation(name, True, facts={"errors": "its circuit is open after failures in a row"}) for name in circuits),
    ]


def _api(rule: AlertRule, timeline: Timeline, now: datetime, api: str) -> Observation:
    calls, window = _in_windows(rule, timeline, now, lambda call: api in call.apis)
    uses, errors = sum(call.apis[api][0] for call in calls), sum(call.apis[api][1] for call in calls)
    if uses < rule.minimum_n:
        return Observation(api, None, n=uses)
    share = errors / uses
    facts = {"value": f"{share * _PERCENT:.0f}", "window": window, "of": f"{errors} of {uses} uses failed"}
    failed = [call for call in calls if call.apis[api][1]]
    facts |= {**_since(failed), **_failures(failed)}
    return Observation(api, share > rule.above and errors >= rule.minimum_count, round(share, 4), uses, facts)


def _unusable(rule: AlertRule, rules: AlertRules, timeline: Timeline, now: datetime) -> Observations:
    rejected = timeline.rejected_within(now, rule.clock)
    sample = timeline.valid_sample(now, rules.sample_valid_for)
    dead = (sample.dead_letters or 0) if sample else 0
    count = len(rejected) + dead
    facts = {"value": str(count), "reasons": _most(Counter(call.reason for call in rejected)), "dead_letters": dead}
    return [Observation("", count > rule.above, float(count), count, facts)]


def _failed_checks(rule: AlertRule, rules: AlertRules, timeline: Timeline, now: datetime) -> Observations:
    """A check that could not be evaluated has no count, and failed all the same."""
    sample = timeline.valid_sample(now, rules.sample_valid_for)
    if sample is None or sample.failed_checks is None:
        return None
    return [
        Observation(
            name,
            True,
            None if check.count is None else float(check.count),
            check.count,
            {"count": "unknown" if check.count is None else check.count, "affected_sessions": list(check.sessions[:_NAMED])},
        )
        for name, check in sample.failed_checks.items()
    ]


def _of_sample(read: Callable[[Sample], Mapping[str, float] | None], more: Callable[[Sample], Mapping[str, Any]]) -> Any:
    """Return a condition over what was seen last: a value for each subject, true above the threshold."""

    def condition(rule: AlertRule, rules: AlertRules, timeline: Timeline, now: datetime) -> Observations:
        sample = timeline.valid_sample(now, rules.sample_valid_for)
        values = read(sample) if sample else None
        if sample is None or values is None:
            return None
        return [
            Observation(subject, value > rule.above, float(value), facts={"value": f"{value:,.0f}", **more(sample)})
            for subject, value in values.items()
        ]

    return condition


def _single(value: float | None) -> Mapping[str, float] | None:
    return None if value is None else {"": value}


def _nothing_more(sample: Sample) -> Mapping[str, Any]:
    return {}


def _queue_age(sample: Sample) -> Mapping[str, Any]:
    age = sample.queue_age_seconds
    return {"oldest_waits": "unknown" if age is None else f"{age / 60:.0f} min"}


def _since(calls: Sequence[WatchedCall]) -> dict[str, str]:
    """Return when the first of the calls ended that are a sign of what the rule is about."""
    return {"since": min(call.ended_at for call in calls).isoformat()} if calls else {}


def _sessions(calls: Iterable[WatchedCall]) -> list[str]:
    return [call.call_key for call in calls][:_NAMED]


def _most(counts: Counter[str]) -> dict[str, int]:
    return dict(counts.most_common(_NAMED))


_CONDITIONS: Mapping[str, Callable[[AlertRule, AlertRules, Timeline, datetime], Observations]] = {
    "silence": _silence,
    "api_errors": _api_errors,
    "error_rate": _error_rate,
    "latency": _latency,
    "tokens_to_normal": _tokens,
    "cost_burn": _cost,
    "poor_connections": _poor_connections,
    "unusable_sessions": _unusable,
    "queue_depth": _of_sample(lambda sample: _single(sample.queue_depth), _queue_age),
    "warehouse_lag": _of_sample(lambda sample: _single(sample.warehouse_lag_minutes), _nothing_more),
    "failing_syncs": _of_sample(lambda sample: sample.failing_syncs, _nothing_more),
    "failed_checks": _failed_checks,
}
