"""Take what PagerDuty and Slack send: check the signature, store the event once, answer, and then act on it.

What a kill or a locked database leaves is acted on by the next event, or by the next evaluation of the alert rules.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Literal
from urllib.parse import parse_qs

import orjson
from pydantic import SecretStr
from sqlalchemy.exc import SQLAlchemyError
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from orchestration.alerts.inbound import act_on_events
from orchestration.state.inbound_events import InboundEvent, record_event
from orchestration.web.body import read_body
from orchestration.web.refusal import Refusal
from orchestration.web.service import WebService, service_of
from orchestration.web.signatures import check_pagerduty, check_slack

log = logging.getLogger("voice.web")

_LONGEST_ID = 200  # characters of an id or kind; vendors' own have at most 80


async def pagerduty(request: Request) -> Response:
    """Store a V3 webhook event under its ``event.id`` (developer.pagerduty.com, "Webhooks V3, Payload")."""
    service = service_of(request)
    secret = _configured(service.settings.pagerduty_signing_secret)
    body = await read_body(request)
    check_pagerduty(secret, request.headers.get("x-pagerduty-signature"), body)
    event = _mapping(_json(body).get("event"))
    return await _stored(request, "pagerduty", _text(event, "id"), _text(event, "event_type"), body)


async def slack(request: Request) -> Response:
    """Store an event, an interaction or a slash command of Slack; answer the challenge by which Slack checks an address.

    Events have an ``event_id``; of the others the hash of the signed body is the key, which is the same when it is sent again.
    """
    service = service_of(request)
    secret = _configured(service.settings.slack_signing_secret)
    body = await read_body(request)
    headers = request.headers
    check_slack(secret, headers.get("x-slack-request-timestamp"), headers.get("x-slack-signature"), body, service.real_time())
    is_form = headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    payload = _form(body) if is_form else _json(body)
    if payload.get("type") == "url_verification":
        return JSONResponse({"challenge": _text(payload, "challenge")})
    key = payload.get("event_id") or sha256(body).hexdigest()
    return await _stored(request, "slack", str(key), _text(payload, "command" if "command" in payload else "type"), body)


async def _stored(request: Request, vendor: Literal["pagerduty", "slack"], key: str, kind: str, body: bytes) -> Response:
    if len(key) > _LONGEST_ID or len(kind) > _LONGEST_ID:
        raise _bad_body()
    service = service_of(request)
    try:
        event = InboundEvent(vendor, key, kind, body.decode(), service.real_time())
    except UnicodeDecodeError:
        raise _bad_body() from None
    new = await run_in_threadpool(record_event, service.platform.state, event)
    return JSONResponse({"stored": new}, background=BackgroundTask(_act, service))


def _act(service: WebService) -> None:
    try:
        act_on_events(service.platform.state, service.real_time())
    except SQLAlchemyError as error:
        log.warning("%s while acting on events", type(error).__name__)


def _configured(secret: SecretStr | None) -> str:
    if secret is None or not secret.get_secret_value():
        raise Refusal(404, "not_configured", "This webhook is not set up.", "Set its signing secret (docs/settings.md).")
    return secret.get_secret_value()


def _form(body: bytes) -> Mapping[str, Any]:
    """Return the fields of a form; those of an interaction are JSON in the field ``payload``."""
    try:
        fields = {name: values[0] for name, values in parse_qs(body.decode(), max_num_fields=100).items()}  # Slack sends about 15
    except (UnicodeDecodeError, ValueError):
        raise _bad_body() from None
    return _json(fields["payload"].encode()) if "payload" in fields else fields


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        return _mapping(orjson.loads(body))
    except orjson.JSONDecodeError:
        raise _bad_body() from None


def _mapping(found: Any) -> Mapping[str, Any]:
    if not isinstance(found, dict):
        raise _bad_body()
    return found


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not value:
        raise _bad_body()
    return value


def _bad_body() -> Refusal:
    return Refusal(400, "bad_body", "The body is signed but not what the vendor documents.", "Check the webhook's version.")
