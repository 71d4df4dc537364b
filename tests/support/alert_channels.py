"""A home with alerts and the loopback channels they go to, with a clock that a test sets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import select

from contract.platform.settings import Settings, VendorSettings
from orchestration.alerts.business import Alert
from orchestration.alerts.history import record_alerts
from orchestration.alerts.stage import AlertDestination
from orchestration.delivery.engine import Summary, sync
from orchestration.destinations.alert_mail.destination import alert_mail
from orchestration.destinations.pagerduty.destination import pagerduty
from orchestration.destinations.pagerduty.settings import PagerDutySettings
from orchestration.destinations.slack.destination import slack
from orchestration.destinations.slack.settings import SlackSettings
from orchestration.resources import Platform
from orchestration.state.alerting import acknowledge, resolve
from orchestration.state.tables import ALERTS, DELIVERY_LOG
from tests.fakes import pagerduty as fake_pagerduty
from tests.fakes import slack as fake_slack
from tests.support.documents import NOW

HOSTILE = "<!channel> <https://evil.example|click> & </script> *bold* #general https://evil.example\r\nBcc: all@evil.example"
"""Words of a caller who tries to mention, link, format, break out of a page and add a header."""
LATENCY, ERRORS, HOT_LEAD = "Latency >1500ms Sustained", "Error Rate >10%", "Hot Lead Detected"
MAKE: Mapping[str, Callable[..., AlertDestination]] = {"pagerduty": pagerduty, "slack": slack, "alert_mail": alert_mail}


@dataclass
class AlertHome:
    """``moment`` is the time of the delivery log; ``slept`` has what syncs waited."""

    platform: Platform
    service: fake_pagerduty.Service
    workspace: fake_slack.Workspace
    vendors: Sequence[VendorSettings] = ()
    moment: datetime = NOW
    slept: list[float] = field(default_factory=list[float])

    def enter(self, number: int = 1, name: str = ERRORS, suppressed: str | None = None, **facts: Any) -> int:
        severity = "P1" if name in (ERRORS, "Agent Down", "API Failures", "Queue Backlog >100") else "P2"
        context = {"subject": "", "n": 12, "value": "25", "window": "last 10 calls", "action": "Check logs"}
        session, at = facts.pop("session_id", None), facts.pop("at", NOW - timedelta(minutes=5))
        message = facts.pop("message", "Critical error rate: 25% errors in last 10 calls")
        alert = Alert(number, name, message, {**context, **facts}, session, at, "critical", severity)
        with self.platform.state.writing() as connection:
            record_alerts(connection, [alert], suppressed)
        return number

    def acknowledge(self, number: int = 1, by: str = "Ada") -> None:
        with self.platform.state.writing() as connection:
            acknowledge(connection, number, by, NOW)

    def resolve(self, number: int = 1) -> None:
        with self.platform.state.writing() as connection:
            resolve(connection, number, NOW)

    def destination(self, name: str) -> AlertDestination:
        return MAKE[name](self.platform, self.slept.append, lambda: self.moment)

    def sync(self, name: str) -> Summary:
        return sync(self.destination(name), self.platform.settings, self.platform.state, clock=lambda: self.moment)

    def is_due(self, name: str) -> bool:
        return self.destination(name).is_due()

    def later(self, **span: float) -> None:
        self.moment += timedelta(**span)

    def alert(self, number: int = 1) -> dict[str, Any]:
        with self.platform.state.reading() as connection:
            return dict(connection.execute(select(ALERTS).where(ALERTS.c.id == number)).mappings().one())

    def logged(self, destination: str, number: int = 1) -> dict[str, Any]:
        c = DELIVERY_LOG.c
        with self.platform.state.reading() as connection:
            query = select(DELIVERY_LOG).where(c.destination == destination, c.item_key == str(number), c.kind == "alert")
            return dict(connection.execute(query).mappings().one())


@contextmanager
def alert_home(
    home: Path,
    without: Sequence[str] = (),
    more: Sequence[VendorSettings] = (),
    *,
    by_webhook: bool = False,
    **slack_settings: Any,
) -> Iterator[AlertHome]:
    """A home with PagerDuty and Slack set up, but for those in ``without``; ``by_webhook`` Slack has one of operations alone."""
    service, workspace = fake_pagerduty.Service(), fake_slack.Workspace()
    with fake_pagerduty.serve(service) as pages, fake_slack.serve(workspace) as chat:
        with_token = {"bot_token": SecretStr(workspace.token), "ops_channel": "C0OPS", "sales_channel": "C0SALES"}
        ways: dict[str, Any] = {"ops_webhook": SecretStr(f"{chat}/hook/ops")} if by_webhook else with_token
        own: list[VendorSettings] = [
            PagerDutySettings() if "pagerduty" in without else PagerDutySettings(url=pages, routing_key=SecretStr(service.key)),  # pyright: ignore[reportCallIssue]
            SlackSettings() if "slack" in without else SlackSettings(url=f"{chat}/api", **(ways | slack_settings)),
            *more,
        ]
        settings = Settings(home=home, now=NOW, base_url="https://voice.example", destination_timeout_seconds=2)  # pyright: ignore[reportCallIssue]
        platform = Platform(settings, vendors=own)
        yield AlertHome(platform, service, workspace, own)
        platform.state.close()
