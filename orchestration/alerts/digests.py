"""What the hourly digests say (spec 7.4): failed searches, low engagement and wishes of the calls that became known in one hour."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orchestration.alerts.business import Alert, alert_id
from orchestration.alerts.rules import AlertRule
from orchestration.alerts.timeline import HOUR, Timeline
from orchestration.state.recent_calls import WatchedCall

_LISTED = 10  # entries of a digest: more is a report, which the link leads to


@dataclass(frozen=True)
class Digest:
    """One digest of the hour that ends at ``hour``; ``n`` counts what it is about, ``facts`` hold its lines."""

    rule: AlertRule
    hour: datetime
    n: int
    value: float
    facts: Mapping[str, Any]

    @property
    def id(self) -> int:
        return alert_id(self.rule.name, "", self.hour.isoformat())

    @property
    def alert(self) -> Alert:
        rule, context = self.rule, {**self.facts, "n": self.n, "action": self.rule.action}
        return Alert(self.id, rule.name, rule.template, context, None, self.hour, rule.alert_type, rule.severity)


def digest_of(rule: AlertRule, timeline: Timeline, hour: datetime) -> Digest | None:
    """Return the digest of the hour before ``hour``; None when there is nothing to say. Pure."""
    n, value, facts = _DIGESTS[rule.measure](rule, timeline.known_within(hour - HOUR, hour))
    return Digest(rule, hour, n, value, facts) if n else None


_Found = tuple[int, float, Mapping[str, Any]]


def _failed_searches(rule: AlertRule, calls: Sequence[WatchedCall]) -> _Found:
    """Count searches alike but for case and spaces as one."""
    counts, written = Counter[str](), dict[str, str]()
    for query in (query for call in calls for query in call.failed_searches):
        key = " ".join(query.lower().split())
        counts[key] += 1
        written.setdefault(key, query)
    total = counts.total()
    return total, float(total), {"searches": [[written[key], count] for key, count in counts.most_common(_LISTED)], "total": total}


def _low_engagement(rule: AlertRule, calls: Sequence[WatchedCall]) -> _Found:
    scored = [
        (call.engagement, call.call_key, call) for call in calls if call.engagement is not None and call.engagement < rule.above
    ]
    lowest = sorted(scored)[:_LISTED]
    lines = [[key, engagement, call.engagement_reason or "no single reason"] for engagement, key, call in lowest]
    return len(scored), lowest[0][0] if lowest else 0.0, {"sessions": lines, "total": len(scored)}


def _feature_requests(rule: AlertRule, calls: Sequence[WatchedCall]) -> _Found:
    quotes: defaultdict[str, list[str]] = defaultdict(list)
    for feature, quote in (request for call in calls for request in call.feature_requests):
        quotes[feature].append(quote)
    ranked = sorted(quotes.items(), key=lambda entry: (-len(entry[1]), entry[0]))[:_LISTED]
    total = sum(map(len, quotes.values()))
    lines = [[feature, len(of_feature), next((q for q in of_feature if q), "")] for feature, of_feature in ranked]
    return total, float(total), {"features": lines, "total": total}


_DIGESTS: Mapping[str, Callable[[AlertRule, Sequence[WatchedCall]], _Found]] = {
    "failed_searches": _failed_searches,
    "low_engagement": _low_engagement,
    "feature_requests": _feature_requests,
}
