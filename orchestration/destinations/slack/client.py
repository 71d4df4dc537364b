"""Call Slack's Web API and its incoming webhooks, and turn what goes wrong into the failures of a destination.

Only a request that Slack certainly did not take (429) is repeated within a run. After a lost answer the run ends, and the next one
looks for the message before it posts again (docs.slack.dev/apis/web-api/rate-limits).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.error import URLError

from slack_sdk.errors import SlackApiError
from slack_sdk.web import WebClient
from slack_sdk.web.slack_response import SlackResponse
from slack_sdk.webhook import WebhookClient

from contract.platform.failures import ConfigurationFailure, PermanentFailure
from contract.platform.retry import call_with_retry, retry_after
from orchestration.delivery.failures import NEXT_RUN, RETRY_POLICY, DestinationUnavailable
from orchestration.delivery.rate_limit import RequestBudget
from orchestration.destinations.slack.settings import SlackSettings

THROTTLED_SECONDS = 30.0
"""Wait after a 429 that says no time."""
EVENT_TYPE = "voice_alert"
"""The type of the metadata by which a message is found again."""
REMINDER_TYPE = "voice_reminder"
"""The type of the metadata of a repetition in the thread of an alert."""
_PAGE = 100  # messages of a channel in one answer: Slack's default and more than a channel gets between two runs
_TOKEN_ERRORS = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "missing_scope", "no_permission"}
)
_CHANNEL_ERRORS = frozenset(
    {
        "channel_not_found",
        "not_in_channel",
        "is_archived",
        "channel_is_archived",
        "restricted_action",
        "action_prohibited",
        "no_service",
    }
)
_PASSING_ERRORS = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout", "rollup_error"})
Body = Mapping[str, Any]


class SlackClient:
    """Send requests with the bot's token, or to webhooks.

    Raises ``DestinationUnavailable``, ``ConfigurationFailure`` when the token is refused, ``PermanentFailure`` when one channel or
    message is. No message of these holds what was to be sent, or the address of a webhook, which is a secret.
    """

    def __init__(
        self, settings: SlackSettings, timeout: float, budget: RequestBudget, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        token = settings.bot_token.get_secret_value() if settings.bot_token else None
        self._timeout, self._budget, self._sleep = max(1, round(timeout)), budget, sleep
        self._users: dict[str, str | None] = {}
        base_url = settings.url.rstrip("/") + "/"
        self._web = WebClient(token, base_url=base_url, timeout=self._timeout, retry_handlers=[])

    def call(self, method: str, body: Body) -> Mapping[str, Any]:
        """Return Slack's answer to one method of the Web API that writes, such as ``chat.postMessage``."""
        return self._with_retry(lambda: self._called(lambda: self._web.api_call(method, json=dict(body))))

    def post_to_webhook(self, url: str, text: str, blocks: Sequence[Body]) -> None:
        """Post a message by an incoming webhook, which answers with no id of it."""
        self._with_retry(lambda: self._posted(url, text, blocks))

    def messages(self, channel: str, oldest: float) -> Iterator[Mapping[str, Any]]:
        """Yield the messages of a channel since a Unix time, with their metadata, newest first."""
        yield from self._pages("conversations.history", {"channel": channel, "oldest": f"{oldest:.6f}"})

    def replies(self, channel: str, ts: str) -> Iterator[Mapping[str, Any]]:
        """Yield the message and the replies of its thread, with their metadata."""
        yield from self._pages("conversations.replies", {"channel": channel, "ts": ts})

    def user_id(self, address: str) -> str | None:
        """Return the id of a member by e-mail address (scope users:read.email); None when there is none or the scope is missing.

        Each address is asked for once in the life of a client.
        """
        if address not in self._users:
            try:
                self._users[address] = self._read("users.lookupByEmail", {"email": address})["user"]["id"]
            except (PermanentFailure, ConfigurationFailure):
                self._users[address] = None
        return self._users[address]

    def _pages(self, method: str, parameters: Body) -> Iterator[Mapping[str, Any]]:
        request = {**parameters, "include_all_metadata": True, "limit": _PAGE}
        cursor = ""
        while True:
            answer = self._read(method, {**request, **({"cursor": cursor} if cursor else {})})
            yield from answer["messages"]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    def _read(self, method: str, parameters: Body) -> Mapping[str, Any]:
        """Return Slack's answer to a method that reads: these take no JSON."""
        return self._with_retry(lambda: self._called(lambda: self._web.api_call(method, http_verb="GET", params=dict(parameters))))

    def _with_retry(self, send: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        return call_with_retry(send, RETRY_POLICY, _was_throttled, sleep=self._sleep)

    def _called(self, send: Callable[[], SlackResponse]) -> Mapping[str, Any]:
        self._budget.take()
        try:
            answer = send()
        except SlackApiError as error:
            response: Any = error.response
            error_code = response.get("error") if isinstance(response.get("error"), str) else ""
            raise _failure(response.status_code, error_code, response.headers) from None
        except (URLError, OSError, ValueError) as error:
            raise _no_answer(error) from None
        return answer.data if isinstance(answer.data, dict) else {}

    def _posted(self, url: str, text: str, blocks: Sequence[Body]) -> Mapping[str, Any]:
        self._budget.take()
        try:
            answer = WebhookClient(url, timeout=self._timeout, retry_handlers=[]).send(text=text, blocks=[dict(b) for b in blocks])
        except (URLError, OSError, ValueError) as error:
            raise _no_answer(error) from None
        if answer.status_code != 200:
            raise _failure(answer.status_code, answer.body.strip(), answer.headers)
        return {}


def _was_throttled(error: BaseException) -> bool:
    return isinstance(error, DestinationUnavailable) and error.code == "429"


def _no_answer(error: Exception) -> DestinationUnavailable:
    name = type(error).__name__
    return DestinationUnavailable(f"Slack gave no answer ({name}).", NEXT_RUN, code=name)


_CODE_CHARACTERS = 60  # more than the longest error code of Slack


def _failure(status: int, error: str, headers: Mapping[str, str]) -> Exception:
    """Return the failure that an answer stands for; only a plain error code of Slack is repeated in it."""
    code = error if error.replace("_", "").isalnum() and len(error) < _CODE_CHARACTERS else "unknown"
    if status == 429 or code in ("ratelimited", "rate_limited"):
        after = next((value for name, value in headers.items() if name.lower() == "retry-after"), None)
        wait = retry_after(after, None)
        wait = THROTTLED_SECONDS if wait is None else wait
        return DestinationUnavailable("Slack is throttling (HTTP 429).", NEXT_RUN, wait, "429")
    if status >= 500 or code in _PASSING_ERRORS:
        return DestinationUnavailable(f"Slack is unavailable (HTTP {status}).", NEXT_RUN, code=str(status))
    if code in _TOKEN_ERRORS:
        return ConfigurationFailure(f"Slack refused the token ({code}).", "Correct VOICE_SLACK_BOT_TOKEN or the scopes of the app.")
    if code in _CHANNEL_ERRORS:
        remedy = "Correct the channel's setting and invite the app there, then 'voice sync slack --again'."
        return PermanentFailure(f"Slack refused the channel ({code}).", remedy)
    remedy = "Look up the code at docs.slack.dev, then 'voice sync slack --again'."
    return PermanentFailure(f"Slack refused the message ({code}).", remedy)
