"""CONTRIBUTING, 'An alert rule': a function and an entry; message, delivery and history are there."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from contract.reference import Reference
from orchestration.alerts.business import RULES, AnalysedCall, CallFinding, CallRule, business_alerts
from orchestration.alerts.channel import FoundMessage, OutgoingAlert, Row
from orchestration.alerts.history import record_alerts
from orchestration.alerts.routes import Routes
from orchestration.alerts.rules import AlertRules
from orchestration.alerts.stage import AlertDestination, AlertSync
from orchestration.delivery.engine import sync
from orchestration.messages.message import Message
from orchestration.messages.text import text_of
from orchestration.resources import Platform
from tests.orchestration.alerts.calls import analysed_call


def short_call(call: AnalysedCall) -> Iterator[CallFinding]:
    yield CallFinding("", "The call was short", {"turns": len(call.document.transcript)})


class Mailbox:
    is_editable = False
    only_open = True

    def __init__(self) -> None:
        self.posted: list[Message] = []

    def content_of(self, row: Row, message: Message) -> str:
        return message.subject

    def backoff(self, code: str | None, failures: int) -> timedelta:
        return timedelta()

    def post(self, alert: OutgoingAlert) -> str:
        self.posted.append(alert.message)
        return alert.key

    def update(self, remote_id: str, alert: OutgoingAlert) -> None: ...

    def find(self, intended: Mapping[str, datetime], alerts: Mapping[str, OutgoingAlert]) -> Mapping[str, FoundMessage]:
        return {}


def rules_with_the_toy() -> AlertRules:
    """As if ``data/alerts.yml`` had it."""
    rules = Reference().table(AlertRules)
    toy = rules.named("Competitor Mentioned").model_copy(update={"name": "Short Call", "channel": "email_ops"})
    return rules.model_copy(update={"rules": (*rules.rules, toy)})


def test_an_alert_rule_is_a_function_and_an_entry(platform: Platform):
    mailbox = Mailbox()
    for _ in range(2):
        with platform.state.writing() as connection:
            record_alerts(connection, business_alerts(analysed_call(), [*RULES, CallRule("Short Call", short_call)]))
        now = analysed_call().document.start_time
        rules = rules_with_the_toy()
        run = AlertSync(platform.state, rules, Routes(rules, {"email_ops": "mailbox"}), "https://voice.example", now)
        destination = AlertDestination("mailbox", mailbox, run)
        assert sync(destination, platform.settings, platform.state).failure is None
    assert [message.subject for message in mailbox.posted] == ["P2 Short Call: The call was short"]
    assert "https://voice.example/calls/" in text_of(mailbox.posted[0])
