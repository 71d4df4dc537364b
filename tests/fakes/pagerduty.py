"""PagerDuty's Events API v2 on loopback.

Limits and answers are those of developer.pagerduty.com/docs/events-api-v2-overview ("Response codes & retry logic", "Size limits"),
.../docs/send-alert-event ("Parameters", "Alert de-duplication", "Event action behavior") and .../docs/send-change-event. ``faults``
befall the next requests, in order: ``down``, ``lost`` (taken, answer dropped) or a status. ``on_taken`` is called with what each
request that was taken asked for, before it is answered.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

Fault = str | int
Body = Mapping[str, Any]
_BYTES = 512 * 1024
_SUMMARY, _DEDUP_KEY, _ROUTING_KEY = 1024, 255, 32
_SEVERITIES = ("critical", "error", "warning", "info")


@dataclass
class Incident:
    """An alert as people see it; ``log`` has every event that was applied to it."""

    key: str
    summary: str
    severity: str
    status: str = "triggered"
    log: list[str] = field(default_factory=lambda: ["trigger"])
    body: dict[str, Any] = field(default_factory=dict[str, Any])


class Service:
    """``incidents`` are in the order in which they were opened; ``dropped`` are events of no open alert."""

    key = "voice-fake" + "0" * 22

    def __init__(self) -> None:
        self.lock = Lock()
        self.faults: list[Fault] = []
        self.incidents: list[Incident] = []
        self.changes: list[dict[str, Any]] = []
        self.dropped: list[tuple[str, str]] = []
        self.requests: list[str] = []
        self.on_taken: Callable[[str], None] = lambda asked: None

    def enqueue(self, body: Body) -> tuple[int, dict[str, Any]]:
        self.requests.append(str(body.get("event_action")))
        if errors := self._errors(body):
            return _invalid(errors)
        action, key = body["event_action"], body.get("dedup_key") or f"generated-{len(self.incidents)}"
        is_open = next((one for one in self.incidents if one.key == key and one.status != "resolved"), None)
        if is_open:
            is_open.log.append(action)
            is_open.status = {"acknowledge": "acknowledged", "resolve": "resolved"}.get(action, is_open.status)
        elif action == "trigger":
            payload = body["payload"]
            self.incidents.append(Incident(key, payload["summary"], payload["severity"], body=dict(body)))
        else:
            self.dropped.append((action, key))
        return 202, {"status": "success", "message": "Event processed", "dedup_key": key}

    def change(self, body: Body) -> tuple[int, dict[str, Any]]:
        self.requests.append("change")
        payload = body.get("payload") or {}
        if errors := [*self._key_errors(body), *_summary_errors(payload), *_time_errors(payload)]:
            return _invalid(errors)
        self.changes.append(payload)
        return 202, {"status": "success", "message": "Change event processed"}

    def _key_errors(self, body: Body) -> list[str]:
        key = body.get("routing_key")
        if not isinstance(key, str) or len(key) != _ROUTING_KEY:
            return ["Length of 'routing_key' is incorrect (should be 32 characters)"]
        return [] if key == self.key else ["Invalid routing_key"]

    def _errors(self, body: Body) -> list[str]:
        errors = self._key_errors(body)
        action, key, payload = body.get("event_action"), body.get("dedup_key"), body.get("payload") or {}
        if action not in ("trigger", "acknowledge", "resolve"):
            errors.append("'event_action' is not one of trigger, acknowledge, resolve")
        if key is not None and (not isinstance(key, str) or len(key) > _DEDUP_KEY):
            errors.append("'dedup_key' is longer than 255 characters")
        if action != "trigger":
            return [*errors, *([] if key else ["'dedup_key' is missing"])]
        errors += [*_summary_errors(payload), *_time_errors(payload)]
        errors += [] if payload.get("source") else ["'payload.source' is missing or blank"]
        errors += [] if payload.get("severity") in _SEVERITIES else ["'payload.severity' is invalid"]
        links = body.get("links") or []
        return [*errors, *("'links' need an href" for link in links if not str(link.get("href", "")).startswith("http"))]

    def memory(self) -> dict[str, Any]:
        return {"incidents": [vars(one) for one in self.incidents], "changes": self.changes}

    def remember(self, kept: Mapping[str, Any]) -> None:
        self.incidents = [Incident(**one) for one in kept["incidents"]]
        self.changes = list(kept["changes"])

    def page(self) -> str:
        """What the on-call engineer would see, as HTML."""
        rows = "".join(
            f"<tr><td>{escape(one.status)}</td><td>{escape(one.severity)}</td><td>{escape(one.summary)}</td>"
            f"<td>{escape(', '.join(one.log))}</td></tr>"
            for one in reversed(self.incidents)
        )
        changes = "".join(f"<li>{escape(one['summary'])}</li>" for one in reversed(self.changes))
        head = "<tr><th>Status</th><th>Severity</th><th>Summary</th><th>Events</th></tr>"
        return (
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>PagerDuty (sandbox)</title>'
            f"<h1>Incidents</h1><table>{head}{rows}</table><h1>Recent changes</h1><ul>{changes}</ul></html>"
        )


def _summary_errors(payload: Body) -> list[str]:
    summary = payload.get("summary")
    if not isinstance(summary, str) or not summary.strip():
        return ["'payload.summary' is missing or blank"]
    return ["'payload.summary' is longer than 1024 characters"] if len(summary) > _SUMMARY else []


def _time_errors(payload: Body) -> list[str]:
    try:
        datetime.fromisoformat(payload.get("timestamp") or "2020-01-01T00:00:00+00:00")
    except (TypeError, ValueError):
        return ["'payload.timestamp' is no ISO 8601 time"]
    return []


def _invalid(errors: list[str]) -> tuple[int, dict[str, Any]]:
    return 400, {"status": "invalid event", "message": "Event object is invalid", "errors": errors}


class _Handler(BaseHTTPRequestHandler):
    service: Service
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_POST(self) -> None:
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with self.service.lock:
            fault = self.service.faults.pop(0) if self.service.faults else None
            if isinstance(fault, int):
                return self._send(fault, {"status": "throttled" if fault == 429 else "internal error", "message": "later"})
            if fault == "down":
                return self._drop()
            status, answer = self._taken(data)
            self.service.on_taken(self.service.requests[-1] if self.service.requests else "")
        return self._drop() if fault == "lost" else self._send(status, answer)

    def _taken(self, data: bytes) -> tuple[int, dict[str, Any]]:
        if len(data) > _BYTES:
            return 413, {"status": "invalid event", "message": "Event is larger than 512 KB"}
        try:
            body = json.loads(data)
        except ValueError:
            return 400, {
                "status": "Unrecognized object",
                "message": "Event object format is unrecognized",
                "errors": ["JSON parse error"],
            }
        routes = {"/v2/enqueue": self.service.enqueue, "/v2/change/enqueue": self.service.change}
        return routes[self.path](body) if self.path in routes else (404, {})

    def _send(self, status: int, answer: Body) -> None:
        data = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _drop(self) -> None:
        self.close_connection = True
        self.connection.close()


@contextmanager
def serve(service: Service, port: int = 0) -> Iterator[str]:
    """The address while the server runs in threads of this process."""
    server = ThreadingHTTPServer(("127.0.0.1", port), type("Handler", (_Handler,), {"service": service}))
    server.daemon_threads = True
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
