"""Answer ``/api/widgets/<id>`` with a widget's figures as JSON, and ``/api/widgets/<id>.csv`` with the same for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from orchestration.dashboards.definition import widget_named
from orchestration.dashboards.reading import WidgetRows, as_json
from orchestration.web.dashboard_pages import filters_of
from orchestration.web.identity import signed_in_person
from orchestration.web.refusal import Refusal, not_found
from orchestration.web.service import service_of
from orchestration.web.widgets import Published, read_widgets

KNOWN = frozenset({"range", "from", "to", "tier", "sentiment", "industry", "agent_version"})
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What spreadsheets take for the beginning of a formula (OWASP: CSV injection)."""


def widget_json(request: Request) -> Response:
    """Return ``id``, ``title``, ``rows``, ``sql``, ``n`` and ``as_of``; ``n`` is null when nothing was published yet.

    A widget of several parts has the rows of all, each with its ``part``; ``sql`` then has the queries by part. Values are bound:
    the SQL holds names such as ``$tier``.
    """
    read, rows = _read(request)
    return JSONResponse(
        {
            "id": rows.widget.id,
            "title": rows.widget.title,
            "rows": _rows(rows),
            "sql": {name: part.sql for name, part in _named(rows).items()},
            "n": rows.n if read.manifest else None,
            "as_of": read.as_of.isoformat() if read.as_of else None,
        }
    )


def widget_csv(request: Request) -> Response:
    """Return the same rows as CSV (RFC 4180, UTF-8); texts that a spreadsheet would run as formulas begin with an apostrophe."""
    _, rows = _read(request)
    found = _rows(rows)
    columns = list(dict.fromkeys(name for row in found for name in row))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([safe_cell(row.get(name)) for name in columns] for row in found)
    headers = {"Content-Disposition": f'attachment; filename="{rows.widget.id}.csv"'}
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def safe_cell(value: Any) -> Any:
    """Return a text as a spreadsheet may have it; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _read(request: Request) -> tuple[Published, WidgetRows]:
    person = signed_in_person(request)
    widget = widget_named(request.path_params["widget"])
    if widget is None:
        raise not_found()
    if unknown := set(request.query_params) - KNOWN:
        remedy = f"Use {', '.join(sorted(KNOWN))}; {len(unknown)} of the names sent are others."
        raise Refusal(400, "wrong_filter", "There is no such filter.", remedy)
    read = read_widgets(service_of(request), [widget], filters_of(request), person.rights)
    if read.rows[0].failed:
        raise Refusal(503, "unavailable", "These figures cannot be read at the moment.", "Try again in a minute.")
    return read, read.rows[0]


def _named(rows: WidgetRows) -> Mapping[str, Any]:
    """Parts by what they show; a second one of the same kind has its number."""
    named: dict[str, Any] = {}
    for part in rows.parts:
        name = part.part.show
        named[name if name not in named else f"{name}_{len(named) + 1}"] = part
    return named


def _rows(rows: WidgetRows) -> list[dict[str, Any]]:
    named = _named(rows)
    return [
        {**({"part": name} if len(named) > 1 else {}), **as_json(row)}
        for name, part in named.items()
        if not part.is_nothing
        for row in part.rows
    ]
