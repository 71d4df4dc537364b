"""CONTRIBUTING, 'An alert rule': a function and an entry; message, delivery and history are there."""

from collections.abc import Iterator

from orchestration.alerts.business import RULES, AnalysedCall, CallFinding, CallRule, business_alerts
from orchestration.alerts.history import record_alerts
from orchestration.alerts.stage import AlertDestination
from orchestration.delivery.engine import sync
from orchestration.messages.message import Message
from orchestration.messages.text import text_of
from orchestration.resources import Platform
from tests.orchestration.alerts.calls import analysed_call


def short_call(call: AnalysedCall) -> Iterator[CallFinding]:
    yield CallFinding("", "The call was short", {"turns": len(call.document.transcript)})


class Mailbox:
    def __init__(self) -> None:
        self.posted: list[Message] = []

    def post(self, key: str, message: Message) -> str:
        self.posted.append(message)
        return key


def test_an_alert_rule_is_a_function_and_an_entry(platform: Platform):
    mailbox = Mailbox()
    for _ in range(2):
        with platform.state.writing() as connection:
            record_alerts(connection, business_alerts(analysed_call(), [*RULES, CallRule("Short Call", short_call)]))
        destination = AlertDestination("mailbox", platform.state, mailbox, "https://voice.example")
        assert sync(destination, platform.settings, platform.state).failure is None
    assert [message.subject for message in mailbox.posted] == ["P2 Short Call: The call was short"]
    assert "https://voice.example/calls/" in text_of(mailbox.posted[0])
