"""Run ``voice explain SESSION``: show one session's whole history, from the document to the warehouse, with times."""

from __future__ import annotations

from typing import Annotated

import typer

from contract.platform.settings import load_settings
from orchestration.cli.output import print_json, print_table

_DOCUMENTS = ("key", "state", "revision", "received", "analysed", "in the warehouse")
_DELIVERIES = ("destination", "kind", "state", "changed_at", "remote_id", "reason")


def explain(
    session: Annotated[str, typer.Argument(help="A session id.")],
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Show document, analysis, warehouse rows, alerts and deliveries of one session."""
    from orchestration.call_history import call_history

    history = call_history(load_settings(), session)
    if json:
        print_json(history.as_dict())
        return
    print_table("Documents", _DOCUMENTS, [tuple(d.values()) for d in history.documents])
    if history.rejections:
        print_table("Rejections", ("key", "reason", "detail", "what to do"), [tuple(r.values()) for r in history.rejections])
    if history.warehouse:
        print_table("Rows in the published warehouse", ("table", "rows"), list(history.warehouse.items()))
    if history.result:
        print_table("Result", ("fact", "value"), list(history.result.items()))
    if history.alerts:
        rows = [(a["alert_name"], a["triggered_at"], a["sent_to"]) for a in history.alerts]
        print_table("Alerts", ("alert", "triggered", "sent to"), rows)
    if history.deliveries:
        print_table("Deliveries", _DELIVERIES, [tuple(d[name] for name in _DELIVERIES) for d in history.deliveries])
