"""CONTRIBUTING, 'An alert rule': a function and an entry; message, delivery and history are there."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from orchestration.alerts.business import RULES, AnalysedCall, CallFinding, CallRule, business_alerts
from orchestration.alerts.history import record_alerts
from orchestration.alerts.stage import AlertDestination, FoundMessage, OutgoingAlert
from orchestration.delivery.engine import sync
from orchestration.messages.message import Message
from orchestration.messages.text import text_of
from orchestration.resources import Platform
from tests.orchestration.alerts.calls import analysed_call


def short_call(call: AnalysedCall) -> Iterator[CallFinding]:
    yield CallFinding("", "The call was short", {"turns": len(call.document.transcript)})


class Mailbox:
    is_editable = False

    def __init__(self) -> None:
        self.posted: list[Message] = []

    def takes(self, rule: str) -> bool:
        return True

    def post(self, alert: OutgoingAlert) -> str:
        self.posted.append(alert.message)
        return alert.key

    def update(self, remote_id: str, alert: OutgoingAlert) -> None: ...

    def find(self, intended: Mapping[str, datetime], rules: Mapping[str, str]) -> Mapping[str, FoundMessage]:
        return {}


def test_an_alert_rule_is_a_function_and_an_entry(platform: Platform):
    mailbox = Mailbox()
    for _ in range(2):
        with platform.state.writing() as connection:
            record_alerts(connection, business_alerts(analysed_call(), [*RULES, CallRule("Short Call", short_call)]))
        now = analysed_call().document.start_time
        destination = AlertDestination("mailbox", platform.state, mailbox, "https://voice.example", now)
        assert sync(destination, platform.settings, platform.state).failure is None
    assert [message.subject for message in mailbox.posted] == ["P2 Short Call: The call was short"]
    assert "https://voice.example/calls/" in text_of(mailbox.posted[0])
