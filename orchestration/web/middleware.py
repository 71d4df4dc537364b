"""Wrap the application: response headers, refusal of other sites' requests, and the access log."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orchestration.web.pages import refusal_page
from orchestration.web.refusal import Refusal, internal

ACCESS_LOG = logging.getLogger("voice.web.access")

SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_REPORTS = "/reports/"
_REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
"""Reports are pages of e-mails: mail programs read no style sheet, so theirs and the picture are in the page."""
_WITH_SCRIPT = "/dashboards"
"""Pages whose scripts ask for new figures, sort tables and draw filtered charts; the default view is whole without them."""
_SCRIPT_POLICY = "; script-src 'self'; connect-src 'self'"
_STRICT_TRANSPORT = "max-age=31536000"  # seconds: a year, as browsers recommend
_SIGNED_ELSEWHERE = ("/hooks/", "/unsubscribe")
"""Paths whose requests come from elsewhere by nature: each carries a signature of its own and no cookie counts there."""


class ResponseHeaders:
    """Set the headers of every response; pages are never stored by browsers or proxies, since they hold personal data."""

    def __init__(self, app: ASGIApp, *, is_https: bool) -> None:
        self._app = app
        self._headers = {**SECURITY_HEADERS, **({"Strict-Transport-Security": _STRICT_TRANSPORT} if is_https else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._headers)
                if scope["path"].startswith(_REPORTS):
                    headers["Content-Security-Policy"] = _REPORT_POLICY
                if scope["path"].startswith(_WITH_SCRIPT):
                    headers["Content-Security-Policy"] += _SCRIPT_POLICY
                if not scope["path"].startswith("/static/"):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self._app(scope, receive, with_headers)


class SameOrigin:
    """Refuse what another site makes a browser send with the person's cookie (cross-site request forgery).

    Browsers say where a request comes from in ``Sec-Fetch-Site``, older ones in ``Origin``; what says neither is no browser's page.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and _changes_something(scope) and not _is_same_origin(Headers(scope=scope)):
            refusal = Refusal(403, "cross_origin", "This request did not come from a page of this service.", "Open the page again.")
            await refusal_page(Request(scope), refusal)(scope, receive, send)
            return
        await self._app(scope, receive, send)


class AccessLog:
    """Log each request by its route: no query, no path, no address. An unexpected error is logged by kind and place only."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = time.perf_counter(), 0

        async def noting(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:
            ACCESS_LOG.error("%s", _place(error))
            if not status:
                await refusal_page(Request(scope), internal())(scope, receive, noting)
        finally:
            took = round((time.perf_counter() - begun) * 1000)  # milliseconds
            ACCESS_LOG.info("%s %s %d %d ms", scope["method"], _route(scope), status, took)


def _changes_something(scope: Scope) -> bool:
    return scope["method"] not in ("GET", "HEAD", "OPTIONS") and not scope["path"].startswith(_SIGNED_ELSEWHERE)


def _is_same_origin(headers: Headers) -> bool:
    if site := headers.get("sec-fetch-site"):
        return site == "same-origin"
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == headers.get("host")


def _route(scope: Scope) -> str:
    route: Any = scope.get("route")
    return route.path if route is not None else "(no route)"


def _place(error: Exception) -> str:
    """Name the kind of an error and where it was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    last = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown place"
    return f"{type(error).__name__} at {last}"
