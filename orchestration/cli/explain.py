"""``voice explain SESSION``: one session's whole life, from the document to the warehouse, with times."""

from __future__ import annotations

from typing import Annotated, Any

import duckdb
import typer

from contract.platform.failures import PermanentFailure
from contract.platform.settings import Settings, load_settings
from orchestration.cli.output import print_json, print_table


def explain(
    session: Annotated[str, typer.Argument(help="A session id.")],
    json: Annotated[bool, typer.Option("--json", help="Print as JSON.")] = False,
) -> None:
    """Document, analysis, warehouse rows and alerts of one session."""
    settings = load_settings()
    life = _life(settings, session)
    if json:
        print_json(life)
        return
    print_table(
        "Documents",
        ("key", "state", "revision", "received", "analysed", "in the warehouse"),
        [tuple(d.values()) for d in life["documents"]],
    )
    if life["rejections"]:
        print_table("Rejections", ("key", "reason", "detail", "what to do"), [tuple(r.values()) for r in life["rejections"]])
    if life["warehouse"]:
        print_table("Rows in the published warehouse", ("table", "rows"), list(life["warehouse"].items()))
    if life["result"]:
        print_table("Result", ("fact", "value"), list(life["result"].items()))
    if life["alerts"]:
        print_table(
            "Alerts",
            ("alert", "triggered", "sent to"),
            [(a["alert_name"], a["triggered_at"], a["sent_to"]) for a in life["alerts"]],
        )
    if life["deliveries"]:
        names = ("destination", "kind", "state", "changed_at", "remote_id", "reason")
        print_table("Deliveries", names, [tuple(d[name] for name in names) for d in life["deliveries"]])


def _life(settings: Settings, session: str) -> dict[str, Any]:
    from orchestration.delivery.log import deliveries_of
    from orchestration.state.database import StateDatabase
    from orchestration.state.history import alerts_of, documents_and_rejections

    state = StateDatabase(settings.state_path)
    documents, rejections = documents_and_rejections(state, session)
    if not documents:
        raise PermanentFailure(
            f"No document of session {session} was ever received.", "Check the id; 'voice status' tells what has come in."
        )
    rows, result = _published(settings, session)
    return {
        "session_id": session,
        "documents": documents,
        "rejections": rejections,
        "warehouse": rows,
        "result": result,
        "alerts": alerts_of(state, session),
        "deliveries": deliveries_of(state, session),
    }


def _published(settings: Settings, session: str) -> tuple[dict[str, int], dict[str, object]]:
    from contract.platform.failures import VoiceError
    from orchestration.warehouse.reader import open_published

    try:
        connection = open_published(settings)
    except VoiceError:
        return {}, {}
    with connection:
        tables = connection.execute(
            "select distinct table_name from information_schema.columns"
            " where table_schema = 'main' and column_name = 'session_id' order by table_name"
        ).fetchall()
        counts = {name: connection.table(name).filter(_is(session)).shape[0] for (name,) in tables}
        facts = connection.execute(
            "select start_time, agent_version, disconnect_reason, turn_count, qualification_tier, lead_score, engagement_score,"
            " sentiment, meeting_booked from sessions where session_id = ?",
            [session],
        )
        columns, row = [c[0] for c in facts.description or ()], facts.fetchone()
    return counts, dict(zip(columns, row, strict=True)) if row else {}


def _is(session: str) -> duckdb.Expression:
    return duckdb.ColumnExpression("session_id") == duckdb.ConstantExpression(session)
