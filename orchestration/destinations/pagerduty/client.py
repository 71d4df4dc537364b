"""Send events by PagerDuty's own client, and turn what goes wrong into the failures of a destination.

The client would repeat a request without limit while PagerDuty throttles, and sleep meanwhile; here each call of it is one request,
and what is worth another try is tried by the platform's own policy. An event is harmless to repeat, since its dedup key says which
alert it is of. Answers: developer.pagerduty.com/docs/events-api-v2-overview, "Response codes & retry logic".
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import pagerduty
from httpx2 import Response

from contract.platform.failures import ConfigurationFailure, PermanentFailure
from contract.platform.retry import call_with_retry
from orchestration.delivery.failures import NEXT_RUN, RETRY_POLICY, DestinationUnavailable
from orchestration.delivery.rate_limit import RequestBudget
from orchestration.destinations.pagerduty.settings import PagerDutySettings

THROTTLED = "429"
"""The code of a request that PagerDuty refused because there were too many."""
_KEY = "Correct VOICE_PAGERDUTY_ROUTING_KEY: the integration key of an Events API v2 integration."
Body = Mapping[str, Any]
Send = Callable[[pagerduty.EventsApiV2Client], Any]


class PagerDutyClient:
    """Send events to one service.

    Raises ``DestinationUnavailable``, ``ConfigurationFailure`` when the routing key is refused, ``PermanentFailure`` when an event
    is. None of their messages holds what was sent.
    """

    def __init__(
        self, settings: PagerDutySettings, timeout: float, budget: RequestBudget, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._settings, self._timeout, self._budget, self._sleep = settings, timeout, budget, sleep

    def trigger(self, dedup_key: str, event: Body) -> None:
        """Open an alert, or add to the open one with this key."""
        self._with_retry(lambda client: client.send_event("trigger", dedup_key, **event))

    def acknowledge(self, dedup_key: str) -> None:
        self._with_retry(lambda client: client.acknowledge(dedup_key))

    def resolve(self, dedup_key: str) -> None:
        """Resolve the alert; PagerDuty drops the event when it has none with this key."""
        self._with_retry(lambda client: client.resolve(dedup_key))

    def change(self, payload: Body) -> None:
        """Send a change event: it notifies nobody and is shown beside the alerts that follow."""
        self._with_retry(lambda client: client.send_change_event(dict(payload)))

    def _with_retry(self, send: Send) -> None:
        call_with_retry(lambda: self._sent(send), RETRY_POLICY, _is_worth_retrying, sleep=self._sleep)

    def _sent(self, send: Send) -> None:
        """Send on a connection of its own: events are few."""
        key = self._settings.routing_key.get_secret_value() if self._settings.routing_key else ""
        self._budget.take()
        try:
            with _OneRequest(key) as client:
                client.address, client.timeout = self._settings.url.rstrip("/"), self._timeout
                send(client)
        except pagerduty.Error as error:
            cause = type(error.__cause__ or error).__name__
            raise DestinationUnavailable(f"PagerDuty gave no usable answer ({cause}).", NEXT_RUN, code=cause) from None


class _OneRequest(pagerduty.EventsApiV2Client):
    """PagerDuty's client without its own repetitions: every answer but success is a failure at once."""

    max_network_attempts = 0
    address = ""

    def normalize_url(self, url: str) -> str:
        """Return where a path leads: its own setter refuses the plain HTTP that a fake on loopback speaks."""
        return f"{self.address}{url}"

    def postprocess(self, response: Response) -> None:
        """Called by the client with each answer, before it decides whether to repeat the request."""
        if not response.is_success:
            raise _failure(response)


def _is_worth_retrying(error: BaseException) -> bool:
    """A throttled request is repeated after minutes, by a later run."""
    return isinstance(error, DestinationUnavailable) and error.code != THROTTLED


def _failure(response: Response) -> Exception:
    status = response.status_code
    if status == 429:
        return DestinationUnavailable("PagerDuty is throttling (HTTP 429).", "It is tried again in minutes.", code=THROTTLED)
    if status >= 500:
        return DestinationUnavailable(f"PagerDuty is unavailable (HTTP {status}).", NEXT_RUN, code=str(status))
    if status in (401, 403) or "routing_key" in response.text:
        return ConfigurationFailure(f"PagerDuty refused the routing key (HTTP {status}).", _KEY)
    remedy = "Update the platform, then 'voice sync pagerduty --again'."
    return PermanentFailure(f"PagerDuty refused the event (HTTP {status}).", remedy)
