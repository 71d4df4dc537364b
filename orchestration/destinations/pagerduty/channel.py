"""Page for alerts: trigger, acknowledge and resolve one PagerDuty alert for each episode.

The id of the alert is the dedup key, so an event whose answer was lost is sent again and changes nothing. What is sent follows from
how far the alert is, which never goes back: once it is resolved here, no ``trigger`` is sent any more, which would open another
incident (developer.pagerduty.com/docs/send-alert-event, "Event action behavior"). Events hold counts, times and links only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from contract.platform.call_page import call_page
from contract.platform.retry import RetryPolicy
from orchestration.alerts.channel import FoundMessage, OutgoingAlert, Row, phase_of
from orchestration.alerts.dedup_keys import dedup_key
from orchestration.alerts.rules import AlertRules
from orchestration.destinations.pagerduty.client import THROTTLED, PagerDutyClient
from orchestration.messages.message import Message

SOURCE = "voice-call-platform"
"""What PagerDuty shows as the system that has the problem."""
SUMMARY_CHARACTERS = 1024
"""PagerDuty's limit for a summary."""
_BACKOFF = RetryPolicy(first_wait=120.0, longest_wait=960.0)
"""After a 429: 2, 4, 8, then 16 minutes; PagerDuty asks for "a backoff of a few minutes"."""
_SEVERITY = {"P1": "critical", "P2": "error", "P3": "warning"}
_FACTS = ("n", "value", "window", "of", "since", "normal", "month", "budget", "active_calls", "worker", "dead_letters")
"""Facts of an alert that are counts, amounts and times; errors, reasons and quotes are left out."""
_CALLS = 5  # links to calls: enough to begin with
_WORTH = 60  # characters of a fact; a longer one is no count


class PagerDutyChannel:
    """The on-call engineer of one PagerDuty service."""

    is_editable = True
    only_open = True

    def __init__(self, client: PagerDutyClient, rules: AlertRules, base_url: str) -> None:
        self._client, self._base_url = client, base_url
        self._rules = {rule.name: rule for rule in rules.rules}

    def content_of(self, row: Row, message: Message) -> str:
        """Return how far the alert is: other words send no event."""
        return phase_of(row)

    def backoff(self, code: str | None, failures: int) -> timedelta:
        return timedelta(seconds=_BACKOFF.backoff(failures)) if code == THROTTLED else timedelta()

    def post(self, alert: OutgoingAlert) -> str:
        """Trigger an alert and return its dedup key."""
        key = dedup_key(alert.key)
        self._send(key, alert)
        return key

    def update(self, remote_id: str, alert: OutgoingAlert) -> None:
        self._send(remote_id, alert)

    def find(self, intended: Mapping[str, datetime], alerts: Mapping[str, OutgoingAlert]) -> Mapping[str, FoundMessage]:
        """Take each as there: PagerDuty drops what is of no open alert, and an alert that is there is not opened twice."""
        return {key: FoundMessage(dedup_key(key), "") for key in intended}

    def _send(self, key: str, alert: OutgoingAlert) -> None:
        phase = phase_of(alert.row)
        if phase == "resolved":
            self._client.resolve(key)
        elif phase == "acknowledged":
            self._client.acknowledge(key)
        else:
            self._client.trigger(key, self._event(alert))

    def _event(self, alert: OutgoingAlert) -> dict[str, Any]:
        row, rule = alert.row, self._rules.get(alert.rule)
        told = row["message"] if rule and rule.is_watched else "see the list of alerts"
        payload = {
            "summary": f"{row['severity']} {alert.rule}: {told}"[:SUMMARY_CHARACTERS],
            "source": SOURCE,
            "severity": _SEVERITY.get(row["severity"], "error"),
            "timestamp": row["triggered_at"].astimezone(UTC).isoformat(),
            "class": alert.rule,
            "custom_details": dict(self._details(row)),
        }
        return {"payload": payload, "links": list(self._links(row)), "client": SOURCE, **self._client_url()}

    def _details(self, row: Row) -> Iterator[tuple[str, Any]]:
        rule, context = self._rules.get(row["alert_name"]), row["context"] or {}
        for name in _FACTS:
            value = context.get(name)
            if isinstance(value, (int, float)) or (isinstance(value, str) and value and len(value) <= _WORTH):
                yield name, value
        if rule:
            yield "action", rule.action
            yield "runbook", rule.runbook

    def _links(self, row: Row) -> Iterator[dict[str, str]]:
        calls = [row["session_id"], *(row["context"] or {}).get("affected_sessions", ())]
        for number, session in enumerate(filter(None, calls), start=1):
            page = call_page(self._base_url, session) if isinstance(session, str) else None
            if page and number <= _CALLS:
                yield {"href": page, "text": f"Call {number}"}

    def _client_url(self) -> dict[str, str]:
        return {"client_url": self._base_url} if self._base_url else {}
