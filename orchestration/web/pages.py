"""Render pages from templates. Everything is escaped; nothing is loaded from elsewhere, and no script stands in a page itself."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from orchestration.messages.palette import style_sheet
from orchestration.web.refusal import Refusal
from orchestration.web.vega_bundle import bundle_address

STATIC = Path(__file__).parent / "static"
PALETTE = "palette.css"
"""The style sheet of the colours, which is made of the palette and no file."""
_HASH_DIGITS = 12  # of a file's hash in its address: a changed file is fetched again


def page(template: str, status: int = 200, **values: object) -> HTMLResponse:
    """Render a template of ``templates/``; a value that a template needs and does not get raises ``UndefinedError``."""
    return HTMLResponse(
        templates()
        .get_template(template)
        .render(
            palette=_address(PALETTE),
            style=_address("style.css"),
            dashboard_style=_address("dashboards.css"),
            refresh_script=_address("refresh.js"),
            sort_script=_address("sort.js"),
            chart_scripts=(bundle_address(), _address("charts.js")),
            **values,
        ),
        status,
    )


def palette(_: Request) -> Response:
    """Answer with the colours as a style sheet."""
    return Response(style_sheet(), media_type="text/css")


def refusal_page(request: Request, refusal: Refusal) -> Response:
    """Show a refusal to a person as a page, and to a program as JSON."""
    if "text/html" in request.headers.get("accept", ""):
        return page("refusal.html.j2", refusal.status, refusal=refusal)
    return JSONResponse(refusal.as_dict(), refusal.status)


@cache
def templates() -> Environment:
    return Environment(
        loader=PackageLoader("orchestration.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def _address(name: str) -> str:
    content = style_sheet().encode() if name == PALETTE else (STATIC / name).read_bytes()
    return f"/static/{name}?{sha256(content).hexdigest()[:_HASH_DIGITS]}"
