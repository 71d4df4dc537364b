"""Put routes, errors and middleware together into one ASGI application."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

import duckdb
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from contract.platform.failures import VoiceError
from orchestration.web import hooks
from orchestration.web.alert_actions import acknowledge_alert, silence_rule
from orchestration.web.alert_page import alert_list, alert_page
from orchestration.web.call_page import call_page
from orchestration.web.dashboard_pages import overview_page, panel_page
from orchestration.web.health import healthz
from orchestration.web.identity import finish_sign_in, redirect_to_sign_in, sign_in, sign_out
from orchestration.web.industry_page import industry_list, industry_page
from orchestration.web.lead_page import lead_page
from orchestration.web.measures import metrics
from orchestration.web.middleware import AccessLog, ResponseHeaders, SameOrigin
from orchestration.web.objection_page import objection_page
from orchestration.web.oidc import CALLBACK
from orchestration.web.pages import PALETTE, STATIC, palette, refusal_page
from orchestration.web.query_pages import query_list, query_page
from orchestration.web.recent_calls import recent_calls
from orchestration.web.refusal import Reason, Refusal, internal
from orchestration.web.report_page import report_page
from orchestration.web.service import WebService
from orchestration.web.unsubscribe import show_unsubscribe, unsubscribe_now
from orchestration.web.vega_bundle import PATH, vega_script
from orchestration.web.widget_api import widget_csv, widget_json

log = logging.getLogger("voice.web")

ROUTES = (
    Route("/", recent_calls, methods=["GET"]),
    Route("/calls/{session_id}", call_page, methods=["GET"]),
    Route("/leads/{lead_key}", lead_page, methods=["GET"]),
    Route("/queries", query_list, methods=["GET"]),
    Route("/queries/{query}", query_page, methods=["GET"]),
    Route("/industries", industry_list, methods=["GET"]),
    Route("/industries/{industry:path}", industry_page, methods=["GET"]),
    Route("/objections/{category}/{objection:path}", objection_page, methods=["GET"]),
    Route("/alerts", alert_list, methods=["GET"]),
    Route("/alerts/{alert}", alert_page, methods=["GET"]),
    Route("/alerts/{alert}/acknowledge", acknowledge_alert, methods=["POST"]),
    Route("/alerts/{alert}/silence/{length}", silence_rule, methods=["POST"]),
    Route("/reports/{report}/{first}", report_page, methods=["GET"]),
    Route("/dashboards", overview_page, methods=["GET"]),
    Route("/dashboards/{panel}", panel_page, methods=["GET"]),
    Route("/api/widgets/{widget}.csv", widget_csv, methods=["GET"]),
    Route("/api/widgets/{widget}", widget_json, methods=["GET"]),
    Route("/sign-in", sign_in, methods=["GET"]),
    Route(CALLBACK, finish_sign_in, methods=["GET"]),
    Route("/sign-out", sign_out, methods=["POST"]),
    Route("/unsubscribe", show_unsubscribe, methods=["GET"]),
    Route("/unsubscribe", unsubscribe_now, methods=["POST"]),
    Route("/hooks/pagerduty", hooks.pagerduty, methods=["POST"]),
    Route("/hooks/slack", hooks.slack, methods=["POST"]),
    Route("/healthz", healthz, methods=["GET"]),
    Route("/metrics", metrics, methods=["GET"]),
    Route(f"/static/{PALETTE}", palette, methods=["GET"]),
    Route(PATH, vega_script, methods=["GET"]),
    Mount("/static", StaticFiles(directory=STATIC)),
)
_REASONS: dict[int, Reason] = {404: "not_found", 405: "method_not_allowed"}


def application(service: WebService) -> ASGIApp:
    """Return the application. The access log is outermost, so that nothing is answered without being logged."""
    app = Starlette(
        routes=ROUTES,
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=_hosts(service), www_redirect=False),
            Middleware(SameOrigin),
        ],
        exception_handlers={
            Refusal: _refused,
            HTTPException: _http_error,
            Exception: _internal_error,
            **dict.fromkeys((VoiceError, duckdb.Error, SQLAlchemyError), _unavailable),
        },
    )
    app.state.service = service
    return AccessLog(ResponseHeaders(app, is_https=service.is_https))


def _hosts(service: WebService) -> list[str]:
    """Names under which the service answers: its public one and loopback's; another one is a page that rebinds its name."""
    public = urlsplit(service.platform.settings.base_url).hostname
    return ["localhost", "127.0.0.1", "[::1]", service.settings.host, *([public] if public else [])]


def _refused(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)  # noqa: S101 - registered for this type only
    return redirect_to_sign_in(request, refusal) or refusal_page(request, refusal)


def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    refusal = Refusal(status, _REASONS.get(status, "bad_request"), "There is nothing here for this request.", "Check the address.")
    return refusal_page(request, refusal)


def _internal_error(request: Request, _: Exception) -> Response:
    return refusal_page(request, internal())


def _unavailable(request: Request, error: Exception) -> Response:
    """Answer 503 for a state or warehouse that cannot be read; the log names the kind only."""
    log.warning("%s while answering", type(error).__name__)
    remedy = "Try again in a minute; 'voice doctor' says what is wrong."
    return refusal_page(request, Refusal(503, "unavailable", "The data cannot be read at the moment.", remedy))
