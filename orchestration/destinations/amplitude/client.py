"""Call Amplitude's HTTP V2 API: send events, and return a verdict for each of them.

A request has at most 1,000 events, under 1 MB, and 30 events of one user, the vendor's limit per user and second.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
import requests

from contract.platform.failures import ConfigurationFailure
from contract.platform.retry import call_with_retry, retry_after
from orchestration.delivery.failures import NEXT_RUN, RETRY_POLICY, DestinationUnavailable, is_worth_retrying
from orchestration.delivery.rate_limit import RequestBudget
from orchestration.destinations.amplitude.settings import AmplitudeSettings

EVENTS = 1000  # the vendor's limit of a request, by number
BYTES = 1_000_000  # bytes: the vendor's limit of a request, by size
PER_USER = 30  # the vendor's limit of events of one user a second
THROTTLED_SECONDS = 30.0
"""Pause the vendor asks for after a 429 without a time."""
_NAMED = ("events_with_invalid_fields", "events_with_missing_fields", "events_with_invalid_id_lengths")
Body = dict[str, Any]


@dataclass(frozen=True)
class Refused:
    """The vendor refuses the event as it is; ``fields`` are the vendor's words for what is wrong."""

    code: str
    fields: str


class AmplitudeClient:
    """Send events. Raises ``DestinationUnavailable`` after four tries, ``ConfigurationFailure`` when the key is refused."""

    def __init__(
        self, settings: AmplitudeSettings, timeout: float, budget: RequestBudget, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._settings, self._timeout, self._budget, self._sleep = settings, timeout, budget, sleep
        self._session = requests.Session()
        self._url = settings.url.rstrip("/") + "/2/httpapi"

    def send(self, bodies: Sequence[Body]) -> list[Refused | None]:
        """Send events and return, in their order, None for each delivered. Resending is harmless: the insert id is the same."""
        status, answer = call_with_retry(lambda: self._post(bodies), RETRY_POLICY, is_worth_retrying, sleep=self._sleep)
        if status == 200:
            return [None] * len(bodies)
        if status == 413 and len(bodies) > 1:
            half = len(bodies) // 2
            return [*self.send(bodies[:half]), *self.send(bodies[half:])]
        return self._without_refused(bodies, _refused(status, answer, len(bodies)))

    def _without_refused(self, bodies: Sequence[Body], refused: dict[int, Refused]) -> list[Refused | None]:
        """Resend the events that were not refused, since a request with bad events takes none; halve it if none is named."""
        if not refused and len(bodies) > 1:
            half = len(bodies) // 2
            return [*self.send(bodies[:half]), *self.send(bodies[half:])]
        refused = refused or {0: Refused("invalid", "the request")}
        good = [at for at in range(len(bodies)) if at not in refused]
        results = dict(zip(good, self.send([bodies[at] for at in good]) if good else [], strict=True))
        return [refused.get(at, results.get(at)) for at in range(len(bodies))]

    def _post(self, bodies: Sequence[Body]) -> tuple[int, Body]:
        key = self._settings.api_key
        body = orjson.dumps({"api_key": key.get_secret_value() if key else "", "events": list(bodies)})
        self._budget.take()
        try:
            headers = {"Content-Type": "application/json"}
            response = self._session.post(self._url, body, headers=headers, timeout=self._timeout)
        except requests.RequestException as error:
            name = type(error).__name__
            raise DestinationUnavailable(f"Amplitude gave no answer ({name}).", NEXT_RUN, code=name) from None
        status = response.status_code
        if status == 429 or status >= 500:
            wait = retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
            wait = THROTTLED_SECONDS if wait is None and status == 429 else wait
            raise DestinationUnavailable(f"Amplitude is unavailable (HTTP {status}).", NEXT_RUN, wait, str(status))
        answer = _json(response)
        if status in (401, 403) or "api_key" in str(answer.get("error", "")).lower().replace(" ", "_"):
            raise ConfigurationFailure("Amplitude refused the key.", "Correct VOICE_AMPLITUDE_API_KEY.")
        return status, answer


def batches(bodies: Iterable[tuple[Any, Body]]) -> Iterator[list[tuple[Any, Body]]]:
    """Group pairs of any value and an event into batches of as many as one request may hold."""
    some: list[tuple[Any, Body]] = []
    size, users = 0, Counter[str]()
    for item, body in bodies:
        length = len(orjson.dumps(body)) + 1
        user = str(body.get("user_id") or body.get("device_id"))
        if some and (len(some) >= EVENTS or size + length > BYTES - 200 or users[user] >= PER_USER):
            yield some
            some, size, users = [], 0, Counter[str]()
        some.append((item, body))
        size += length
        users[user] += 1
    if some:
        yield some


def _refused(status: int, answer: Body, events: int) -> dict[int, Refused]:
    found: dict[int, Refused] = {}
    for group in _NAMED:
        for name, positions in (answer.get(group) or {}).items():
            found.update(
                {at: Refused(str(status), f"{group.removeprefix('events_with_').replace('_', ' ')}: {name}") for at in positions}
            )
    for at in answer.get("silenced_events") or ():
        found.setdefault(at, Refused(str(status), "silenced by the project's settings"))
    return {at: refused for at, refused in found.items() if 0 <= at < events}


def _json(response: requests.Response) -> Body:
    try:
        return response.json()
    except ValueError:
        return {}
