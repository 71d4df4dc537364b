"""Read what one person may see of one call; what the role may not see is never queried."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contract.platform.failures import ConfigurationFailure
from orchestration.call_history import dated_events
from orchestration.delivery.log import deliveries_of
from orchestration.resources import Platform
from orchestration.state.call_views import views_of
from orchestration.state.history import alerts_of, documents_and_rejections
from orchestration.warehouse.queries import SqlFolder
from orchestration.warehouse.reader import open_published
from orchestration.web.roles import Rights

SQL = SqlFolder(Path(__file__).parent / "sql")
Row = dict[str, Any]


@dataclass(frozen=True)
class CallRows:
    """Rows as the database has them. ``facts`` is empty while the call is not published, and so is all that comes with it;
    ``identity``, ``words``, ``turns`` and ``reports`` are empty for roles that may not see them; ``timeline`` are the turns without
    their text, ``gaps`` the dead air, and ``figures`` what the reports say without words. ``events`` are (UTC time, text) in order.
    """

    session_id: str
    documents: list[Row]
    facts: Row = field(default_factory=dict)
    identity: Row = field(default_factory=dict)
    words: Row = field(default_factory=dict)
    score: list[Row] = field(default_factory=list)
    turns: list[Row] = field(default_factory=list)
    timeline: list[Row] = field(default_factory=list)
    gaps: list[Row] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)
    reports: dict[str, Any] = field(default_factory=dict)
    events: list[tuple[Any, str]] = field(default_factory=list)
    deliveries: list[Row] = field(default_factory=list)
    rejections: list[Row] = field(default_factory=list)
    views: list[Row] = field(default_factory=list)


def read_call(platform: Platform, session_id: str, rights: Rights) -> CallRows | None:
    """Return the call, or None when no document of it was ever received."""
    state = platform.state
    documents, rejections = documents_and_rejections(state, session_id)
    if not documents:
        return None
    published = _published(platform, session_id, rights)
    deliveries = deliveries_of(state, session_id)
    return CallRows(
        session_id,
        documents,
        events=dated_events(documents, published.get("facts", {}), alerts_of(state, session_id), deliveries),
        deliveries=deliveries,
        rejections=rejections if rights.operations else [],
        views=views_of(state, session_id) if rights.operations else [],
        **published,
    )


def _published(platform: Platform, session_id: str, rights: Rights) -> dict[str, Any]:
    try:
        connection = open_published(platform.settings)
    except ConfigurationFailure:
        return {}
    bound = {"session_id": session_id}

    with connection:
        facts = SQL.rows(connection, "facts", bound)
        if not facts:
            return {}
        found: dict[str, Any] = {"facts": facts[0]}
        found["timeline"] = SQL.rows(connection, "timeline", bound)
        found["gaps"] = SQL.rows(connection, "dead_air", bound)
        found["figures"] = {row["report"]: json.loads(row["figures"]) for row in SQL.rows(connection, "report_figures", bound)}
        found["score"] = SQL.rows(connection, "score_reasons" if rights.words else "score", bound)
        if rights.identity:
            found["identity"] = SQL.row(connection, "identity", bound)
        if rights.words:
            found["words"] = next(iter(SQL.rows(connection, "words", bound)), {})
            found["turns"] = SQL.rows(connection, "turns", bound)
            found["reports"] = {row["report"]: json.loads(row["body"]) for row in SQL.rows(connection, "reports", bound)}
    return found
