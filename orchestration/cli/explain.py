"""Run ``voice explain SESSION``: show one session's whole history, from the document to the warehouse, with times."""

from __future__ import annotations

from typing import Annotated

import typer

from contract.platform.settings import load_settings
from orchestration.cli.output import print_json, print_records, print_table, print_text

_DOCUMENTS = ("key", "state", "revision", "received", "analysed", "in the warehouse", "test call")
_FAILED = ("store_key", "reason", "detail", "remedy")
_DELIVERIES = ("destination", "kind", "state", "changed_at", "remote_id", "reason")


def explain(
    session: Annotated[str, typer.Argument(help="A session id.")],
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Show one session's summary, score with its reasons, and what happened to it: documents, alerts, deliveries, rows."""
    from orchestration.call_history import call_history

    history = call_history(load_settings(), session)
    if json:
        print_json(history.as_dict())
        return
    if history.summary:
        print_text("Summary", history.summary)
    if history.result:
        print_table("Result", ("fact", "value"), list(history.result.items()))
    if history.score:
        rows = [(s["factor"].replace("_", " "), f"{s['points']:g} of {s['of']:g}", s["why"], s["said"]) for s in history.score]
        print_table("Reasons of the score", ("factor", "points", "why", "the caller's words"), rows)
    print_table("What happened (UTC)", ("at", "what"), [(event["at"], event["what"]) for event in history.timeline])
    print_records(_DOCUMENTS, [tuple(d.values()) for d in history.documents], "document")
    if history.rejections:
        print_table("Rejections", ("key", "reason", "detail", "what to do"), [tuple(r.values()) for r in history.rejections])
    if history.failed_redos:
        rows = [tuple(failed[name] for name in _FAILED) for failed in history.failed_redos]
        print_records(("key", "reason", "detail", "what to do"), rows, "failed analysis (the earlier one stays)")
    if history.warehouse:
        print_table("Rows in the published warehouse", ("table", "rows"), list(history.warehouse.items()))
    if history.deliveries:
        print_table("Deliveries", _DELIVERIES, [tuple(d[name] for name in _DELIVERIES) for d in history.deliveries])
