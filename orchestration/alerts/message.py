"""An alert as a message, for every channel alike. It names the call, never the caller: the link leads to who it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contract.platform.call_page import call_page
from orchestration.messages.message import Block, Facts, Figure, Header, Link, Message

Row = Mapping[str, Any]
_SHOWN_LATER = "key_signals"


def alert_message(alert: Row, base_url: str) -> Message:
    """Build the message from a row of ``alerts_history``; the same row gives the same message. No link without ``base_url``."""
    return Message(f"{alert['severity']} {alert['alert_name']}: {alert['message']}", tuple(_blocks(alert, base_url)))


def _blocks(alert: Row, base: str) -> Iterator[Block]:
    yield Header(f"{alert['severity']} {alert['alert_name']}", (alert["message"],))
    context: Row = alert["context"] or {}
    facts = {**{name: value for name, value in context.items() if name != _SHOWN_LATER}, **(context.get(_SHOWN_LATER) or {})}
    figures = tuple(
        Figure(name.replace("_", " ").capitalize(), _written(value)) for name, value in facts.items() if value is not None
    )
    if figures:
        yield Facts("", "Details", figures)
    if alert["session_id"] and (page := call_page(base, alert["session_id"])):
        yield Link("Open the call", page)


def _written(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:,}" if isinstance(value, int) else str(value)
