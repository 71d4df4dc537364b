"""Register Slack; heavy modules are imported when they are used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from orchestration.destinations.slack.settings import SlackSettings
from orchestration.destinations.vendor import Vendor
from orchestration.diagnosis import Diagnosis
from orchestration.resources import Platform

if TYPE_CHECKING:
    from orchestration.alerts.stage import AlertDestination


def _make(platform: Platform, dry_run: bool) -> AlertDestination:
    from orchestration.destinations.slack.destination import slack

    return slack(platform)


def _at_once(platform: Platform, alerts: Sequence[int], seconds: float) -> AlertDestination:
    from orchestration.destinations.slack.destination import slack_at_once

    return slack_at_once(platform, alerts, seconds)


def _is_due(platform: Platform) -> bool:
    return _make(platform, dry_run=True).is_due()


def _check(platform: Platform) -> Iterator[Diagnosis]:
    """Test the token; a webhook is not tested, because only a message tests it."""
    from orchestration.destinations.slack.destination import slack_client

    own = platform.settings_of(SlackSettings)
    if own.bot_token is None:
        yield Diagnosis("slack", True, f"{len(own.webhooks)} webhooks are set; the first alert tests them")
        return
    slack_client(platform).call("auth.test", {})
    yield Diagnosis("slack", True, f"the token is valid; {len(own.channels)} channels are set")


SLACK = Vendor("slack", "Slack", SlackSettings, _make, check=_check, is_due=_is_due, at_once=_at_once)
