"""Ask Metabase's REST API with an API key (www.metabase.com/docs/latest/people-and-groups/api-keys).

The API has no version and no precondition such as If-Match, so whoever writes compares ``updated_at`` before. What names one thing
may be sent again after a lost answer; a POST makes a thing, so it is sent once, and the next run finds what it made.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from contract.platform.failures import ConfigurationFailure, PermanentFailure, TransientFailure
from contract.platform.retry import RetryPolicy, call_with_retry
from orchestration.metabase.settings import MetabaseSettings

_TIMEOUT = httpx.Timeout(60.0, connect=10.0)  # seconds: a dashboard of 58 questions is saved in one request
_POLICY = RetryPolicy()
_NOT_FOUND, _CONFLICT, _TOO_MANY = 404, 409, 429  # HTTP statuses
_REFUSED = (401, 403)  # HTTP statuses of a wrong key and of one without the right

Json = dict[str, Any]


class MetabaseClient:
    """``sleep`` waits between tries. Failures name the path and what Metabase says of the fields, never what was sent."""

    def __init__(self, settings: MetabaseSettings, sleep: Callable[[float], None] = time.sleep) -> None:
        if settings.missing in ("VOICE_METABASE_URL", "VOICE_METABASE_API_KEY") or settings.api_key is None:
            raise ConfigurationFailure("Metabase is not configured.", f"Set {settings.missing}; docs/metabase.md tells how.")
        key = settings.api_key.get_secret_value()
        self._http = httpx.Client(base_url=settings.url.rstrip("/"), headers={"X-API-Key": key}, timeout=_TIMEOUT)
        self._sleep = sleep

    def close(self) -> None:
        self._http.close()

    def get(self, path: str, query: Mapping[str, Any] | None = None) -> Any:
        return self._repeatable("GET", path, query=query)

    def find(self, path: str, query: Mapping[str, Any] | None = None) -> Any | None:
        """Return what is at a path; None when there is nothing."""
        return self._repeatable("GET", path, query=query, absent=True)

    def put(self, path: str, body: Json) -> Any:
        return self._repeatable("PUT", path, body=body)

    def post(self, path: str, body: Json | None = None) -> Any:
        return self._send("POST", path, None, body, absent=False)

    def _repeatable(
        self, method: str, path: str, *, query: Mapping[str, Any] | None = None, body: Json | None = None, absent: bool = False
    ) -> Any:
        return call_with_retry(
            lambda: self._send(method, path, query, body, absent),
            policy=_POLICY,
            retry_on=lambda error: isinstance(error, _MetabaseUnavailable),
            sleep=self._sleep,
        )

    def _send(self, method: str, path: str, query: Mapping[str, Any] | None, body: Json | None, absent: bool) -> Any:
        try:
            answer = self._http.request(method, path, params=query, json=body)
        except httpx.HTTPError as error:
            raise _MetabaseUnavailable(f"Metabase does not answer ({type(error).__name__}).", _RUN_AGAIN) from None
        if answer.status_code == _NOT_FOUND and absent:
            return None
        if answer.is_success:
            return answer.json() if answer.content else None
        raise _failure(f"{method} {path}", answer)


class _MetabaseUnavailable(TransientFailure):
    """Metabase did not answer, or says that it cannot at the moment."""


_RUN_AGAIN = "See that it runs and can be reached, then run the command again: it goes on from there."


def _failure(request: str, answer: httpx.Response) -> Exception:
    status = answer.status_code
    if status in _REFUSED:
        return ConfigurationFailure(
            f"Metabase refuses the key for {request} ({status}).",
            "Set VOICE_METABASE_API_KEY to a key of the group Administrators.",
        )
    if status == _CONFLICT:
        return TransientFailure("Somebody else changed permissions in Metabase meanwhile.", "Run the command again.")
    if status == _TOO_MANY or answer.is_server_error:
        return _MetabaseUnavailable(f"Metabase failed at {request} ({status}).", _RUN_AGAIN)
    return PermanentFailure(
        f"Metabase refused {request} ({status}): {_wrong_fields(answer)}.",
        "Compare its version with docs/metabase.md; what was done stays, and a repeated run goes on from there.",
    )


def _wrong_fields(answer: httpx.Response) -> str:
    """Name the fields that Metabase objects to."""
    try:
        said = answer.json()
    except ValueError:
        return "no reason given"
    errors = said.get("errors") if isinstance(said, dict) else None
    return f"wrong are {', '.join(sorted(errors))}" if isinstance(errors, dict) and errors else "no field named"
