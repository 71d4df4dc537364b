"""Post alerts to the channels of Slack, and update them in place.

A message carries the alert's key and a hash of what it says as metadata (docs.slack.dev/messaging/message-metadata), so that it is
found again after a kill between the post and its record. A webhook knows neither metadata nor updates: a message whose answer was
lost is posted again there, since an alert twice is better than none.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from orchestration.alerts.channel import FoundMessage, OutgoingAlert, Row, phase_of
from orchestration.alerts.inbound import ACKNOWLEDGE
from orchestration.alerts.rules import AlertRules
from orchestration.delivery.hashing import hash_of
from orchestration.destinations.slack.client import EVENT_TYPE, REMINDER_TYPE, SlackClient
from orchestration.destinations.slack.settings import SlackSettings
from orchestration.messages.block_kit import SlackBlock, blocks_of, context_of, escaped
from orchestration.messages.message import Message
from orchestration.messages.text import text_of

PACE_SECONDS = 1.0
"""Between two posts to one channel: Slack takes one a second (docs.slack.dev/apis/web-api/rate-limits)."""
CLOCKS_DIFFER = timedelta(minutes=5)
"""By how much Slack's clock may be behind when a message is looked for since it was meant to be sent."""
PAGED = "pagerduty"
"""The channel whose alerts would wake somebody: in its place all who are present are mentioned."""
_TEXT_CHARACTERS = 1000
"""Of the notification's text; Slack recommends at most 4,000."""
OWNERS = ("territory_owner", "meeting_owner")
"""Mentions of ``data/alerts.yml`` that stand for a colleague: who owns the lead of the call."""


class SlackChannels:
    """The channels of one workspace."""

    only_open = False

    def __init__(
        self,
        settings: SlackSettings,
        client: SlackClient,
        rules: AlertRules,
        owner_of: Callable[[str], str | None],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client, self._owner_of, self._sleep = client, owner_of, sleep
        self._rules = {rule.name: rule for rule in rules.rules}
        self.is_editable = settings.bot_token is not None
        self._addresses, self._has_buttons = settings.addresses, self.is_editable and settings.buttons
        self._last_posted_to: set[str] = set()

    def content_of(self, row: Row, message: Message) -> str:
        return hash_of(text_of(message))

    def backoff(self, code: str | None, failures: int) -> timedelta:
        """Slack says itself how long to wait."""
        return timedelta()

    def post(self, alert: OutgoingAlert) -> str:
        """Post the alert and return ``<channel id>:<ts>``, or the name of the channel where a webhook answers with no id."""
        name = alert.channel
        if name in self._last_posted_to:
            self._sleep(PACE_SECONDS)
        self._last_posted_to.add(name)
        if not self.is_editable:
            self._client.post_to_webhook(self._addresses[name], _text(alert), self._blocks(alert))
            return name
        answer = self._client.call("chat.postMessage", {"channel": self._addresses[name], **self._body(alert)})
        return f"{answer['channel']}:{answer['ts']}"

    def update(self, remote_id: str, alert: OutgoingAlert) -> None:
        channel, _, ts = remote_id.partition(":")
        self._client.call("chat.update", {"channel": channel, "ts": ts, **self._body(alert)})

    def find(self, intended: Mapping[str, datetime], alerts: Mapping[str, OutgoingAlert]) -> Mapping[str, FoundMessage]:
        by_channel: defaultdict[str, dict[str, datetime]] = defaultdict(dict)
        for key, since in intended.items():
            if alert := alerts.get(key):
                by_channel[self._addresses[alert.channel]][key] = since
        found: dict[str, FoundMessage] = {}
        for channel, keys in by_channel.items():
            for message in self._client.messages(channel, (min(keys.values()) - CLOCKS_DIFFER).timestamp()):
                metadata: Mapping[str, Any] = message.get("metadata") or {}
                payload = metadata.get("event_payload") or {}
                if metadata.get("event_type") == EVENT_TYPE and payload.get("alert") in keys:
                    found[payload["alert"]] = FoundMessage(f"{channel}:{message['ts']}", payload["content"])
        return found

    def remind(self, remote_id: str, alert: Row, text: str) -> str:
        """Post into the thread, shown in the channel as well; who was mentioned is mentioned again."""
        channel, _, ts = remote_id.partition(":")
        key, mention = str(alert["id"]), self._mentions(alert, self._rules[alert["alert_name"]].mention == "here")
        blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": f"{mention} {text}".strip(), "verbatim": True}}]
        metadata = {"event_type": REMINDER_TYPE, "event_payload": {"alert": key}}
        body = {"channel": channel, "thread_ts": ts, "reply_broadcast": True, "text": text, "blocks": blocks, "metadata": metadata}
        answer = self._client.call("chat.postMessage", body)
        return f"{answer['channel']}:{answer['ts']}"

    def reminded(self, remote_id: str, alert: str) -> str | None:
        channel, _, ts = remote_id.partition(":")
        for message in self._client.replies(channel, ts):
            metadata: Mapping[str, Any] = message.get("metadata") or {}
            if metadata.get("event_type") == REMINDER_TYPE and (metadata.get("event_payload") or {}).get("alert") == alert:
                return f"{channel}:{message['ts']}"
        return None

    def _body(self, alert: OutgoingAlert) -> dict[str, Any]:
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"alert": alert.key, "content": alert.content}}
        shown = {"text": _text(alert), "blocks": self._blocks(alert), "metadata": metadata}
        return {**shown, "unfurl_links": False, "unfurl_media": False}

    def _blocks(self, alert: OutgoingAlert) -> list[SlackBlock]:
        is_for_all = self._rules[alert.rule].mention == "here" or alert.in_place_of == PAGED
        mentions = self._mentions(alert.row, is_for_all)
        blocks = blocks_of(alert.message, [context_of(mentions)] if mentions else [])
        return [*blocks, _button(alert)] if self._is_awaited(alert) else blocks

    def _mentions(self, row: Row, is_for_all: bool) -> str:
        """Return whom the message mentions: all who are present, or the owner of the lead, where Slack knows the address."""
        if is_for_all:
            return "<!here>"
        wants_owner = self.is_editable and self._rules[row["alert_name"]].mention in OWNERS
        lead = (row["context"] or {}).get("lead_key") if wants_owner else None
        address = self._owner_of(lead) if lead else None
        user = self._client.user_id(address) if address else None
        return f"<@{user}>" if user else ""

    def _is_awaited(self, alert: OutgoingAlert) -> bool:
        """Return whether somebody is to answer, and can by a button."""
        has_button = self._has_buttons and self._rules[alert.rule].respond_within is not None
        return has_button and phase_of(alert.row) == "firing"


def _button(alert: OutgoingAlert) -> SlackBlock:
    """Return a button (docs.slack.dev/reference/block-kit/block-elements/button-element)."""
    text = {"type": "plain_text", "text": "Acknowledge"}
    return {"type": "actions", "elements": [{"type": "button", "action_id": ACKNOWLEDGE, "value": alert.key, "text": text}]}


def _text(alert: OutgoingAlert) -> str:
    """Return what notifications show; cut before it is escaped, so that nothing is cut amid an escape."""
    return escaped(alert.message.subject[:_TEXT_CHARACTERS])
